"""The dynamic provider behind `Roster`. What it does is in `roster_lifecycle`.

A program only needs the provider's name, which Pulumi pickles into state. So what the provider is made of, HTTP and validation
among it, is imported when the engine calls it, and never in the program's process: that halves the start of a program.

The class path of the provider is part of the format of state, and so is what it holds when it is pickled: both stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

if TYPE_CHECKING:
    from pulumi_elastic_org.resources.roster_lifecycle import RosterLifecycle


class RosterProvider(ResourceProvider):
    """Makes an organization's members what a roster says."""

    serialize_as_secret_always = (
        False  # it holds no secret, and a secret would hide the diff of everything it is part of
    )

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[str] = set()

    @property
    def _lifecycle(self) -> RosterLifecycle:
        from pulumi_elastic_org.resources.roster_lifecycle import RosterLifecycle  # noqa: PLC0415 - not in a program

        return RosterLifecycle(self._checked)

    def configure(self, req: ConfigureRequest) -> None:
        self._lifecycle.configure(req)

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        return self._lifecycle.check(olds, news)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return self._lifecycle.diff(_id, olds, news)

    def create(self, props: dict[str, Any]) -> CreateResult:
        return self._lifecycle.create(props)

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return self._lifecycle.update(_id, olds, news)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return self._lifecycle.read(id_, props)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        self._lifecycle.delete(id_, props)
