"""Keeping what was done when the rest failed.

A provider whose create or update raises has done nothing, as far as Pulumi's engine knows: state stays as it was, and whatever was
done is forgotten. With the message `ErrorResourceInitFailed` among the details of the gRPC status (Pulumi's `provider.proto`) the
engine keeps the id and the outputs that it names, shows its reasons as the error, and has the next run update the resource
whatever `diff` says. Pulumi's dynamic providers have no way to say that, so it is said to gRPC.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.runtime.rpc import serialize_properties

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
