"""`pulumi-resource-elastic-org`: the process that Pulumi's engine starts for programs of every language."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from pulumi_elastic_org.plugin.configuration import config_mistakes
from pulumi_elastic_org.plugin.version import version
from pulumi_elastic_org.process import collect_seldom

if TYPE_CHECKING:
    from pulumi_elastic_org.lifecycle.phase import Phase
    from pulumi_elastic_org.plugin.servicer import Servicer

MOST_AT_ONCE = 4096
"""How many calls are served at a time, as what travels together waits for each other. Threads are made when they are needed."""
SCHEMA = Path(__file__).with_name("schema.json")
"""The schema without its version, as `schema` makes it: making it takes all that serves resources."""
_GRACE_SECONDS = 30.0
"""How long what has begun may take to come to an end."""
_DEFERRED = ("Configure", "Check", "Diff", "Create", "Update", "Read", "Delete", "Invoke")
"""The calls of the protocol that `Servicer` answers, by methods of the same names in lower case."""


class FrontDoor(provider_pb2_grpc.ResourceProviderServicer):
    """Answers at once what needs no organization; what serves resources is loaded when it is configured.

    For one run the engine starts several of these processes: one that is configured and serves resources, one that looks at the
    settings, and one that is only asked for the schema.

    Args:
        open_phase: Opens the phase; ``None`` for the package's own.
    """

    def __init__(self, open_phase: Callable[..., Phase] | None = None) -> None:
        self._open_phase = open_phase
        self._greeting = provider_pb2.ProviderHandshakeRequest()
        self._loading = threading.Lock()
        self._loaded: Servicer | None = None
        for call in _DEFERRED:
            setattr(self, call, self._deferred(call.lower()))

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802 - the protocol's names
        with self._loading:
            # One engine may greet twice in a run; another one, which attaches, begins a run of its own.
            if request.engine_address != self._greeting.engine_address:
                self._loaded = None
            self._greeting = request
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version=version())

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        schema = json.loads(SCHEMA.read_text("utf-8"))
        return provider_pb2.GetSchemaResponse(schema=json.dumps({**schema, "version": version()}))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        failures = [provider_pb2.CheckFailure(reason=one) for one in config_mistakes(request.news.fields)]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002, N802
        changed = request.old_inputs != request.news
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes)

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
                collect_seldom()
                from pulumi_elastic_org.lifecycle.phase import Phase  # noqa: PLC0415
                from pulumi_elastic_org.plugin.servicer import Servicer  # noqa: PLC0415 - loads all that serves resources

                self._loaded = Servicer(self._greeting, self._open_phase or Phase)
            return self._loaded


def main() -> None:
    """The executable."""
    serve(FrontDoor())


def serve(door: FrontDoor) -> None:
    """Serves the engine whose address is the first argument, says on standard output on which port, and ends when it is told to.

    Args:
        door: What answers.
    """
    told: SimpleQueue[None] = (
        SimpleQueue()
    )  # an `Event` whose lock is held when the signal comes would be waited for without end
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.put(None))
    server = grpc.server(ThreadPoolExecutor(MOST_AT_ONCE), options=_GRPC_CHANNEL_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(door, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    from pulumi_elastic_org.process import EngineWatch  # noqa: PLC0415 - the engine has its answer meanwhile

    EngineWatch.of_this_process().end_process_with_engine()
    told.get()
    server.stop(_GRACE_SECONDS).wait()
