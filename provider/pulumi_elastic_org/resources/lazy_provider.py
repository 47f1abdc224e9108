"""A dynamic provider whose work is loaded when Pulumi's engine calls it, in the provider's own process.

A program only needs the provider's name, which Pulumi pickles into state. So HTTP, validation and whatever else the provider is
made of stay out of the program's process, which then starts faster.

The class paths of the subclasses are part of the format of state, and so is what they hold when they are pickled: both stay as they
are.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import Any, ClassVar

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)


class LazyProvider(ResourceProvider):
    """Passes each call on.

    Attributes:
        implementation: The class that does the work, as ``module:Class``; a `ResourceProvider` too.
    """

    serialize_as_secret_always = (
        False  # it holds no secret, and a secret would hide the diff of everything it is part of
    )
    implementation: ClassVar[str]

    @cached_property
    def _loaded(self) -> ResourceProvider:  # made by `configure`, which the SDK calls first and once
        module, _, name = self.implementation.partition(":")
        loaded: ResourceProvider = getattr(import_module(module), name)()
        return loaded

    def configure(self, req: ConfigureRequest) -> None:
        self._loaded.configure(req)

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        return self._loaded.check(olds, news)

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return self._loaded.diff(id_, olds, news)

    def create(self, props: dict[str, Any]) -> CreateResult:
        return self._loaded.create(props)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return self._loaded.update(id_, olds, news)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return self._loaded.read(id_, props)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        self._loaded.delete(id_, props)


class LazyPeopleProvider(LazyProvider):
    """A provider of people, whose pickle in state has always held this empty set."""

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[str] = set()
