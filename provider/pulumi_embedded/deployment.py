"""What a program's registrations lead to: for each resource, which operation.

Decisions are made one at a time, in the order in which the program registers, as the Pulumi engine makes them
(https://github.com/pulumi/pulumi, `pkg/resource/deploy/step_generator.go`); the operations then run side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from pulumi.runtime.proto.provider_pb2 import CheckFailure

from .providers import Difference
from .state import PROVIDER_TYPE, Resource
from .steps import Steps, Stopped
from .sweep import delete_all
from .unsupported import Unsupported
from .values import Properties, reveal

_NOT_KNOWN = (
    "Its provider's configuration is not known before an update, which may do something else than this preview says."
)


@dataclass(frozen=True)
class Goal:
    """A resource as the program wants it.

    Args:
        resource: With the program's inputs, and neither id nor outputs.
        delete_before_replace: How a replacement goes; `None` leaves it to the provider.
    """

    resource: Resource
    delete_before_replace: bool | None = None


class Deployment:
    """One run of a program.

    Args:
        steps: Carries out what is decided.
        default_provider_urn: The URN of the provider of resources that name none.
        config: The stack's configuration, which is the default provider's.
    """

    def __init__(self, steps: Steps, default_provider_urn: str, config: Properties) -> None:
        self._steps = steps
        self._checkpoint = steps.checkpoint
        self._config = config
        self._default_provider_urn = default_provider_urn
        self._default_provider: str | None = None
        self._deciding = threading.Lock()
        self._registered: dict[str, Resource] = {}

    def register(self, goal: Goal) -> Resource:
        """Makes a resource what the program wants it to be, and returns it as it is then.

        Raises:
            Stopped: It failed, or something else has.
        """
        with self._deciding:
            self._steps.providers.trust.add(goal.resource.inputs)
            self._claim(goal.resource)
            self._checkpoint.file.check_storable(goal.resource)
            operate = self._decide(goal)
        resource = operate()
        self._registered[resource.urn] = resource
        return resource

    def read(self, resource: Resource) -> Resource:
        """Reads a resource that the program refers to by id.

        Raises:
            Stopped: It failed, or something else has.
        """
        with self._deciding:
            self._steps.providers.trust.add(resource.inputs)
            self._claim(resource)
            resource = self._with_provider(resource)
            old = self._checkpoint.old(resource.urn)
            if old is not None and not old.external:
                raise self._unsupported("reading by id what the stack manages under the same name", resource)
        return self._steps.read(old, resource)

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Takes the outputs of a component, or of the stack."""
        resource = self._registered[urn]
        completed = replace(resource, outputs=outputs)
        self._checkpoint.file.check_storable(completed)
        self._registered[urn] = completed
        self._checkpoint.swap(resource, completed)

    def finish(self) -> None:
        """Deletes what the program no longer has.

        Raises:
            Stopped: A delete was refused or failed.
        """
        delete_all(self._steps)

    def _claim(self, resource: Resource) -> None:
        """Takes the resource's URN, which from here on nobody else may have."""
        urn = resource.urn
        if self._steps.stopped:
            raise Stopped
        if urn in self._registered:
            raise self._steps.fail(f"Duplicate resource URN '{urn}'; try giving it a unique name", urn)
        self._registered[urn] = resource

    def _decide(self, goal: Goal) -> Callable[[], Resource]:
        new = goal.resource
        old = self._checkpoint.old(new.urn)
        if old is not None and (old.external or old.custom != new.custom):
            raise self._unsupported("taking over a resource that was read, or of another kind, under its name", new)
        if new.custom and not new.is_provider:
            new = self._with_provider(new)
            return self._decide_custom(goal, old, new)
        if new.is_provider:
            self._steps.providers.configure(new)
        return self._settle(old, new)

    def _settle(self, old: Resource | None, new: Resource) -> Callable[[], Resource]:
        """What happens to a component or a provider: its inputs alone decide."""
        if old is None:
            return lambda: self._steps.create(new)
        if old.inputs == new.inputs:
            return lambda: self._steps.same(old, new)
        return lambda: self._steps.update(old, new)

    def _decide_custom(self, goal: Goal, old: Resource | None, new: Resource) -> Callable[[], Resource]:
        program_inputs = new.inputs
        new = self._checked(new, old.inputs if old else {}, program_inputs)
        if old is None:
            return lambda: self._steps.create(new)
        difference = self._difference(old, new)
        if not (difference.changes or old.pending_replacement or old.init_errors):
            return lambda: self._steps.same(old, new)
        if not difference.replaces and not old.pending_replacement:
            return lambda: self._steps.update(old, new)
        protected = old.protect and new.protect
        if protected and not self._steps.preview:
            raise self._refuse_to_replace(new)
        delete_first = goal.delete_before_replace
        if delete_first is None:
            delete_first = difference.delete_before_replace
        if old.pending_replacement:
            delete_first = True  # an earlier run did, and came no further
        elif delete_first and any(old.urn in other.needs for other in self._checkpoint.resources):
            raise self._unsupported("deleting before replacement what other resources depend on", new)
        # What replaces is a new resource: it is checked as one.
        replacement = self._checked(new, {}, program_inputs)

        def operate() -> Resource:
            replaced = self._steps.replace(old, replacement, delete_first=delete_first)
            if protected:  # a preview shows what it then refuses
                raise self._refuse_to_replace(new)
            return replaced

        return operate

    def _refuse_to_replace(self, new: Resource) -> Stopped:
        return self._steps.fail(
            f"{new.urn} cannot be replaced, because it is protected. To unprotect it, remove `protect` from it in the program "
            "and run an update.",
            new.urn,
        )

    def _checked(self, new: Resource, old_inputs: Properties, inputs: Properties) -> Resource:
        with self._steps.asking(new.urn):
            checked, failures = self._steps.provider(new).check(new, old_inputs, inputs)
        if failures:
            for failure in failures:
                self._steps.fail(_problem(new, failure), new.urn)
            raise Stopped
        return replace(new, inputs=checked)

    def _difference(self, old: Resource, new: Resource) -> Difference:
        with self._steps.asking(new.urn):
            provider = self._steps.provider(new)
            difference = provider.diff(old, new.inputs)
        if not provider.known:
            self._steps.reporter.say("warning", _NOT_KNOWN, new.urn)
        if difference.changes is None:
            return replace(difference, changes=reveal(old.inputs) != reveal(new.inputs))
        return difference

    def _with_provider(self, resource: Resource) -> Resource:
        """The resource with a reference to its provider: the one it names, else the default."""
        if resource.provider:
            return resource
        if self._default_provider is None:
            new = Resource(self._default_provider_urn, PROVIDER_TYPE, custom=True, inputs=self._config)
            self._steps.providers.configure(new)
            provider = self._settle(self._checkpoint.old(new.urn), new)()
            self._registered[provider.urn] = provider
            self._default_provider = f"{provider.urn}::{provider.id}"
        return replace(resource, provider=self._default_provider)

    def _unsupported(self, what: str, resource: Resource) -> Stopped:
        return self._steps.fail(str(Unsupported(what)), resource.urn)


def _problem(resource: Resource, failure: CheckFailure) -> str:
    """What check refused. The value is left out: it may be long, or hold a secret."""
    where = f": property {failure.property}" if failure.property else ""
    return f"{resource.type} resource '{resource.name}'{where} has a problem: {failure.reason}"
