"""A kind of resource behind Pulumi's protocol for dynamic providers, in the provider's own process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    Config,
    CreateResult,
    DiffResult,
    ReadResult,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_elastic_org import kinds
from pulumi_elastic_org.dynamic.process import prepare_process
from pulumi_elastic_org.dynamic.unfinished import keep
from pulumi_elastic_org.garbage import collect_seldom
from pulumi_elastic_org.lifecycle.errors import Failed, Refused, Unfinished
from pulumi_elastic_org.lifecycle.interface import Clear
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.settings import find_settings

# Pulumi shows the class of an exception in front of its text, with the module unless it is a builtin.
for _shown in (Refused, Failed):
    _shown.__module__ = "builtins"

_lock = threading.Lock()
_phase: Phase | None = None


def phase_of_this_process(config: Config) -> Phase:
    """Returns the one phase of a provider process, which Pulumi starts for one configuration and one operation.

    Args:
        config: As Pulumi configures each provider.
    """
    global _phase  # noqa: PLW0603 - each provider is made apart, and all share it
    with _lock:
        if _phase is None:
            prepare_process()
            collect_seldom()
            _phase = Phase(lambda: find_settings(config.get, os.environ, _everything(config)))
        return _phase


def _everything(config: Config) -> Mapping[str, object]:
    """All that is configured: what one of the SDK's own attributes holds, since the SDK gives values by name only."""
    return getattr(config, "_props", {})


class DynamicFace:
    """Passes the calls of a dynamic provider on to a kind of resource, and its answers back.

    Args:
        kind: The kind's name.
        phase: What the calls share with those of other resources.
    """

    def __init__(self, kind: str, phase: Phase) -> None:
        self._kind: Clear = kinds.serve(kind, phase)

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """As `pulumi.dynamic.ResourceProvider`; so are the others."""
        with _told(news):
            checked = self._kind.check(_own(olds), _own(news))
        # The engine would print the whole value of a property that is named, secrets in clear.
        reasons = "\n".join(failure.reason for failure in checked.failures)
        return CheckResult(checked.inputs, [CheckFailure("", reasons)] if reasons else [])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        with _told(news):
            found = self._kind.diff(id_, _own(olds), _own(news))
        return DiffResult(found.changes, list(found.replaces), None, found.delete_before_replace)

    def create(self, props: dict[str, Any]) -> CreateResult:
        with _told(props):
            made = self._kind.create(_own(props))
        return CreateResult(made.id, made.outputs)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        with _told(news):
            return UpdateResult(self._kind.update(id_, _own(olds), _own(news)).outputs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        with _told(props):
            found = self._kind.read(id_, {}, _own(props))
        return ReadResult("", {}) if found is None else ReadResult(found.id, found.outputs, found.inputs)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        with _told(props):
            self._kind.delete(id_, _own(props))


def _own(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without the one by which Pulumi keeps the provider itself."""
    return {key: value for key, value in properties.items() if key != PROVIDER_KEY}


@contextmanager
def _told(properties: Mapping[str, Any]) -> Iterator[None]:
    """Has the engine keep what was done of what is unfinished."""
    try:
        yield
    except Unfinished as unfinished:
        keep(unfinished.id, {**unfinished.outputs, PROVIDER_KEY: properties.get(PROVIDER_KEY)}, str(unfinished))
        raise unfinished.error from None
