"""A dynamic provider whose work is loaded when Pulumi's engine calls it, in the provider's own process.

A program only needs the provider's name, which Pulumi pickles into state. So HTTP, validation and whatever else the provider is
made of stay out of the program's process, which then starts faster.

The class paths of the subclasses are part of the format of state, and so is what they hold when they are pickled: both stay as they
are.
"""

from __future__ import annotations

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


class KindProvider(ResourceProvider):
    """Passes each call on.

    Attributes:
        kind: The name of the kind of resource that does the work.
    """

    serialize_as_secret_always = (
        False  # it holds no secret, and a secret would hide the diff of everything it is part of
    )
    kind: ClassVar[str]

    def configure(self, req: ConfigureRequest) -> None:  # the SDK calls it first, and once
        from pulumi_elastic_org.dynamic.face import DynamicFace, phase_of_this_process  # noqa: PLC0415

        self._face = DynamicFace(self.kind, phase_of_this_process(req.config))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        return self._face.check(olds, news)

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return self._face.diff(id_, olds, news)

    def create(self, props: dict[str, Any]) -> CreateResult:
        return self._face.create(props)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return self._face.update(id_, olds, news)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return self._face.read(id_, props)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        self._face.delete(id_, props)


class PeopleProvider(KindProvider):
    """A provider of people, whose pickle in state has always held this empty set."""

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[str] = set()
