"""Resources driven behind either face, as Pulumi's engine drives them: each phase looks at the organization anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import pytest
from pulumi.dynamic import CreateResult, UpdateResult

from elastic_cloud_emulator import Emulator, Watcher
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.dynamic.face import DynamicFace
from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from tests.support.acme import ADMIN, ADMIN_KEY, Acme
from tests.support.dynamic_call import call
from tests.support.plugin import Keep, Plugin, PluginFace, new_urn, serving


class DynamicDriver(DynamicFace):
    """One resource behind the dynamic face, called in this process as the SDK's servicer calls it.

    Args:
        kind: The name of its kind.
        phase: In which it is called.
        keep: Takes the id and the outputs that an engine keeps when a call fails after a part was done.
    """

    refreshes = False

    def __init__(self, kind: str, phase: Phase, keep: Keep) -> None:
        super().__init__(kind, phase)
        self._keep = keep

    def create(self, props: dict[str, Any]) -> CreateResult:
        return call(lambda: super(DynamicDriver, self).create(props), self._keep)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return call(lambda: super(DynamicDriver, self).update(id_, olds, news), self._keep)


class Phases:
    """Where phases are opened, one after the other.

    Attributes:
        face: Whether programs in Python are served (``"dynamic"``), or those of every language, over real gRPC (``"plugin"``).
    """

    face = "dynamic"
    open: Phase | Plugin | None = None

    def settings(self) -> Settings:
        """How a phase reaches the organization."""
        raise NotImplementedError

    patience: Patience | None = None

    @contextmanager
    def phase(self) -> Iterator[Phase | Plugin]:
        """What one preview or update sees; nothing is known of the one before."""
        if self.face == "plugin":
            with serving(self.settings(), partial(Phase, patience=self.patience)) as plugin:
                yield from self._opened(plugin)
        else:
            yield from self._opened(Phase(self.settings, patience=self.patience))

    def driver(self, kind: str, urn: str = "", keep: Keep = lambda _id, _outputs: None) -> DynamicDriver | PluginFace:
        """Returns what calls a resource in the phase that is open; arguments as for `PluginFace`."""
        if isinstance(self.open, Plugin):
            return PluginFace(kind, self.open.stub, urn or new_urn(kind), keep)
        assert self.open is not None
        return DynamicDriver(kind, self.open, keep)

    def _opened(self, phase: Phase | Plugin) -> Iterator[Phase | Plugin]:
        self.open = phase
        try:
            yield phase
        finally:
            self.open = None


class Provided:
    """One resource, from update to update.

    Args:
        kind: The name of its kind.
        phases: Where phases are opened.
        inputs: Those that stay the same.
    """

    def __init__(self, kind: str, phases: Phases, inputs: dict[str, Any]) -> None:
        self._kind = kind
        self._phases = phases
        self.settings = inputs
        self._inputs: dict[str, Any] = {}
        self._outputs: dict[str, Any] = {}
        self._inputs_when_created: dict[str, Any] = {}
        self._id = ""
        self.urn = new_urn(kind)
        self._unfinished = False

    @property
    def _provider(self) -> DynamicDriver | PluginFace:
        return self._phases.driver(self._kind, self.urn, self._keep)

    def up(self, **inputs: Any) -> None:
        """Checks and applies; raises what the person would read."""
        with self._phases.phase():
            self.up_within_a_phase(**inputs)

    def refresh(self) -> None:
        """Reads, and keeps what was read as the engine does."""
        with self._phases.phase():
            self._refresh()

    def _refresh(self) -> None:
        read = self._provider.read(self._id, self._outputs)
        kept = self._inputs if read.outs else {}  # by an engine, where a read says nothing of inputs
        self._outputs, self._inputs = dict(read.outs or {}), dict(read.inputs or kept)

    def up_within_a_phase(self, **inputs: Any) -> None:
        """The same beside other resources: within a phase that is open."""
        self.planned_within_a_phase(**inputs)()

    def planned_within_a_phase(self, **inputs: Any) -> Callable[[], None]:
        """Checks and compares, and returns what applies it."""
        if self._outputs and self._provider.refreshes:
            self._refresh()
        checked = self._provider.check(self._inputs, {**self.settings, **inputs})
        if checked.failures:
            raise Refused("; ".join(failure.reason for failure in checked.failures))
        changes = not self._outputs or self._provider.diff(self._id, self._outputs, checked.inputs).changes

        def act() -> None:
            if not self._outputs:
                self._inputs_when_created = checked.inputs
                created = self._provider.create(checked.inputs)
                self._id, self._outputs = str(created.id), dict(created.outs or {})
            elif changes or self._unfinished:
                updated = self._provider.update(self._id, self._outputs, checked.inputs)
                self._outputs = dict(updated.outs or {})
            self._inputs, self._unfinished = checked.inputs, False

        return act

    def delete(self) -> None:
        """Deletes the resource in a phase of its own."""
        with self._phases.phase():
            self.delete_within_a_phase()

    def delete_within_a_phase(self) -> None:
        """Deletes the resource beside others."""
        self._provider.delete(self._id, self._outputs)
        self._inputs, self._outputs = {}, {}

    @property
    def outputs(self) -> dict[str, Any]:
        """What state knows of it; empty where it does not exist."""
        return self._outputs

    def _keep(self, id_: str, outputs: dict[str, Any]) -> None:
        """As the engine: after a create the inputs are the new ones, after an update those of before."""
        if not self._outputs:
            self._inputs = self._inputs_when_created
        self._id, self._outputs, self._unfinished = id_, outputs, True


FACES = ("dynamic", "plugin")
"""Whatever the lifecycle does, it does for both."""

Organization = TypeVar("Organization", bound=Phases)


def emulated(
    kind: Callable[[Emulator], Organization], face: str, began: datetime | None = None
) -> Iterator[Organization]:
    """Yields an organization of an emulator of its own, driven behind a face.

    Args:
        kind: Makes the organization.
        face: Of `FACES`.
        began: The emulator's time at first; ``None`` for now.
    """
    with Emulator(now=began) as emulator:
        organization = kind(emulator)
        organization.face = face
        yield organization


class Cloud(Acme, Phases):
    """The organization `acme`, the resources that reach it, and what happens in it while they do."""

    key = ADMIN_KEY

    def settings(self) -> Settings:
        owner = ADMIN if self.key == ADMIN_KEY else None
        return Settings(self.key, self.emulator.endpoint, api_key_user=owner)

    def roster(self, mode: str = "authoritative", **guards: Any) -> Provided:
        """A roster with these guards."""
        return Provided("Roster", self, {"mode": mode, "expires_in": "72h", **write_guards(Guards(**guards))})

    def member(self, email: str, **guards: Any) -> Provided:
        """A member with these guards."""
        return Provided("Member", self, {"email": email, "expires_in": "72h", **write_guards(Guards(**guards))})

    def accept(self, email: str) -> None:
        """Accepts the person's invitation."""
        self.cloud.accept(self.id, email)

    def when_asked(self, method: str, path: str, act: Callable[[], object], *, after_effect: bool = False) -> None:
        """Acts once, when the first such call comes.

        Args:
            method: The HTTP method.
            path: How the path ends.
            act: What somebody else does at that moment.
            after_effect: Whether the call does its work first.
        """
        watchers = self.emulator.watchers

        class Once(Watcher):
            def arrived(self, method_: str, path_: str) -> None:
                if not after_effect:
                    self._notice(method_, path_)

            def worked(self, method_: str, path_: str) -> None:
                if after_effect:
                    self._notice(method_, path_)

            def _notice(self, method_: str, path_: str) -> None:
                if method_ == method and path_.endswith(path):
                    watchers.remove(self)
                    act()

        watchers.append(Once())


@pytest.fixture(params=FACES)
def cloud(request: pytest.FixtureRequest) -> Iterator[Cloud]:
    """The organization, behind each of the two faces."""
    yield from emulated(Cloud, request.param)


@pytest.fixture(name="cloud")
def cloud_behind_the_plugin() -> Iterator[Cloud]:
    """The organization, whose resources the plugin serves."""
    yield from emulated(Cloud, "plugin")
