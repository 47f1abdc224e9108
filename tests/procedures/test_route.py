"""Which step of a transfer comes next, from where the person stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pulumi_elastic_org.model.changes import Cause, Invite, Reinvite
from pulumi_elastic_org.model.people import Invitation, Member
from pulumi_elastic_org.procedures.route import (
    TIME_TO_ACCEPT,
    Leave,
    Move,
    TransferStep,
    moved_address,
    outline,
    position,
    question,
    whereabouts,
)
from tests.support.builders import INVITATION_LIFE, NOW, invitation, lapsed, member, organization, roles

ADA = "ada@acme.example"
MOVE = Move(ADA, "old", "new", roles("billing-admin"))
HERE = member(ADA, "deployment-editor on all")
ROOT = member("root@new.example", "organization-admin")
PENDING = invitation("Ada@acme.example", "billing-admin")


NEVER, AFTER, BEFORE = Leave.NEVER, Leave.AFTER, Leave.BEFORE


@pytest.mark.parametrize(
    ("leaver", "there", "leave", "must_leave", "step"),
    [
        *((HERE, (), leave, False, TransferStep.INVITE) for leave in Leave),
        (HERE, (lapsed(ADA, "billing-admin"),), BEFORE, True, TransferStep.INVITE),
        (HERE, (invitation(ADA, "no roles"),), BEFORE, True, TransferStep.INVITE),
        *((HERE, (PENDING,), leave, False, TransferStep.ACCEPT) for leave in Leave),
        (HERE, (PENDING,), NEVER, True, TransferStep.ACCEPT),
        (HERE, (PENDING,), AFTER, True, TransferStep.ACCEPT),
        (HERE, (PENDING,), BEFORE, True, TransferStep.LEAVE),
        *((None, (PENDING,), leave, True, TransferStep.ACCEPT) for leave in Leave),
        (None, (), BEFORE, True, TransferStep.INVITE),
        (HERE, (member(ADA),), NEVER, False, None),
        (HERE, (member(ADA),), AFTER, False, TransferStep.LEAVE),
        (HERE, (member(ADA),), BEFORE, False, TransferStep.LEAVE),
        *((None, (member(ADA),), leave, True, None) for leave in Leave),
    ],
)
def test_the_next_step(
    leaver: Member | None,
    there: tuple[Member | Invitation, ...],
    leave: Leave,
    must_leave: bool,
    step: TransferStep | None,
) -> None:
    at = position(MOVE, leaver, organization(ROOT, *there), NOW)

    assert at.next_step(leave, must_leave=must_leave) is step


def test_nobody_leaves_for_an_invitation_that_is_about_to_expire() -> None:
    just_in_time = invitation(ADA, "billing-admin", sent=NOW - INVITATION_LIFE + TIME_TO_ACCEPT + timedelta(seconds=1))
    too_late = invitation(ADA, "billing-admin", sent=NOW - INVITATION_LIFE + TIME_TO_ACCEPT)

    assert position(MOVE, HERE, organization(just_in_time), NOW).inviting is None
    again = position(MOVE, HERE, organization(too_late), NOW).inviting
    assert isinstance(again, Reinvite)
    assert again.cause is Cause.EXPIRED


def test_whoever_has_left_accepts_even_at_the_last_moment_instead_of_waiting_for_another_invitation() -> None:
    last_moment = invitation(ADA, "billing-admin", sent=NOW - INVITATION_LIFE + timedelta(seconds=1))

    assert (
        position(MOVE, None, organization(last_moment), NOW).next_step(BEFORE, must_leave=True) is TransferStep.ACCEPT
    )


def test_others_who_are_invited_or_belong_are_nobodys_business() -> None:
    at = position(MOVE, HERE, organization(ROOT, invitation("bob@acme.example")), NOW)

    assert at.inviting == Invite(ADA, MOVE.grants)
    assert at.invitation is None


def test_a_member_without_a_listed_address_is_known_by_user_id() -> None:
    hidden = member(None, user_id=HERE.user_id)

    assert position(MOVE, None, organization(ROOT, hidden), NOW, HERE.user_id).joined == hidden
    assert position(MOVE, None, organization(ROOT, hidden), NOW).joined is None


def test_a_member_of_the_new_organization_is_never_taken_for_somebody_whose_account_is_not_known() -> None:
    assert position(MOVE, None, organization(ROOT), NOW, None).joined is None
    assert position(MOVE, HERE, organization(ROOT), NOW, ROOT.user_id).joined is None


def test_the_outline_tells_only_what_is_left_to_do() -> None:
    def told(leave: Leave, leaver: Member | None, *there: Member | Invitation) -> list[str]:
        move = replace(MOVE, leave=leave)
        return [line.split()[0] for line in outline(move, position(move, leaver, organization(ROOT, *there), NOW))]

    assert told(NEVER, HERE) == ["invite", "accept", "stay"]
    assert told(AFTER, HERE) == ["invite", "accept", "leave"]
    assert told(BEFORE, HERE, PENDING) == ["accept", "leave"]
    assert told(BEFORE, None, PENDING) == ["accept"]
    assert told(NEVER, HERE, member(ADA)) == [ADA]
    assert told(AFTER, HERE, member(ADA)) == [ADA, "leave"]
    assert told(AFTER, None, member(ADA)) == [ADA]


@pytest.mark.parametrize(
    ("leave", "leaver", "warned"), [(NEVER, HERE, False), (AFTER, HERE, True), (AFTER, None, False)]
)
def test_only_who_leaves_is_asked_about_what_cannot_be_undone(
    leave: Leave, leaver: Member | None, warned: bool
) -> None:
    move = replace(MOVE, leave=leave)

    assert ("cannot be undone" in question(move, position(move, leaver, organization(ROOT), NOW))) is warned


@pytest.mark.parametrize(
    ("leaver", "there", "words"),
    [
        (
            HERE,
            (PENDING,),
            "still a member of organization old and can accept the invitation to organization new until",
        ),
        (None, (PENDING,), "no longer a member of organization old and can accept"),
        (None, (), "no longer a member of organization old and has no invitation to organization new"),
        (None, (member(ADA),), "is a member of organization new"),
        (HERE, (member(ADA),), "is a member of organizations old and new"),
    ],
)
def test_whoever_is_stopped_half_way_is_told_where_they_are(
    leaver: Member | None, there: tuple[Member | Invitation, ...], words: str
) -> None:
    assert words in whereabouts(MOVE, position(MOVE, leaver, organization(ROOT, *there), NOW))


def test_who_is_listed_under_the_address_with_another_account_has_not_joined() -> None:
    somebody_else = replace(member(ADA), user_id="another")

    assert position(MOVE, HERE, organization(ROOT, somebody_else), NOW).joined is None
    assert position(MOVE, None, organization(ROOT, somebody_else), NOW, HERE.user_id).joined is None


def test_an_address_that_the_account_has_no_more_is_told_with_the_one_that_it_has() -> None:
    married = replace(HERE, email="married@acme.example")
    there = position(MOVE, married, organization(ROOT, PENDING), NOW)

    assert moved_address(MOVE, position(MOVE, HERE, organization(ROOT), NOW)) is None
    assert moved_address(MOVE, position(MOVE, replace(HERE, email=None), organization(ROOT), NOW)) is None
    assert moved_address(MOVE, position(MOVE, married, organization(married), NOW)) is None
    assert "married@acme.example now. Nobody is invited, and nobody leaves; cancel its invitation" in (
        moved_address(MOVE, there) or ""
    )
