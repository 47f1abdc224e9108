"""Everything that the client and the emulator say is as published, and the page tells which part of the description that is."""

from __future__ import annotations

import pytest

from tests import descriptions
from tests.contract import page, scenario
from tests.contract.observer import Observer

pytestmark = descriptions.needed


@pytest.fixture(scope="module")
def seen() -> Observer:
    return scenario.play()


def test_every_call_and_every_answer_is_as_published(seen: Observer) -> None:
    assert seen.mismatches == []


def test_the_page_is_up_to_date(seen: Observer) -> None:
    assert page.text(seen.seen) == page.PAGE.read_text(encoding="utf-8"), "run make contract"


def test_what_the_client_uses_is_answered(seen: Observer) -> None:
    used = {name for name, one in seen.seen.items() if one.requests}
    assert used == page.used_by_the_client()
    assert all(any(status < 300 for status in seen.seen[name].answers) for name in used)
