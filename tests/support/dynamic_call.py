"""A provider called in this process as the SDK's servicer calls it: what it did before it failed is kept as an engine keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.runtime.rpc import deserialize_properties

T = TypeVar("T")


class _Call(grpc.ServicerContext):  # type: ignore[misc]
    """A call that remembers the details of its status."""

    metadata: tuple[tuple[str, bytes], ...] = ()

    def set_trailing_metadata(self, metadata: Any) -> None:
        self.metadata = tuple(metadata)


_Call.__abstractmethods__ = frozenset()  # the servicer's context has many methods, and this is all that is used of them


def call(act: Callable[[], T], keep: Callable[[str, dict[str, Any]], None]) -> T:
    """Acts within a call.

    Args:
        act: Calls the provider.
        keep: Takes the id and the outputs that an engine keeps when the call fails after a part was done.

    Returns:
        What `act` returned.
    """
    context = _Call()
    try:
        return act()
    except Exception:
        if (done := partly_done(context.metadata)) is not None:
            keep(done.id, dict(deserialize_properties(done.properties)))
        raise


def partly_done(metadata: Iterable[tuple[str, Any]]) -> provider_pb2.ErrorResourceInitFailed | None:
    """What a call did before it failed, by what comes with the error; ``None`` where it did nothing."""
    for key, value in metadata:
        if key == "grpc-status-details-bin":
            [detail] = status_pb2.Status.FromString(value).details
            done = provider_pb2.ErrorResourceInitFailed()
            assert detail.Unpack(done)
            return done
    return None
