"""A pipeline: a program, the state that an engine keeps of it, and one provider process a phase; it may be killed at any call.

The engine is the smallest that does what Pulumi's engines do, as far as a provider can tell: `check`, `diff`, then `create` or
`update` of each resource in the order of the program, `delete` in the reverse order once all others are done; state is written when
a step has ended, what a failing step did is kept where the provider says so, and nothing comes after a step that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_elastic_org.cloud.network import Transport
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.kinds import find, serve
from pulumi_elastic_org.lifecycle.interface import Failed, Refused, Unfinished
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.lifecycle.properties import UNKNOWN
from tests.simulation.conduct import Ledger
from tests.simulation.declared import SIGN_ON_PARTS, Declared
from tests.simulation.resources import Output, Resource
from tests.simulation.transport import ENDPOINT
from tests.trust.organization import ORGANIZATION


class Killed(BaseException):
    """The process is killed: nothing of it goes on, and nobody catches it."""


@dataclass
class Kept:
    """What the engine keeps of a resource from one run to the next.

    Args:
        kind: Of `KINDS`.
        id: The resource's.
        inputs: As of the last update.
        outputs: Likewise.
        unfinished: Whether the last update failed after it had done a part.
    """

    kind: str
    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    unfinished: bool = False

    def shown(self) -> str:
        """Everything that is no secret, as text: what is one is encrypted in state."""
        secret = {one.name for one in find(self.kind).properties if one.secret}
        return repr(
            [{name: value for name, value in one.items() if name not in secret} for one in (self.inputs, self.outputs)]
        )


State = dict[str, Kept]
"""By the resource's name."""


@dataclass
class Pipeline:
    """A pipeline of a story.

    Args:
        name: How the story calls it.
        code: The number of its program.
        key: Its API key.
        user: Whose key it is, by e-mail address.
        state: What its engine keeps.
        ledger: What the judge remembers of it.
        own_key: The id of the API key that it has at first.
        first_key: That key.
        known: Everything that its program ever declared.
        leaving: What its program is to declare once what was put back has been applied; ``None`` where nothing was put back.
        needed: Keys that its stack is configured with.
        mappings: The role mappings that it was ever told of.
    """

    name: str
    code: int
    key: str
    user: str
    state: State = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    own_key: str = ""
    first_key: str = ""
    known: Declared = field(default_factory=Declared)
    leaving: Declared | None = None
    needed: set[str] = field(default_factory=set)
    mappings: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Access:
    """How a pipeline reaches the organization.

    Args:
        key: Its API key.
        user: Whose key it is.
        patience: How long it waits.
        transport: How its calls travel.
        organization: Which one it is.
        needed: Where else keys are configured, by `fingerprint`.
    """

    key: str
    user: str
    patience: Patience
    transport: Transport
    organization: str = ORGANIZATION
    needed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Program:
    """What is to be made so.

    Args:
        resources: What the program registers, in its order.
        together: Whether the engine checks all resources that need no other one before it changes any of them.
        preview: Whether a preview comes first, which refuses what the update would.
    """

    resources: Sequence[Resource]
    together: bool = False
    preview: bool = False


def run(
    access: Access, state: State, program: Program, said: list[str], begins: Callable[[str], None] = lambda _: None
) -> str | None:
    """Makes the organization what is declared, in one update.

    Args:
        access: How to reach it.
        state: Takes the result.
        program: What is to be made so.
        said: Takes what is shown to people.
        begins: Told the name of each resource right before it is changed.

    Returns:
        Why it failed, as a person reads it; ``None`` where it did not.

    Raises:
        Killed: The process was killed; state is as the engine last wrote it.
    """
    settings = Settings(access.key, ENDPOINT, access.organization, api_key_user=access.user, needed=access.needed)
    for update in (False, True) if program.preview else (True,):
        phase = Phase(lambda: settings, said.append, access.patience, at_once=1, transport=access.transport)
        try:
            _Engine(phase, state, begins, update=update).go(program)
        except (Failed, Refused) as error:
            return f"{type(error).__name__}: {error}"
        except Unfinished as unfinished:
            return f"{type(unfinished.error).__name__}: {unfinished.error}"
    return None


def _turn(kind: str) -> int:
    """Where a kind comes when resources are deleted: what others depend on comes last."""
    return -SIGN_ON_PARTS.index(kind) if kind in SIGN_ON_PARTS else 1


class _Engine:
    def __init__(self, phase: Phase, state: State, begins: Callable[[str], None], *, update: bool) -> None:
        self._phase, self._state, self._begins, self._update = phase, state, begins, update
        self._outputs: dict[str, Mapping[str, Any]] = {}

    def go(self, program: Program) -> None:
        pending: list[Iterator[None]] = []
        for resource in program.resources:
            step = self._step(resource)
            next(step)
            if program.together and resource.apart:
                pending.append(step)
                continue
            for one in (*pending, step):
                next(one, None)
            pending.clear()
        for one in pending:
            next(one, None)
        self._delete(program)

    def _step(self, resource: Resource) -> Iterator[None]:
        """Checks and compares; and once it is asked to go on, changes."""
        served = serve(resource.kind, self._phase)
        kept = self._state.get(resource.name, Kept(resource.kind))
        checked = served.check(kept.inputs, {name: self._value(one) for name, one in resource.inputs.items()})
        if checked.failures:
            raise Refused("; ".join(checked.failures))
        news, olds = checked.inputs, kept.outputs
        changes = not kept.id or served.diff(kept.id, olds, news).changes or kept.unfinished
        yield
        if not self._update:
            self._outputs[resource.name] = served.foresee(news, olds) if changes else olds
            return
        if changes:
            self._begins(resource.name)
            try:
                made = served.update(kept.id, olds, news) if kept.id else served.create(news)
            except Unfinished as unfinished:
                kept.inputs = kept.inputs if kept.id else news
                kept.id, kept.outputs, kept.unfinished = unfinished.id, dict(unfinished.outputs), True
                self._state[resource.name] = kept
                raise
            kept.id, kept.outputs = made.id, made.outputs
        kept.inputs, kept.unfinished = news, False
        self._state[resource.name] = kept
        self._outputs[resource.name] = kept.outputs

    def _value(self, given: Any) -> Any:
        return self._outputs[given.resource].get(given.property, UNKNOWN) if isinstance(given, Output) else given

    def _delete(self, program: Program) -> None:
        declared = {one.name for one in program.resources}
        doomed = [name for name in reversed(self._state) if name not in declared]
        for name in sorted(doomed, key=lambda name: _turn(self._state[name].kind)):
            kept = self._state[name]
            served = serve(kept.kind, self._phase)
            if not self._update:
                if refused := served.refused_delete(kept.outputs):
                    raise Refused(refused)
                continue
            self._begins(name)
            served.delete(kept.id, kept.outputs)
            del self._state[name]
