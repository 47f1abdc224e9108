"""A kind of resource as the base of all, the values that it answers with, and how a call ends that did not do what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Properties, Property, Where, differing, invalid, kept

if TYPE_CHECKING:  # it loads HTTP
    from pulumi_elastic_org.lifecycle.phase import Phase


class Refused(Exception):
    """The guards, or the rules of the product, refuse; nothing was changed."""


class Failed(Exception):
    """Something could not be done; the message says what, and what to do."""


class Unfinished(Exception):
    """A part was done, the rest was not: the engine is to keep what was.

    Args:
        error: What ended it; its text says what to do.
        id_: The resource's id.
        outputs: The resource's outputs, which say what was done.
    """

    def __init__(self, error: Exception, id_: str, outputs: Mapping[str, Any]) -> None:
        super().__init__(str(error))
        self.error = error
        self.id = id_
        self.outputs = outputs


def refuse(reasons: Iterable[object]) -> None:
    """Refuses where there are reasons to.

    Args:
        reasons: A line each; none where it may be done.

    Raises:
        Refused: There are any.
    """
    if text := "\n".join(map(str, reasons)):
        raise Refused(text)


@dataclass(frozen=True, slots=True)
class Checked:
    """Inputs as the engine is to keep them, and what is wrong with them.

    Args:
        inputs: With what the lifecycle added.
        failures: Why they are not fine, and what to do; empty where they are.
    """

    inputs: dict[str, Any]
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What an update would do.

    Args:
        changes: Whether there is anything to do.
        replaces: The names of the properties whose change makes another thing of it.
        delete_before_replace: Whether what is replaced has to go first.
    """

    changes: bool
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A resource as it is.

    Args:
        id: Its id.
        outputs: What the engine keeps of it.
        inputs: What a read found declared; ``None`` for what was declared before.
    """

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any] | None = None


class Kind:
    """A kind of resource, in one phase. What it does not say of itself is as for one simple object.

    Attributes:
        name: As in programs.
        what: In words, for messages.
        properties: Its table.
        delete_before_replace: Whether a new one may have the name of the old one, which has to go first then.
        importable: Whether `read` finds one by its id alone.
    """

    name: ClassVar[str]
    what: ClassVar[str]
    properties: ClassVar[tuple[Property, ...]]
    delete_before_replace: ClassVar[bool] = False
    importable: ClassVar[bool] = True

    def __init__(self, phase: Phase) -> None:
        self.phase = phase

    def check(self, olds: Properties, news: Properties) -> Checked:
        """Validates inputs before anything is done, and looks ahead at what would be refused.

        Args:
            olds: The inputs before; empty where the resource is new.
            news: The inputs now; some may be Pulumi's marker for what a preview does not know yet.
        """
        mistakes = [f"{path}: {what}" for path, what in invalid(self.properties, news)] or [*self.mistakes(news)]
        if not mistakes:
            elsewhere = self.elsewhere(olds, news)
            mistakes = [elsewhere] if elsewhere else [*self.look_ahead(olds, news)]
        return Checked(dict(news), tuple(mistakes))

    def diff(self, id_: str, olds: Properties, news: Properties) -> Difference:
        """Compares state with inputs.

        Args:
            id_: The resource's id.
            olds: The outputs that the last update left.
            news: As `check` returned them.
        """
        changed = differing(olds, news, kept(self.properties))
        replaces = tuple(name for name in changed if self.makes_another(name, olds, news))
        return Difference(bool(changed), replaces, self.delete_before_replace)

    def create(self, inputs: Properties) -> State:
        """Makes it.

        Args:
            inputs: As `check` returned them; everything is known.

        Raises:
            Refused: Nothing was done.
            Failed: Nothing was done.
            Unfinished: A part was done.
        """
        raise NotImplementedError

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        """Makes it what the inputs say.

        Args:
            id_: The resource's id.
            olds: The outputs that the last update left.
            news: As `check` returned them; everything is known.

        Raises:
            Refused: Nothing was done.
            Failed: Nothing was done.
            Unfinished: A part was done.
        """
        return State(id_, {**self.found(olds), **self.kept(news)})

    def read(self, id_: str, outputs: Properties) -> State | None:
        """Looks how it is now.

        Args:
            id_: The resource's id.
            outputs: The outputs before; empty where the resource is imported.

        Returns:
            The state; ``None`` where the thing is gone.
        """
        return State(id_, dict(outputs))

    def foresee(self, inputs: Properties, outputs: Properties) -> dict[str, Any]:
        """Returns the outputs as a create or update will leave them, as far as they are known before it.

        Args:
            inputs: As `check` returned them; some may be unknown.
            outputs: The outputs that the last update left; empty where there was none.

        Returns:
            The outputs, with Pulumi's marker for what is not known yet.
        """
        made = {one.name: UNKNOWN for one in self.properties if one.where is Where.OUTPUT and not outputs}
        return {**made, **self.found(outputs), **self.kept(inputs)}

    def delete(self, id_: str, outputs: Properties) -> None:
        """Takes it away, or lets go of it.

        Args:
            id_: The resource's id.
            outputs: The outputs that the last update left.
        """
        raise NotImplementedError

    def refused_delete(self, outputs: Properties) -> str | None:
        """Returns why `delete` would be refused as things will be by then; ``None`` where it would not be.

        Pulumi calls no provider about deletes in a preview: a program's hook asks, and `elastic-org preview` looks ahead. What is
        asked about counts as gone for whatever the phase is asked about next.

        Args:
            outputs: The outputs that the last update left.
        """
        return None

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        """Yields what the resource is live, in words: each a thing that another one may be as well.

        A resource that got another name is created before the one of the old name is deleted, and adopts what is there; so a
        delete leaves what another one holds (`stays`).

        Args:
            inputs: As `check` returned them; some may be unknown.
            outputs: Those that the last update left; empty where the resource is new, its old inputs in a check.
        """
        yield from ()

    def stays(self, thing: str) -> bool:
        """Whether a delete leaves something, since another resource of the phase holds it; says so.

        Args:
            thing: As `holds` yields it.
        """
        if held := self.phase.is_held(thing):
            self.phase.say(f"The {thing} stays as declared by another resource")
        return held

    def mistakes(self, news: Properties) -> Iterator[str]:
        """Yields what is invalid beyond types, as far as it is known.

        Args:
            news: The inputs, of the types that the table says.
        """
        yield from ()

    def look_ahead(self, olds: Properties, news: Properties) -> Iterator[str]:
        """Yields what would make an update fail, so that a preview refuses what an update would.

        Args:
            olds: The inputs before.
            news: The inputs, free of mistakes.
        """
        yield from ()

    def elsewhere(self, *properties: Properties) -> str | None:
        """Returns why a call would reach another organization than the resource's; ``None`` where it would not.

        Args:
            properties: Inputs and outputs of the resource.
        """
        return self.phase.other_organization(self.what, *(one.get("organization_id") for one in properties))

    def imported(self, id_: str) -> dict[str, Any]:
        """Returns the properties that the id of an import tells.

        Args:
            id_: As somebody wrote it.

        Raises:
            Failed: It has another form.
        """
        return {}

    def lets_go(self, outputs: Properties) -> bool:
        """Whether `delete` would ask nothing of the organization.

        Args:
            outputs: The outputs that the last update left.
        """
        return False

    def makes_another(self, name: str, olds: Properties, news: Properties) -> bool:
        """Whether the change of a property makes another thing of it.

        Args:
            name: The property's.
            olds: The outputs that the last update left.
            news: As `check` returned them.
        """
        return name in self.identity

    @property
    def identity(self) -> frozenset[str]:
        """The properties whose change makes another thing of it."""
        return frozenset(one.name for one in self.properties if one.replaces)

    def kept(self, inputs: Properties) -> dict[str, Any]:
        """Returns the inputs that become outputs: a refresh and a destroy are given nothing else.

        Args:
            inputs: All of them.
        """
        return {key: inputs[key] for key in kept(self.properties) if inputs.get(key) is not None}

    def found(self, outputs: Properties) -> dict[str, Any]:
        """Returns what was found out, without the inputs: an earlier one that is no input any more would be no secret any more.

        Args:
            outputs: As the last update left them.
        """
        names = {one.name for one in self.properties if one.where is Where.OUTPUT}
        return {key: value for key, value in outputs.items() if key in names}
