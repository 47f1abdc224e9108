"""Whatever an answer holds, its shape and its order stay, and none of its values."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.recording.made_up import texts, without_values

MADE_UP = re.compile(
    r"person-\d{4,}@example\.com|https://example\.com/\d{4,}|00000000-0000-4000-8000-[0-9a-f]{12}|text-\d{4,}|10*\d*|0*[0-9a-f]+"
    r"|2026-\d\d-\d\d[T ]\d\d:\d\d:00(\.0+)?(Z|\+00:00)?"
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.emails()
ANSWERS = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def made_up(answer: Any, **own: str) -> Any:
    return without_values([answer], {value: name for name, value in own.items()})[0]


@given(ANSWERS)
def test_no_value_and_no_name_of_any_answer_stays(answer: Any) -> None:
    for text in texts(made_up({"answer": answer})):
        assert MADE_UP.fullmatch(text) or not text, text


@given(ANSWERS)
def test_the_shape_of_any_answer_stays(answer: Any) -> None:
    assert shape(made_up(answer)) == shape(answer)


@given(st.lists(st.text(alphabet="abcdef0123456789", min_size=32, max_size=32), min_size=2, unique=True))
def test_the_greater_of_two_ids_stays_the_greater(ids: list[str]) -> None:
    shown = made_up(ids)

    assert [shown.index(one) for one in sorted(shown)] == [ids.index(one) for one in sorted(ids)]


@given(st.lists(st.datetimes(), min_size=2, unique=True))
def test_the_later_of_two_times_stays_the_later(times: list[Any]) -> None:
    written = [one.isoformat(timespec="microseconds") + "Z" for one in times]
    shown = made_up(written)

    assert [shown.index(one) for one in sorted(shown)] == [times.index(one) for one in sorted(times)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Bob@Acme.example", "person-0001@example.com"),
        ("2871506934", "1000000001"),
        ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", "00000000000000000000000000000001"),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "00000000-0000-4000-8000-000000000001"),
        ("2026-11-26T20:15:31.482Z", "2026-01-01T00:01:00.000Z"),
        ("2019-07-02T08:15:31Z", "2026-01-01T00:01:00Z"),
        ("2019-07-02 08:15:31.5+02:00", "2026-01-01 00:01:00.0+00:00"),
        ("2019-99-99T08:15:31Z", "text-0001"),
        ("https://acme.kb.example/app", "https://example.com/0001"),
        ("Acme GmbH", "text-0001"),
        ("", ""),
    ],
)
def test_the_form_of_a_value_stays(value: str, shown: str) -> None:
    assert made_up({"anything": value}) == {"anything": shown}


def test_the_same_value_is_the_same_in_all_answers() -> None:
    assert without_values([{"id": "acme"}, {"organization_id": "acme", "name": "other"}], {}) == [
        {"id": "text-0001"},
        {"organization_id": "text-0001", "name": "text-0002"},
    ]


def test_published_words_stay_in_their_fields_only() -> None:
    answer = {"role_id": "billing-admin", "phase": "initialized", "name": "billing-admin"}

    assert made_up(answer) == {"role_id": "billing-admin", "phase": "initialized", "name": "text-0001"}


def test_roles_of_somebody_s_own_do_not_stay() -> None:
    assert made_up({"role_id": "deployment-acme-night-watch"}) == {"role_id": "text-0001"}


def test_error_codes_stay_and_messages_do_not() -> None:
    answer = {"errors": [{"code": "organization.not_found", "message": "Organization 42 of Acme was not found."}]}

    assert made_up(answer) == {"errors": [{"code": "organization.not_found", "message": "text-0001"}]}


def test_what_stands_in_the_place_of_a_code_and_is_none_does_not_stay() -> None:
    assert made_up({"code": "Acme GmbH"}) == {"code": "text-0001"}


@pytest.mark.parametrize("name", ["tags", "labels", "annotations", "attributes"])
def test_names_that_people_choose_do_not_stay(name: str) -> None:
    assert made_up({name: {"cost_center_of_acme": "x"}}) == {name: {"field-1": "text-0001"}}


@pytest.mark.parametrize("name", ["acme-2", "Acme", "bob@acme.example", "a1"])
def test_a_field_s_name_of_another_form_than_the_published_ones_does_not_stay(name: str) -> None:
    assert made_up({name: None}) == {"field-1": None}


def test_numbers_do_not_stay_and_keep_their_type() -> None:
    assert json.dumps(made_up({"count": 42, "costs": 18.5, "on": True})) == '{"count": 0, "costs": 0.0, "on": true}'


def test_what_was_chosen_for_the_recording_has_a_name() -> None:
    assert made_up({"email": "probe-4711-a@example.com"}, person_a="probe-4711-a@example.com") == {"email": "person_a"}


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return [shape(one) for one in value.values()]
    return [shape(one) for one in value] if isinstance(value, list) else type(value)
