"""A kind of resource behind Pulumi's protocol for dynamic providers, in the provider's own process."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]
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
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.runtime.rpc import serialize_properties

from pulumi_elastic_org import kinds
from pulumi_elastic_org.lifecycle.interface import Failed, Refused, Unfinished
from pulumi_elastic_org.lifecycle.phase import Phase, find_settings
from pulumi_elastic_org.lifecycle.served import Served
from pulumi_elastic_org.process import EngineWatch, accept_every_character, collect_seldom
from pulumi_elastic_org.variables import LOST

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
        self._kind: Served = kinds.serve(kind, phase)

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """As `pulumi.dynamic.ResourceProvider`; so are the others."""
        if lost := "\n".join(_lost(news)):
            return CheckResult(news, [CheckFailure("", lost)])
        with _told(news):
            checked = self._kind.check(_own(olds), _own(news))
        # The engine would print the whole value of a property that is named, secrets in clear.
        reasons = "\n".join(checked.failures)
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
            found = self._kind.read(id_, _own(props))
        return ReadResult("", {}) if found is None else ReadResult(found.id, found.outputs, found.inputs)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        with _told(props):
            self._kind.delete(id_, _own(props))


def _lost(properties: Mapping[str, Any]) -> Iterator[str]:
    """Yields what is to be said of entries of maps that the program declares and an update does not come to know."""
    maps = ((key, value) for key, value in properties.items() if isinstance(value, Mapping))
    for name in (f"{key}: {name}" for key, value in maps for name, entry in value.items() if entry == LOST):
        yield (
            f"{name}: what this is made of is not known, since another resource failed or is left out of this update. "
            "Mend that one or take it in, then run the same command again"
        )


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


_DETAILS = "grpc-status-details-bin"
"""Under this key gRPC sends a status with details (https://grpc.io/docs/guides/error, "richer error model")."""


def keep(id_: str, outputs: Mapping[str, Any], reason: str) -> None:
    """Has the engine keep what was done, once the call that it made has ended with an error.

    Args:
        id_: The resource's id.
        outputs: The resource's outputs, which say what was done; with its provider, as the engine keeps it.
        reason: Why the rest was not, and what to do, as a person reads it.
    """
    if (context := _call()) is None:
        return
    details = provider_pb2.ErrorResourceInitFailed(id=id_, reasons=[reason])
    details.properties.CopyFrom(asyncio.run(serialize_properties(outputs, {})))
    # An exception ends the call with this code; gRPC for Go drops details that go with another one.
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(details)
    context.set_trailing_metadata([(_DETAILS, status.SerializeToString())])


def _call() -> grpc.ServicerContext | None:
    """The call that this thread serves, which the SDK's servicer keeps to itself; nothing where no engine called."""
    frame = inspect.currentframe()
    while frame is not None:
        if isinstance(context := frame.f_locals.get("context"), grpc.ServicerContext):
            return context
        frame = frame.f_back
    return None


@functools.cache
def prepare_process() -> None:
    """Has an exception shown to people as its text, every character accepted, and the process end with its engine."""
    sys.tracebacklimit = 0
    accept_every_character()
    main = getattr(sys.modules["__main__"], "__spec__", None)
    if main is not None and main.name == "pulumi.dynamic.__main__":  # and not a test of the provider alone
        EngineWatch.of_this_process().end_process_with_engine()
