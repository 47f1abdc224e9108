from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pulumi_elastic_org.cloud.session import Session
from tests.contract.check import request_mismatches
from tests.contract.operations import BASE
from tests.support.scripted import KEY, FakeTime, Scripted, scripted_server


@pytest.fixture(autouse=True)
def every_request_is_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks what leaves the client for a server that is no emulator; those see to it themselves."""
    send = HTTPAdapter.send

    def checked(adapter: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        path, _, query = request.path_url.partition("?")
        body = request.body or b""
        sent = body.encode() if isinstance(body, str) else body
        assert list(request_mismatches(str(request.method), path.removeprefix(BASE), query, sent)) == []
        return send(adapter, request, **kwargs)

    monkeypatch.setattr(HTTPAdapter, "send", checked)


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted_server() as running:
        yield running


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def session(server: Scripted, time: FakeTime, warnings: list[str]) -> Session:
    return Session(server.endpoint, KEY, warn=warnings.append, patience=time.patience())
