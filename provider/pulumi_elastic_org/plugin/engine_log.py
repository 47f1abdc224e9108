"""What a person is told while the engine waits: a plugin's standard output is shown to nobody, so it is said to the engine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from pulumi_elastic_org.model.printable import printable_lines


class EngineLog:
    """The log of one engine.

    Args:
        address: The engine's; empty where there is none, as in a test of the provider alone.
    """

    def __init__(self, address: str) -> None:
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None
        self._resource = threading.local()

    @contextmanager
    def about(self, urn: str) -> Iterator[None]:
        """Has what is said in this thread meanwhile shown beside a resource.

        Args:
            urn: The resource's.
        """
        self._resource.urn = urn
        try:
            yield
        finally:
            self._resource.urn = ""

    def say(self, text: str) -> None:
        """Shows lines to whoever runs Pulumi.

        Args:
            text: One or several lines.
        """
        if self._engine is None:
            return
        urn = getattr(self._resource, "urn", "")
        request = engine_pb2.LogRequest(severity=engine_pb2.INFO, message=printable_lines(text), urn=urn)
        with suppress(grpc.RpcError):  # then the engine is gone, and with it whoever would read this
            self._engine.Log(request)
