"""Everything that the client and the emulator say is as published, and the page tells which part of the description that is."""

from __future__ import annotations

import pytest

from tests.contract import page, scenario
from tests.contract.observer import Observed, Observer
from tests.contract.operations import access_operations, can_be_judged
from tests.support import descriptions


@pytest.fixture(scope="module")
def seen() -> Observer:
    return scenario.play()


def test_every_call_and_every_answer_is_as_published(seen: Observer) -> None:
    assert seen.mismatches == []


def test_the_emulator_answers_every_operation_about_access(seen: Observer) -> None:
    answered = {name for name, one in seen.seen.items() if any(status < 300 for status in one.answers)}
    assert {operation.name for operation in access_operations()} - answered == set()


def test_the_emulator_refuses_with_every_published_status(seen: Observer) -> None:
    on_demand = {409, 429, 500}
    missing = {
        f"{operation.name}: {status}"
        for operation in access_operations()
        for status in operation.statuses
        if status not in seen.seen.get(operation.name, Observed()).answers and status not in on_demand
    }
    assert missing == set()


@descriptions.needed
def test_the_page_is_up_to_date(seen: Observer) -> None:
    assert page.text(seen.seen) == page.PAGE.read_text(encoding="utf-8"), "run make contract"


def test_what_the_client_uses_is_answered(seen: Observer) -> None:
    used = {name for name, one in seen.seen.items() if one.requests}
    assert used == {name for name in page.used_by_the_client() if can_be_judged(name.partition(" ")[2])}
    assert all(any(status < 300 for status in seen.seen[name].answers) for name in used)
