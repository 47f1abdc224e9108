"""The executable: it needs nothing on PATH, says a version that Pulumi reads, and ends with its engine."""

from __future__ import annotations

import json
import re
import signal
import socket

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.plugin.version import semantic
from tests.support.plugin_process import started

TIMEOUT = 60


def test_the_installed_executable_serves_with_nothing_on_path() -> None:
    with started({"PATH": ""}) as plugin:
        greeting = provider_pb2.ProviderHandshakeRequest(supports_refresh_before_update=True)
        assert plugin.stub.Handshake(greeting, wait_for_ready=True, timeout=TIMEOUT).accept_secrets
        version = plugin.stub.GetPluginInfo(empty_pb2.Empty(), timeout=TIMEOUT).version
        schema = json.loads(plugin.stub.GetSchema(provider_pb2.GetSchemaRequest(), timeout=TIMEOUT).schema)
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z]+\.\d+)?", version)
    assert (schema["name"], schema["version"]) == ("elastic-org", version)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(number: signal.Signals) -> None:
    with started({}) as plugin:
        plugin.stub.GetPluginInfo(empty_pb2.Empty(), wait_for_ready=True, timeout=TIMEOUT)
        plugin.process.send_signal(number)
        assert plugin.process.wait(TIMEOUT) == 0


def test_it_ends_when_it_is_told_to_again_and_again() -> None:
    """A signal may come at any moment, also while the one before is being answered."""
    with started({}) as plugin:
        for _ in range(300):
            plugin.process.send_signal(signal.SIGINT)
        assert plugin.process.wait(TIMEOUT) == 0


def test_it_ends_when_its_engine_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        host, port = engine.getsockname()
        with started({}, f"{host}:{port}") as plugin:
            plugin.stub.GetPluginInfo(empty_pb2.Empty(), wait_for_ready=True, timeout=TIMEOUT)
            engine.close()
            assert plugin.process.wait(TIMEOUT) == 0


@pytest.mark.parametrize(
    ("python", "pulumis"),
    [("0.2.0", "0.2.0"), ("1.0.0rc1", "1.0.0-rc.1"), ("1.0.0a3", "1.0.0-alpha.3"), ("1.2.3.dev4", "1.2.3-dev.4")],
)
def test_versions_are_told_as_pulumi_reads_them(python: str, pulumis: str) -> None:
    assert semantic(python) == pulumis
