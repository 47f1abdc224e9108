"""Whom an unfinished apply leaves managed: who was, less who was taken out, and to whom something was given."""

from __future__ import annotations

from pulumi_elastic_org.model.changes import AddGrants, CancelInvitation, Change, Invite, RemoveMember
from pulumi_elastic_org.model.outcome import applied_so_far
from pulumi_elastic_org.model.people import Applied, Invitation, Member
from tests.support.builders import BILLING, desired, invitation, member, organization, roles, user_id

ADA, BOB, CY = "ada@acme.example", "bob@acme.example", "cy@acme.example"
BEFORE = Applied({ADA: "no roles", BOB: BILLING}, {ADA: user_id(ADA)})


def so_far(
    wanted: dict[str, str], live: tuple[Member | Invitation, ...], *done: Change, unknown: tuple[Change, ...] = ()
) -> dict[str, str]:
    return applied_so_far(BEFORE, desired(wanted), organization(*live), done, unknown)


def test_who_was_managed_stays_so_with_the_roles_of_then() -> None:
    assert so_far({ADA: BILLING, CY: BILLING}, (member(ADA), member(BOB), member(CY))) == BEFORE.members


def test_who_was_let_in_is_managed() -> None:
    managed = so_far({CY: BILLING}, (invitation(CY, BILLING),), Invite(CY, roles(BILLING)))
    assert managed == {**BEFORE.members, CY: BILLING}


def test_who_may_have_been_let_in_is_managed() -> None:
    assert so_far({CY: BILLING}, (), unknown=(Invite(CY, roles(BILLING)),)) == {**BEFORE.members, CY: BILLING}


def test_who_was_given_a_part_is_managed_with_what_they_hold() -> None:
    held = "billing-admin; organization-admin"
    given = AddGrants("Ada@acme.example", user_id(ADA), roles(BILLING))
    managed = so_far({"Ada@acme.example": BILLING}, (member(ADA, held),), given)
    assert managed == {"Ada@acme.example": held, BOB: BILLING}


def test_who_was_taken_out_is_no_longer_managed() -> None:
    gone = RemoveMember("ada.married@acme.example", user_id(ADA), roles("no roles"), managed=True)
    cancelled = CancelInvitation(BOB, invitation(BOB), lapsed=False, managed=True)
    assert so_far({}, (), gone, cancelled) == {}
