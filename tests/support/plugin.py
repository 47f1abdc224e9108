"""The plugin driven over real gRPC, as Pulumi's engine drives it, without the CLI."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.plugin.face import face_of
from pulumi_elastic_org.plugin.main import FrontDoor
from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from tests.support.dynamic_call import partly_done

Stub = provider_pb2_grpc.ResourceProviderStub
Keep = Callable[[str, dict[str, Any]], None]
_numbers = count()


class Told(Refused, Failed):
    """What a person reads; the protocol does not tell refusals from failures."""


class _Engine(engine_pb2_grpc.EngineServicer):
    """Shows what the plugin says."""

    def Log(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802 - the protocol's name
        sys.stdout.write(f"{request.message}\n")
        return empty_pb2.Empty()


class Plugin:
    """The plugin, for one preview, update or refresh.

    Args:
        settings: The configuration of its provider.
        open_phase: Opens its phase.
    """

    def __init__(self, settings: Settings, open_phase: Callable[..., Phase] = Phase) -> None:
        self._server = grpc.server(ThreadPoolExecutor(256))
        engine_pb2_grpc.add_EngineServicer_to_server(_Engine(), self._server)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(FrontDoor(open_phase), self._server)
        address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()
        self._channel = grpc.insecure_channel(address)
        self.stub = Stub(self._channel)
        begin(self.stub, settings, address)

    def close(self) -> None:
        """Ends it."""
        self._channel.close()
        self._server.stop(None).wait()


def begin(stub: Stub, settings: Settings, engine: str = "") -> None:
    """Greets a plugin and configures its provider, as an engine does when a preview, update or refresh begins.

    Args:
        stub: Calls the plugin.
        settings: The configuration of its provider.
        engine: The address of the engine.
    """
    stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address=engine, supports_refresh_before_update=True))
    values = {
        "apiKey": settings.api_key,
        "apiKeyUser": settings.api_key_user,
        "endpoint": settings.endpoint,
        "organizationId": settings.organization_id,
    }
    # Called as an explicit provider is, the environment of the tests has no say.
    stub.Configure(provider_pb2.ConfigureRequest(name="acme", args=write(values, {"apiKey"})))


@contextmanager
def serving(settings: Settings, open_phase: Callable[..., Phase] = Phase) -> Iterator[Plugin]:
    """Serves for one phase; arguments as for `Plugin`."""
    plugin = Plugin(settings, open_phase)
    try:
        yield plugin
    finally:
        plugin.close()


def new_urn(kind: str, name: str | None = None) -> str:
    """Returns the name of a resource, which no other has unless it is given."""
    return f"urn:pulumi:dev::people::{token(kind)}::{name or f'resource{next(_numbers)}'}"


class PluginFace:
    """One resource behind the plugin; properties are in the flat form, as for the dynamic face.

    Args:
        kind: The name of its kind.
        stub: Calls the plugin that serves it in this phase.
        urn: The resource's.
        keep: Takes the id and the outputs that an engine keeps when a call fails after a part was done.
    """

    refreshes = True
    """Each update is preceded by a read, as the plugin asks for."""

    def __init__(
        self,
        kind: str,
        stub: Stub,
        urn: str,
        keep: Keep = lambda _id, _outputs: None,
    ) -> None:
        self._stub = stub
        self._face = face_of(token(kind))
        self._names: dict[str, Any] = {"urn": urn, "type": token(kind)}
        self._keep = keep

    def check(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> CheckResult:
        """As for a dynamic provider; so are the others."""
        request = provider_pb2.CheckRequest(**self._names, olds=self._sent(olds), news=self._sent(news))
        answer = self._call(self._stub.Check, request)
        failures = [CheckFailure(one.property, one.reason) for one in answer.failures]
        return CheckResult(self._received(answer.inputs), failures)

    def diff(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> DiffResult:
        request = provider_pb2.DiffRequest(**self._names, id=id_, olds=self._sent(olds), news=self._sent(news))
        answer = self._call(self._stub.Diff, request)
        return DiffResult(answer.changes == provider_pb2.DiffResponse.DIFF_SOME, list(answer.replaces))

    def create(self, props: Mapping[str, Any]) -> CreateResult:
        request = provider_pb2.CreateRequest(**self._names, properties=self._sent(props))
        answer = self._call(self._stub.Create, request)
        return CreateResult(answer.id, self._received(answer.properties))

    def update(self, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> UpdateResult:
        request = provider_pb2.UpdateRequest(**self._names, id=id_, olds=self._sent(olds), news=self._sent(news))
        return UpdateResult(self._received(self._call(self._stub.Update, request).properties))

    def read(self, id_: str, props: Mapping[str, Any]) -> ReadResult:
        request = provider_pb2.ReadRequest(**self._names, id=id_, properties=self._sent(props))
        answer = self._call(self._stub.Read, request)
        return ReadResult(answer.id, self._received(answer.properties), self._received(answer.inputs))

    def delete(self, id_: str, props: Mapping[str, Any]) -> None:
        self._call(self._stub.Delete, provider_pb2.DeleteRequest(**self._names, id=id_, properties=self._sent(props)))

    def _sent(self, flat: Mapping[str, Any]) -> Any:
        return write(self._face.written(flat))

    def _received(self, message: Any) -> dict[str, Any]:
        return self._face.kept(read(message)[0])

    def _call(self, method: Any, request: Any) -> Any:
        try:
            return method(request)
        except grpc.RpcError as error:
            if (done := partly_done(error.trailing_metadata())) is not None:
                self._keep(done.id, self._received(done.properties))
            raise Told(error.details()) from None
