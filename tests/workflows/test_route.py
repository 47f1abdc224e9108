"""Which step of a transfer comes next, from where the person stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_elastic_org.roster.changes import Cause, Invite, Reinvite
from pulumi_elastic_org.roster.people import Invitation, Member
from pulumi_elastic_org.workflows.route import TIME_TO_ACCEPT, Move, Step, outline, position, whereabouts
from tests.roster.builders import INVITATION_LIFE, NOW, invitation, lapsed, member, organization, roles

ADA = "ada@acme.example"
MOVE = Move(ADA, "old", "new", roles("billing-admin"))
HERE = member(ADA, "deployment-editor on all")
ROOT = member("root@new.example", "organization-admin")
PENDING = invitation("Ada@acme.example", "billing-admin")


@pytest.mark.parametrize(
    ("leaver", "there", "must_leave", "step"),
    [
        (HERE, (), False, Step.INVITE),
        (HERE, (), True, Step.INVITE),
        (HERE, (lapsed(ADA, "billing-admin"),), True, Step.INVITE),
        (HERE, (invitation(ADA, "no roles"),), True, Step.INVITE),
        (HERE, (PENDING,), False, Step.ACCEPT),
        (HERE, (PENDING,), True, Step.LEAVE),
        (None, (PENDING,), True, Step.ACCEPT),
        (None, (PENDING,), False, Step.ACCEPT),
        (None, (), True, Step.INVITE),
        (HERE, (member(ADA),), False, None),
        (None, (member(ADA),), True, None),
    ],
)
def test_the_next_step(
    leaver: Member | None, there: tuple[Member | Invitation, ...], must_leave: bool, step: Step | None
) -> None:
    at = position(MOVE, leaver, organization(ROOT, *there), NOW)

    assert at.next_step(must_leave=must_leave) is step


def test_nobody_leaves_for_an_invitation_that_is_about_to_expire() -> None:
    just_in_time = invitation(ADA, "billing-admin", sent=NOW - INVITATION_LIFE + TIME_TO_ACCEPT + timedelta(seconds=1))
    too_late = invitation(ADA, "billing-admin", sent=NOW - INVITATION_LIFE + TIME_TO_ACCEPT)

    assert position(MOVE, HERE, organization(just_in_time), NOW).inviting is None
    again = position(MOVE, HERE, organization(too_late), NOW).inviting
    assert isinstance(again, Reinvite)
    assert again.cause is Cause.EXPIRED


def test_whoever_has_left_accepts_even_at_the_last_moment_instead_of_waiting_for_another_invitation() -> None:
    last_moment = invitation(ADA, "billing-admin", sent=NOW - INVITATION_LIFE + timedelta(seconds=1))

    assert position(MOVE, None, organization(last_moment), NOW).next_step(must_leave=True) is Step.ACCEPT


def test_others_who_are_invited_or_belong_are_nobodys_business() -> None:
    at = position(MOVE, HERE, organization(ROOT, invitation("bob@acme.example")), NOW)

    assert at.inviting == Invite(ADA, MOVE.grants)
    assert at.invitation is None


def test_a_member_without_a_listed_address_is_known_by_user_id() -> None:
    hidden = member(None, user_id=HERE.user_id)

    assert position(MOVE, None, organization(ROOT, hidden), NOW, HERE.user_id).joined == hidden
    assert position(MOVE, None, organization(ROOT, hidden), NOW).joined is None


def test_the_outline_tells_only_what_is_left_to_do() -> None:
    def told(leaver: Member | None, *there: Member | Invitation) -> list[str]:
        return [line.split()[0] for line in outline(MOVE, position(MOVE, leaver, organization(ROOT, *there), NOW))]

    assert told(HERE) == ["invite", "leave", "accept"]
    assert told(HERE, PENDING) == ["leave", "accept"]
    assert told(None, PENDING) == ["accept"]
    assert told(None, member(ADA)) == [ADA]


@pytest.mark.parametrize(
    ("leaver", "there", "words"),
    [
        (
            HERE,
            (PENDING,),
            "still a member of organization old and can accept the invitation to organization new until",
        ),
        (None, (PENDING,), "no member any more of organization old and can accept"),
        (None, (), "no member any more of organization old and has no invitation to organization new"),
        (None, (member(ADA),), "is a member of organization new"),
    ],
)
def test_whoever_is_stopped_half_way_is_told_where_they_are(
    leaver: Member | None, there: tuple[Member | Invitation, ...], words: str
) -> None:
    assert words in whereabouts(MOVE, position(MOVE, leaver, organization(ROOT, *there), NOW))
