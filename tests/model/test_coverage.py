"""Whom a drift review looks at, and what it tells of everybody else."""

from __future__ import annotations

from collections.abc import Mapping

from pulumi_elastic_org.model.comparison import compare
from pulumi_elastic_org.model.coverage import Coverage, coverage
from pulumi_elastic_org.model.people import Member, Organization
from tests.support.builders import ADMIN, BILLING, NOW, applied, desired, invitation, lapsed, member, organization

ADA, BOB, EVE, PIA = "ada@acme.io", "bob@acme.io", "eve@acme.io", "pia@acme.io"


def looked_at(people: Mapping[str, str], actual: Organization, *, authoritative: bool = False) -> Coverage:
    return coverage(compare(desired(people, authoritative=authoritative), actual, NOW, applied()), actual)


def told(covered: Coverage) -> str | None:
    return None if covered.report is None else str(covered.report)


def test_an_authoritative_roster_looks_at_everybody() -> None:
    actual = organization(member(ADA), member(EVE, ADMIN), invitation(PIA, ADMIN), lapsed(BOB, ADMIN))

    assert told(looked_at({ADA: BILLING}, actual, authoritative=True)) is None


def test_whom_an_additive_roster_leaves_alone_is_counted_and_the_administrators_are_named() -> None:
    actual = organization(member(ADA), member(BOB, BILLING), member(EVE, ADMIN), invitation(PIA, ADMIN))

    assert told(looked_at({ADA: BILLING}, actual)) == (
        "3 of 4 people are not looked at, since the program leaves others alone; organization-admin among them: "
        "eve@acme.io, pia@acme.io (invited)"
    )


def test_one_person_is_counted_as_one() -> None:
    assert told(looked_at({ADA: BILLING}, organization(member(ADA), member(BOB)))) == (
        "1 of 2 people is not looked at, since the program leaves others alone"
    )


def test_an_invitation_that_lapsed_is_nobody() -> None:
    assert told(looked_at({ADA: BILLING}, organization(member(ADA), lapsed(EVE, ADMIN)))) is None


def test_an_administrator_without_an_address_is_named_by_the_account() -> None:
    stranger = Member("77", None, member(EVE, ADMIN).grants)

    assert str(told(looked_at({}, organization(stranger)))).endswith("among them: user 77")


def test_several_resources_look_at_whom_any_of_them_looks_at() -> None:
    actual = organization(member(ADA, ADMIN), member("Bob@acme.io", ADMIN), invitation(PIA), member(EVE, ADMIN))
    together = looked_at({ADA: ADMIN}, actual) | looked_at({BOB: ADMIN, PIA: "no roles"}, actual)

    assert told(together) == (
        "1 of 4 people is not looked at, since the program leaves others alone; organization-admin among them: eve@acme.io"
    )


def test_it_is_read_back_as_it_was_written_and_holds_no_token() -> None:
    covered = looked_at({ADA: BILLING}, organization(member(ADA), invitation(PIA, ADMIN), member(EVE, ADMIN)))

    assert Coverage.from_json(covered.to_json()) == covered
    assert "token" not in str(covered.to_json())
