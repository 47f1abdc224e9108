"""The plugin's executable as the engine starts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

EXECUTABLE = Path(sys.prefix) / "bin" / "pulumi-resource-elastic-org"


@dataclass(frozen=True)
class PluginProcess:
    """A process that serves.

    Args:
        process: The process.
        port: Where it listens on loopback.
        stub: What calls it.
    """

    process: subprocess.Popen[str]
    port: int
    stub: provider_pb2_grpc.ResourceProviderStub


@contextmanager
def started(environment: Mapping[str, str], *arguments: str, executable: Path = EXECUTABLE) -> Iterator[PluginProcess]:
    """Starts the executable, and ends it.

    Args:
        environment: All that it finds in its environment.
        arguments: The engine's address.
        executable: Which; that of this environment by default.
    """
    process = subprocess.Popen(
        [executable, *arguments],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield PluginProcess(process, port, provider_pb2_grpc.ResourceProviderStub(channel))
    finally:
        process.terminate()
        process.communicate(timeout=60)
