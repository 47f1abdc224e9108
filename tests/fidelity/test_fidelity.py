"""The emulator is as it was recorded, or there is a reason; the score sees what is different; a difference harms nobody."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import jsonschema
import pytest

from elastic_cloud_emulator import ACME, Emulator, Fault
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.recording.document import Exchange, Recording, Source, recording_schema
from tests.contract.operations import BASE, access_operations, resource_operations
from tests.fidelity import page
from tests.fidelity.emulated import KEY, ORGANIZATION, emulated
from tests.fidelity.score import score


@cache
def answers() -> Recording:
    return emulated()


def test_the_page_is_up_to_date() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.text(answers()), "make fidelity writes it anew"


def test_each_difference_has_a_reason_and_each_reason_a_difference() -> None:
    found = {(exchange.probe, one) for exchange, result in page.scores(answers()) for one in result.differences}

    assert found == page.REASONS.keys()


@pytest.mark.parametrize(("name", "recording"), list(page.recordings()), ids=[name for name, _ in page.recordings()])
def test_a_recording_follows_the_schema_and_names_its_sources_and_nobody(name: str, recording: Recording) -> None:
    text = (page.RECORDINGS / f"{name}.json").read_text(encoding="utf-8")

    jsonschema.validate(json.loads(text), json.loads(recording_schema()))
    assert recording.service != "another endpoint", "the emulator is not scored on itself"
    assert all(one.source for one in recording.exchanges) or recording.service == "Elastic Cloud"
    assert all(re.fullmatch(r"person-\d+@example\.com", one) for one in re.findall(r"[^\s\"]+@[^\s\"]+", text))


def test_operations_are_called_as_they_are_published() -> None:
    published = {one.name for one in (*access_operations(), *resource_operations())}
    if not resource_operations():
        pytest.skip("the published descriptions of the API are not beside the project")

    assert BASE == "/api/v1"
    assert {one.operation for one in answers().exchanges} - published == set()


def exchange(
    body: Any, status: int = 200, codes: tuple[str, ...] = (), complete: bool = False, source: bool = False
) -> Exchange:
    return Exchange(
        probe="probe",
        operation="GET /",
        status=status,
        codes=codes,
        body=body,
        complete=complete,
        source=Source(repository="a/b", path="c") if source else None,
    )


def test_equal_answers_have_no_difference() -> None:
    body = {"members": [{"user_id": "text-0001", "since": "2026-01-01T00:00:00Z"}]}

    assert score(exchange(body, complete=True), exchange(body)).differences == ()


def test_another_status_and_other_codes_are_differences() -> None:
    recorded, emulator = exchange(None, 404, ("a.not_found",)), exchange(None, 400, ("a.invalid",))

    assert score(recorded, emulator).differences == ("status", "codes")


def test_codes_that_a_source_does_not_tell_are_none() -> None:
    recorded, emulator = exchange(None, 404, source=True), exchange(None, 404, ("a.invalid",))

    assert score(recorded, emulator).codes is None
    assert score(recorded.model_copy(update={"source": None}), emulator).codes is False


def test_fields_that_are_missing_or_have_another_type_are_found_in_any_entry() -> None:
    recorded = exchange({"items": [{"id": "a"}, {"id": "a", "more": {"deep": [{"n": 0}]}}]})
    emulator = exchange({"items": [{"id": 0}]})

    assert score(recorded, emulator).missing == (
        "items[].id (string)",
        "items[].more (object)",
        "items[].more.deep (list)",
        "items[].more.deep[].n (number)",
    )


def test_a_field_too_many_counts_where_the_recorded_answer_is_complete() -> None:
    emulator = exchange({"id": "a", "surplus": True})

    assert score(exchange({"id": "a"}, complete=True), emulator).extra == ("surplus",)
    assert score(exchange({"id": "a"}), emulator).extra == ()


def test_what_the_organization_has_set_is_no_field_too_many() -> None:
    emulator = exchange({"invitations": [{"organization": {"id": "a", "billing_contacts": []}}]})

    assert score(exchange({"invitations": [{"organization": {"id": "a"}}]}, complete=True), emulator).differences == ()


def test_names_that_people_choose_are_one_field() -> None:
    recorded, emulator = exchange({"tags": {"field-1": "text-0001"}}), exchange({"tags": {"field-7": "text-0001"}})

    assert score(recorded, emulator).differences == ()


@pytest.mark.parametrize(("order", "same"), [("cab", True), ("abc", False)])
def test_what_recordings_make_has_to_be_in_the_recorded_order(order: str, same: bool) -> None:
    def invited(letters: str) -> Exchange:
        return exchange({"invitations": [{"email": f"person_{letter}"} for letter in letters]})

    assert score(invited("cab"), invited(order)).order is same


@pytest.mark.parametrize(
    ("values", "same"), [((1, 2, 3), True), ((3, 2, 1), False), ((2, 1, 3), False), ((1, 2), None)]
)
def test_a_list_has_to_be_sorted_by_what_the_recorded_one_is_sorted_by(
    values: tuple[int, ...], same: bool | None
) -> None:
    recorded = exchange({"keys": [{"id": f"text-{rank:04}"} for rank in (4, 6, 9)]})

    assert score(recorded, exchange({"keys": [{"id": f"text-{rank:04}"} for rank in values]})).order is same


@pytest.mark.parametrize("code", ["root.invalid_data", "organization.invitation_token_invalid"])
def test_an_invitation_that_is_gone_counts_as_cancelled_however_that_is_refused(code: str) -> None:
    with Emulator(ACME) as emulator:
        path = "/organizations/.*/invitations/"
        emulator.faults.add(Fault(kind="refused", method="DELETE", path=path, status=400, code=code, times=None))

        assert Organizations(Session(emulator.endpoint, KEY)).cancel(ORGANIZATION, ["gone-already"]) == {}
