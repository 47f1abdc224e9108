from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from pulumi_elastic_org.cloud.session import Session
from tests import descriptions

from . import published
from .scripted import KEY, FakeTime, Scripted, scripted_server


@pytest.fixture(autouse=True)
def every_request_is_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks what leaves the client; without the description there is `test_published` to say so."""
    if not descriptions.AT_HAND:
        return
    send = HTTPAdapter.send

    def checked(adapter: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        published.check(request)
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
