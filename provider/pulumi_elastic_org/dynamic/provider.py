"""A dynamic provider whose work is loaded when Pulumi's engine calls it, in the provider's own process.

A program only needs the provider's name, which Pulumi pickles into state. So HTTP, validation and whatever else the provider is
made of stay out of the program's process, which then starts faster.

The class paths of the subclasses are part of the format of state, and so is what they hold when they are pickled: both stay as they
are.
"""

from __future__ import annotations

from typing import ClassVar

from pulumi.dynamic import ConfigureRequest, ResourceProvider


class KindProvider(ResourceProvider):
    """Has each call answered by the face of its kind.

    Attributes:
        kind: The name of the kind of resource that does the work.
    """

    serialize_as_secret_always = (
        False  # it holds no secret, and a secret would hide the diff of everything it is part of
    )
    kind: ClassVar[str]

    def configure(self, req: ConfigureRequest) -> None:  # the SDK calls it first, and once
        from pulumi_elastic_org.dynamic.face import DynamicFace, phase_of_this_process  # noqa: PLC0415

        face = DynamicFace(self.kind, phase_of_this_process(req.config))
        for call in ("check", "diff", "create", "update", "read", "delete"):
            setattr(self, call, getattr(face, call))


class PeopleProvider(KindProvider):
    """A provider of people, whose pickle in state has always held this empty set."""

    def __init__(self) -> None:
        super().__init__()
        self._checked: set[str] = set()
