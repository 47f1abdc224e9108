"""`pulumi-resource-elastic-org`: the process that Pulumi's engine starts for programs of every language."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pulumi_elastic_org.plugin.version import version

if TYPE_CHECKING:
    from pulumi_elastic_org.lifecycle.phase import Phase
    from pulumi_elastic_org.plugin.servicer import Servicer

MOST_AT_ONCE = 4096
"""How many calls are served at a time, as what travels together waits for each other. Threads are made when they are needed."""
_GRACE_SECONDS = 30.0
"""How long what has begun may take to come to an end."""
_DEFERRED = {
    "GetSchema": "get_schema",
    "CheckConfig": "check_config",
    "DiffConfig": "diff_config",
    "Configure": "configure",
    "Check": "check",
    "Diff": "diff",
    "Create": "create",
    "Update": "update",
    "Read": "read",
    "Delete": "delete",
    "Invoke": "invoke",
}
"""The methods of `Servicer` by the calls of the protocol."""


class FrontDoor(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine's greeting at once, and loads what serves resources meanwhile.

    Args:
        open_phase: Opens the phase; ``None`` for the package's own.
    """

    def __init__(self, open_phase: Callable[..., Phase] | None = None) -> None:
        self._open_phase = open_phase
        self._greeting = provider_pb2.ProviderHandshakeRequest()
        self._loading = threading.Lock()
        self._loaded: Servicer | None = None
        for call, method in _DEFERRED.items():
            setattr(self, call, self._deferred(method))

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802 - the protocol's names
        with self._loading:
            if (
                request.engine_address != self._greeting.engine_address
            ):  # another run attaches; one engine may greet twice
                self._loaded = None
            self._greeting = request
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version=version())

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        return empty_pb2.Empty()  # what has begun comes to its end, and its result is kept

    def _deferred(self, method: str) -> Any:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            return getattr(self._servicer, method)(request, context)

        return answer

    @property
    def _servicer(self) -> Servicer:
        with self._loading:
            if self._loaded is None:
                from pulumi_elastic_org.lifecycle.phase import Phase  # noqa: PLC0415
                from pulumi_elastic_org.plugin.servicer import Servicer  # noqa: PLC0415 - loads all that serves resources

                self._loaded = Servicer(self._greeting, self._open_phase or Phase)
            return self._loaded


def main() -> None:
    """Serves the engine whose address is the first argument, says on standard output on which port, and ends when it is told to."""
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    server = grpc.server(ThreadPoolExecutor(MOST_AT_ONCE), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(FrontDoor(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    from pulumi_elastic_org.lifecycle.engine_watch import EngineWatch  # noqa: PLC0415 - the engine has its answer meanwhile

    EngineWatch.of_this_process().end_process_with_engine()
    end.wait()
    server.stop(_GRACE_SECONDS).wait()
