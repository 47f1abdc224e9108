"""What a plan leaves alone: people of other resources, second accounts and invitations; and addresses that mislead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_elastic_org.model.changes import CancelInvitation, Invite, RemoveMember, Topic
from pulumi_elastic_org.model.people import Applied
from pulumi_elastic_org.model.plan import plan
from tests.model.test_plan import ADA, BOB, PENDING, STRANGER, Case
from tests.support.builders import (
    ADMIN,
    BILLING,
    INVITATION_LIFE,
    NOW,
    applied,
    desired,
    invitation,
    member,
    organization,
    roles,
    user_id,
)

ELSEWHERE = {
    "authoritative: whom another resource declares is left alone, member or invited": Case(
        desired({}, managed_elsewhere=frozenset({ADA, BOB})), [STRANGER, PENDING]
    ),
    "who is handed over to another resource is not removed": Case(
        desired({}, managed_elsewhere=frozenset({BOB})), [STRANGER], before=applied(BOB)
    ),
    "whom another resource declares is known there by the account too": Case(
        desired({}, managed_elsewhere=frozenset({BOB})),
        [member("robert@acme.io", BILLING, user_id="u1")],
        before=applied(BOB, user_ids={BOB: "u1"}),
    ),
    "whom another resource declared and nobody does any longer is removed as somebody known": Case(
        desired({}),
        [STRANGER, PENDING],
        [
            RemoveMember(BOB, user_id(BOB), roles(BILLING), managed=True),
            CancelInvitation(ADA, PENDING, lapsed=False, managed=True),
        ],
        before=Applied(managed_elsewhere=frozenset({ADA, BOB})),
    ),
    "additive: whom another resource declared is none of this one's people": Case(
        desired({}, authoritative=False), [STRANGER, PENDING], before=Applied(managed_elsewhere=frozenset({ADA, BOB}))
    ),
}

NAMESAKES = {
    "of two accounts with one address the first is the person, the other is left alone": Case(
        desired({ADA: ADMIN}),
        [member(ADA, ADMIN, user_id="u1"), member(ADA, BILLING, user_id="u2")],
        reports=[(ADA, Topic.SAME_EMAIL)],
    ),
    "of two accounts with one address the one that was known is the person": Case(
        desired({ADA: ADMIN}),
        [member(ADA, BILLING, user_id="u1"), member(ADA, ADMIN, user_id="u2")],
        reports=[(ADA, Topic.SAME_EMAIL)],
        before=applied(ADA, user_ids={ADA: "u2"}),
    ),
    "a second invitation that can be accepted is reported": Case(
        desired({ADA: ADMIN}),
        [PENDING, invitation(ADA, BILLING, sent=NOW - timedelta(hours=1), token="second")],
        reports=[(ADA, Topic.PENDING), (ADA, Topic.SAME_EMAIL)],
    ),
    "an invitation to the former address of a declared member is reported": Case(
        desired({ADA: ADMIN}),
        [member(BOB, ADMIN, user_id="u1"), PENDING],
        reports=[(ADA, Topic.EMAIL_CHANGED), (ADA, Topic.SAME_EMAIL)],
        before=applied(ADA, user_ids={ADA: "u1"}),
    ),
    "an invitation that a list still shows of who has accepted it is not": Case(
        desired({ADA: ADMIN}), [member(ADA, ADMIN), PENDING]
    ),
    "a second invitation that has expired is not": Case(
        desired({ADA: ADMIN}),
        [PENDING, invitation(ADA, BILLING, sent=NOW - INVITATION_LIFE, token="second")],
        reports=[(ADA, Topic.PENDING)],
    ),
    "who is to be invited under an address that reads like another is reported": Case(
        desired({"\u0430\u0435@acme.io": ADMIN}),
        changes=[Invite("\u0430\u0435@acme.io", roles(ADMIN))],
        reports=[("\u0430\u0435@acme.io", Topic.LOOK_ALIKE)],
    ),
    "who is to be invited under an address that reads like no other is not": Case(
        desired({"j\u00fcrgen@acme.io": ADMIN}),
        changes=[Invite("j\u00fcrgen@acme.io", roles(ADMIN))],
    ),
}

CASES = {**ELSEWHERE, **NAMESAKES}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_plan_beside_others(case: Case) -> None:
    made = plan(case.wanted, organization(*case.people), NOW, case.before)
    assert list(made.changes) == case.changes
    assert [(report.person, report.topic) for report in made.reports] == case.reports
