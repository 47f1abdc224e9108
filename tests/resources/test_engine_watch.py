"""A provider whose engine is gone writes nothing more."""

from __future__ import annotations

import socket

import pytest

from pulumi_elastic_org.lifecycle.interface import Failed
from pulumi_elastic_org.process import EngineWatch
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud

ADMINS = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}


@pytest.fixture
def engine() -> socket.socket:
    """Listens where an engine would."""
    return socket.create_server(("127.0.0.1", 0))


def test_nothing_is_written_when_the_engine_that_started_the_provider_is_gone(
    cloud: Cloud, engine: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["provider", f"127.0.0.1:{engine.getsockname()[1]}"])
    engine.close()
    with pytest.raises(Failed, match="engine is gone: stopped before the next write; run again to finish"):
        cloud.roster().up(members={**ADMINS, "new@acme.example": "no roles"})
    assert cloud.invited() == set()


def test_an_engine_that_answers_lets_the_provider_go_on(engine: socket.socket) -> None:
    with engine:
        EngineWatch(engine.getsockname()).check()
