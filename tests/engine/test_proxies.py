"""What the engine, the program and the providers tell each other over loopback goes to no proxy, whatever is set."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_elastic_org.cli.demo.story import tell
from pulumi_embedded.port import Workspace
from tests.support.things_stack import Stack

VARIABLES = [
    spelling
    for variable in ("grpc_proxy", "https_proxy", "http_proxy", "all_proxy")
    for spelling in (variable, variable.upper())
]

PROGRAM = """
other = pulumi.ProviderResource("pulumi-python", "other", {"trial:key": Output.secret("s3cret")})
Thing("one", {"value": "a"})
Thing("two", {"value": "b"}, ResourceOptions(provider=other))
"""


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that keeps the first bytes of whatever reaches it, and answers nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def finish_request(self, request: object, client_address: object) -> None:  # noqa: ARG002
        self.seen.append(request.recv(4096))  # type: ignore[attr-defined]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def named_by(proxy: Proxy, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Names the proxy in the environment."""
    for variable in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(variable, raising=False)
    for variable in request.param:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.server_address[1]}")


def run_everything(stack: Stack) -> None:
    stack.program(PROGRAM)
    results = [stack.preview(), stack.up(), stack.refresh(), stack.destroy()]
    assert [result.errors for result in results] == [()] * 4


@pytest.mark.parametrize("named_by", [[name] for name in VARIABLES], ids=VARIABLES, indirect=True)
@pytest.mark.usefixtures("named_by")
def test_a_run_of_the_embedded_engine_reaches_no_proxy(embedded: Stack, proxy: Proxy) -> None:
    run_everything(embedded)
    assert proxy.seen == []


@pytest.mark.parametrize("named_by", [VARIABLES], ids=["all"], indirect=True)
@pytest.mark.usefixtures("named_by", "pulumi_cli")
def test_a_run_of_the_cli_reaches_no_proxy(make_stack: Callable[[str], Stack], proxy: Proxy) -> None:
    run_everything(make_stack("pulumi"))
    assert proxy.seen == []


@pytest.mark.parametrize("named_by", [VARIABLES], ids=["all"], indirect=True)
@pytest.mark.usefixtures("named_by")
def test_the_demo_with_its_emulator_reaches_no_proxy(proxy: Proxy) -> None:
    tell("embedded")
    assert proxy.seen == []


def test_what_the_user_keeps_from_a_proxy_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "internal.example,127.0.0.1")
    monkeypatch.delenv("no_grpc_proxy", raising=False)
    environment = Workspace(Path(), "dev").process_environment
    assert environment["no_grpc_proxy"] == "internal.example,127.0.0.1,localhost,::1"
    assert environment["no_proxy"] == "internal.example,127.0.0.1"
    own = Workspace(Path(), "dev", environment={"no_grpc_proxy": "grpc.example"}).process_environment
    assert own["no_grpc_proxy"] == "grpc.example,localhost,127.0.0.1,::1"
