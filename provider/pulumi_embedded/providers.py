"""Dynamic providers as the engine calls them: values in, values out, over gRPC."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from .port import EngineError
from .processes import ProviderProcess
from .state import Resource
from .trust import Trust
from .values import Properties, from_struct, has_unknowns, mark_secrets, to_struct

# Property bags may be large: the limit of Pulumi's own channels.
MESSAGE_LIMIT = 400 * 1024 * 1024
CHANNEL_OPTIONS = [
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.enable_http_proxy", 0),  # it is on loopback
    # The details of a status, which hold a property bag after a failure, are metadata.
    ("grpc.max_metadata_size", MESSAGE_LIMIT),
    ("grpc.absolute_max_metadata_size", MESSAGE_LIMIT),
]
_DETAILS = "grpc-status-details-bin"


class ProviderError(Exception):
    """A provider failed; the message is what it said."""


class ProviderEnded(ProviderError):
    """The provider's process ended while it was called."""


class PartlyDone(ProviderError):
    """A create or an update failed after it had done a part.

    Args:
        id: The resource's id.
        outputs: Its outputs as they are.
        reasons: Why the rest was not done.
    """

    def __init__(self, id: str, outputs: Properties, reasons: tuple[str, ...]) -> None:
        super().__init__("\n".join(reasons))
        self.id = id
        self.outputs = outputs
        self.reasons = reasons


@dataclass(frozen=True)
class Difference:
    """What `diff` found.

    Args:
        changes: Whether anything differs; `None` when the provider leaves that to a comparison of the inputs.
        replaces: The properties for which the resource must be replaced.
        delete_before_replace: Whether a replacement deletes first.
    """

    changes: bool | None
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True)
class Live:
    """What `read` found: the id, empty when the resource is gone, outputs, and inputs when the provider returns them."""

    id: str
    outputs: Properties
    inputs: Properties | None


class Provider:
    """One provider process with one configuration.

    Args:
        process: The process.
        config: Its configuration. While that has unknowns, in a preview, the provider is not called.
        trust: What the process may unpickle.
    """

    def __init__(self, process: ProviderProcess, config: Properties, trust: Trust) -> None:
        self._process = process
        self._trust = trust
        self._config = config
        self._starting = threading.Lock()
        self.known = not has_unknowns(config)

    def check(
        self, resource: Resource, old_inputs: Properties, inputs: Properties
    ) -> tuple[Properties, Sequence[provider_pb2.CheckFailure]]:
        """The checked inputs, and what is wrong with them: properties, or under an empty name the whole resource."""
        if not self.known:
            return inputs, []
        answer = self._call("Check", resource, inputs, old_inputs, olds=old_inputs, news=inputs)
        return mark_secrets(from_struct(answer.inputs), inputs), answer.failures

    def diff(self, old: Resource, inputs: Properties) -> Difference:
        """What differs between the resource as it was and the new inputs."""
        if not self.known:
            return Difference(None)
        answer = self._call(
            "Diff", old, inputs, old.outputs, id=old.id, old_inputs=old.inputs, olds=old.outputs, news=inputs
        )
        unknown = answer.changes == provider_pb2.DiffResponse.DIFF_UNKNOWN
        changes = None if unknown else answer.changes == provider_pb2.DiffResponse.DIFF_SOME
        return Difference(changes, tuple(answer.replaces), answer.deleteBeforeReplace)

    def create(self, resource: Resource) -> tuple[str, Properties]:
        """The id and the outputs of the created resource.

        Raises:
            PartlyDone: It exists, and is not all that it should be.
        """
        answer = self._call("Create", resource, resource.inputs, properties=resource.inputs)
        if not answer.id:
            raise ProviderError("The provider returned no id from create.")
        return answer.id, mark_secrets(from_struct(answer.properties), resource.inputs)

    def update(self, old: Resource, new: Resource) -> Properties:
        """The outputs of the updated resource.

        Raises:
            PartlyDone: A part of the update was done.
        """
        answer = self._call(
            "Update", new, new.inputs, id=old.id, old_inputs=old.inputs, olds=old.outputs, news=new.inputs
        )
        return mark_secrets(from_struct(answer.properties), new.inputs)

    def delete(self, resource: Resource) -> None:
        """Deletes the resource."""
        outputs = resource.outputs
        self._call("Delete", resource, outputs, id=resource.id, old_inputs=resource.inputs, properties=outputs)

    def read(self, resource: Resource) -> Live:
        """The resource as it is."""
        inputs, outputs = resource.inputs, resource.outputs
        answer = self._call("Read", resource, outputs, inputs, id=resource.id, inputs=inputs, properties=outputs)
        found = from_struct(answer.inputs) if answer.HasField("inputs") else None
        return Live(
            answer.id,
            mark_secrets(from_struct(answer.properties), outputs),
            None if found is None else mark_secrets(found, inputs),
        )

    def _call(
        self,
        method: str,
        resource: Resource,
        *unpickled: Properties,
        id: str | None = None,
        **properties: Properties,
    ) -> Any:
        """The answer to a request about a resource.

        Args:
            method: The method of the service; the request has its name too.
            resource: The resource.
            unpickled: The bags in which the SDK's process looks for the provider, in its order.
            id: The resource's id, for a request that has one.
            properties: The property bags of the request, by the names of its fields.

        Raises:
            ProviderError: The provider failed, or cannot be reached.
            PartlyDone: It failed after it had done a part.
            UntrustedState: The provider may not be run.
        """
        self._trust.check(resource.urn, *unpickled)
        request = getattr(provider_pb2, f"{method}Request")(
            urn=resource.urn,
            name=resource.name,
            type=resource.type,
            **({} if id is None else {"id": id}),
            **{field: to_struct(bag) for field, bag in properties.items()},
        )
        try:
            with self._starting:
                stub = self._stub
            return getattr(stub, method)(request)
        except EngineError as error:
            raise ProviderError(str(error)) from None
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNAVAILABLE:
                raise ProviderEnded("The provider process ended while it was called; see what it printed.") from None
            if (partly := _partly_done(error)) is not None:
                raise PartlyDone(
                    partly.id,
                    mark_secrets(from_struct(partly.properties), resource.inputs),
                    tuple(partly.reasons),
                ) from None
            raise ProviderError(error.details().removeprefix("Exception calling application: ").strip()) from None

    @cached_property
    def _stub(self) -> provider_pb2_grpc.ResourceProviderStub:
        """The connected and configured provider."""
        channel = grpc.insecure_channel(self._process.address, options=CHANNEL_OPTIONS)
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(self._config), acceptSecrets=True))
        return stub


def _partly_done(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    """What the provider did before it failed, among the details of the status (Pulumi's `provider.proto`)."""
    partly = provider_pb2.ErrorResourceInitFailed()
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS and any(detail.Unpack(partly) for detail in status_pb2.Status.FromString(value).details):
            return partly
    return None


class Providers:
    """The providers of one operation, by the URN of the resource that stands for each.

    Args:
        start: Starts a provider process.
        trust: What the processes may unpickle.
    """

    def __init__(self, start: Callable[[], ProviderProcess], trust: Trust) -> None:
        self._start = start
        self.trust = trust
        self._by_urn: dict[str, Provider] = {}
        self._lock = threading.Lock()

    def configure(self, resource: Resource) -> None:
        """Makes the provider that the resource stands for available, with the resource's inputs as configuration."""
        with self._lock:
            self._add(resource)

    def of(self, resource: Resource, known: Iterable[Resource]) -> Provider:
        """The provider of a resource; `known` holds the provider's own resource, should it not be configured yet.

        Raises:
            ProviderError: There is no such provider.
        """
        urn = resource.provider.rpartition("::")[0]
        with self._lock:
            if urn not in self._by_urn:
                own = next((candidate for candidate in known if candidate.urn == urn), None)
                if own is None:
                    raise ProviderError(f"Its provider is neither in the program nor in the state: {resource.provider}")
                self._add(own)
            return self._by_urn[urn]

    def _add(self, resource: Resource) -> None:
        self._by_urn[resource.urn] = Provider(self._start(), resource.inputs, self.trust)
