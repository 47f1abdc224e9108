"""How state keeps everybody's roles: as one string, which was a mapping in the first release."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import Grant, format_grants
from pulumi_elastic_org.model.people import (
    read_accounts,
    read_addresses,
    read_applied,
    read_people,
    read_user_ids,
    write_accounts,
    write_addresses,
    write_people,
    write_single_sign_on,
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


def test_accounts_come_back_by_every_address_that_they_are_known_by() -> None:
    accounts = {"bob@acme.example": "user=1 a", "robert@acme.example": "user=1 a", "ada@acme.example": "2"}
    assert read_accounts(write_accounts(accounts)) == accounts
    assert read_user_ids(write_accounts(accounts), {"Bob@acme.example": "no roles"}) == {"bob@acme.example": "user=1 a"}


def test_people_of_single_sign_on_are_marked_by_address_and_nobody_leaves_no_mark() -> None:
    [[key, marked]] = write_single_sign_on(["Bob@acme.example", ODD[0]]).items()
    assert key == "single_sign_on"
    assert read_addresses(marked) == {"bob@acme.example", ODD[0]}
    assert write_single_sign_on([]) == {}
