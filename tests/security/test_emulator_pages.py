"""The emulator's console and controls: on loopback, for its own pages, and without keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from elastic_cloud_emulator import Emulator
from tests.security.canaries import Search, new_key_canary
from tests.support.acme import OWNER

KEYS = {f"key {number}": new_key_canary("key") for number in range(3)}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.cloud.add_organization("acme", id="4242")
        for number, key in enumerate(KEYS.values()):
            emulator.cloud.add_member("4242", f"person{number}@acme.example", OWNER, key=key)
        emulator.cloud.add_deployment("4242", "search", owner="person1@acme.example")
        emulator.cloud.invite("4242", "pia@acme.example")
        yield emulator


def pages(emulator: Emulator) -> list[str]:
    """Every page that is read without more than an organization's id."""
    rules = emulator.application._app.url_map.iter_rules()
    paths = [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.rule.startswith("/api/")]
    return [path.replace("<organization_id>", "4242").replace("<organization>", "4242") for path in paths]


def test_no_page_shows_a_key(emulator: Emulator) -> None:
    search, read = Search(KEYS), 0
    for path in pages(emulator):
        if "<" in path:
            continue
        answer = requests.get(f"{emulator.endpoint}{path}", timeout=10)
        read += answer.ok
        search.look_at(answer.content + str(answer.headers).encode(), path)
    assert read >= 3
    assert search.found == set()


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example"}])
def test_no_page_answers_another_site(emulator: Emulator, headers: dict[str, str]) -> None:
    for path in ("/", "/_emulator/", "/_emulator/outbox"):
        assert requests.get(f"{emulator.endpoint}{path}", headers=headers, timeout=10).status_code == 403


def test_it_listens_on_loopback_only(emulator: Emulator) -> None:
    assert emulator.endpoint.startswith("http://127.0.0.1:")
