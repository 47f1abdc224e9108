"""How state keeps everybody's roles: as one string, which was a mapping in the first release."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import Grant, format_grants
from pulumi_elastic_org.model.stored_people import (
    read_addresses,
    read_applied,
    read_people,
    write_addresses,
    write_people,
)

PEOPLE = {
    "bob@acme.example": 'deployment-editor on a1b2, "c: d" as "tier\\n2"; security:custom on all',
    "ada@acme.example": "no roles",
}


def test_people_are_written_a_line_each_in_one_order() -> None:
    written = write_people(PEOPLE)
    assert [line.partition(": ")[0] for line in written.split("\n")] == ["ada@acme.example", "bob@acme.example"]
    assert read_people(written) == PEOPLE


@settings(deadline=None)
@given(st.lists(st.text(min_size=1), max_size=5))
def test_whatever_a_target_is_called_comes_back(targets: list[str]) -> None:
    people = {
        f"person-{number}@acme.example": format_grants([Grant("deployment", "deployment-viewer", target)])
        for number, target in enumerate(targets)
    }
    assert read_people(write_people(people)) == people


ODD = ('"a: b, c"@acme.example', "first..last@acme.example", r'"\\"@acme.example', "jürgen@acme.example")


def test_odd_addresses_come_back_and_others_stand_as_they_are() -> None:
    people = {**dict.fromkeys(ODD, 'deployment-editor on "c: d"'), **PEOPLE}
    assert read_people(write_people(people)) == people
    assert read_addresses(write_addresses([*ODD, *PEOPLE])) == {*ODD, *PEOPLE}
    assert write_addresses(PEOPLE) == "ada@acme.example, bob@acme.example"
    assert read_addresses(None) == frozenset()


def test_state_of_the_first_release_is_read() -> None:
    assert read_applied({"applied": PEOPLE}).members == PEOPLE
    assert read_applied({"applied": write_people(PEOPLE)}).members == PEOPLE
    assert read_applied({}).members == {}
