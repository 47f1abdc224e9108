"""What a plan does, case by case: each named row of a table is one behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    Topic,
)
from pulumi_elastic_org.model.matching import headcount
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member
from pulumi_elastic_org.model.plan import plan
from tests.support.builders import (
    ADMIN,
    BILLING,
    INVITATION_LIFE,
    NOW,
    applied,
    desired,
    invitation,
    lapsed,
    member,
    organization,
    roles,
    user_id,
)


@dataclass
class Case:
    """Wanted people, an organization, and the changes and reports that they call for."""

    wanted: Desired
    people: list[Member | Invitation] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    reports: list[tuple[str, Topic]] = field(default_factory=list)
    before: Applied = field(default_factory=Applied)


ADA, BOB = "ada@acme.io", "bob@acme.io"
PENDING = invitation(ADA, ADMIN)
EXPIRED = lapsed(ADA, ADMIN)
STRANGER = member(BOB, BILLING)

INVITATIONS = {
    "a person who is neither a member nor invited is invited": Case(
        desired({ADA: ADMIN}), changes=[Invite(ADA, roles(ADMIN))]
    ),
    "a person without roles is invited too": Case(desired({ADA: "no roles"}), changes=[Invite(ADA, frozenset())]),
    "a pending invitation is news and no change": Case(
        desired({ADA: ADMIN}), [PENDING], reports=[(ADA, Topic.PENDING)]
    ),
    "an invitation is found in any spelling": Case(
        desired({"ADA@Acme.io": ADMIN}), [PENDING], reports=[("ADA@Acme.io", Topic.PENDING)]
    ),
    "an expired invitation is sent again": Case(
        desired({ADA: ADMIN}), [EXPIRED], [Reinvite(ADA, roles(ADMIN), EXPIRED, Cause.EXPIRED)]
    ),
    "an invitation that the API calls expired is sent again before its time": Case(
        desired({ADA: ADMIN}),
        [early := invitation(ADA, ADMIN, expired=True)],
        [Reinvite(ADA, roles(ADMIN), early, Cause.EXPIRED)],
    ),
    "an expired invitation is sent again with the roles of today": Case(
        desired({ADA: BILLING}), [EXPIRED], [Reinvite(ADA, roles(BILLING), EXPIRED, Cause.EXPIRED)]
    ),
    "the last allowed time is still sent": Case(
        desired({ADA: ADMIN}, max_resends=3),
        [EXPIRED],
        [Reinvite(ADA, roles(ADMIN), EXPIRED, Cause.EXPIRED)],
        before=applied(ADA, resends={ADA: 2}),
    ),
    "beyond the limit an expired invitation is only reported": Case(
        desired({"Ada@acme.io": ADMIN}, max_resends=3),
        [EXPIRED],
        reports=[("Ada@acme.io", Topic.RESEND_LIMIT)],
        before=applied(ADA, resends={ADA: 3}),
    ),
    "with no resends allowed an expired invitation is only reported": Case(
        desired({ADA: ADMIN}, max_resends=0), [EXPIRED], reports=[(ADA, Topic.RESEND_LIMIT)]
    ),
    "the limit does not keep a change of roles from a pending invitation": Case(
        desired({ADA: BILLING}, max_resends=0), [PENDING], [Reinvite(ADA, roles(BILLING), PENDING, Cause.ROLES_CHANGED)]
    ),
    "a pending invitation with other roles is sent anew": Case(
        desired({ADA: f"{ADMIN}; {BILLING}"}),
        [PENDING],
        [Reinvite(ADA, roles(f"{ADMIN}; {BILLING}"), PENDING, Cause.ROLES_CHANGED)],
    ),
    "of two invitations the one that lasts longer counts": Case(
        desired({ADA: ADMIN}),
        [PENDING, invitation(ADA, BILLING, sent=NOW - timedelta(hours=1))],
        reports=[(ADA, Topic.PENDING)],
    ),
    "of two invitations the one that the API does not call expired counts": Case(
        desired({ADA: ADMIN}),
        [invitation(ADA, BILLING, sent=NOW + timedelta(hours=1), expired=True), PENDING],
        reports=[(ADA, Topic.PENDING)],
    ),
    "a member's leftover invitation is left to lapse": Case(desired({ADA: ADMIN}), [member(ADA, ADMIN), PENDING]),
}

ROLES = {
    "a member who holds what is wanted is left alone": Case(desired({ADA: ADMIN}), [member(ADA, ADMIN)]),
    "a member is found in any spelling": Case(desired({"Ada@Acme.IO": ADMIN}), [member("ADA@acme.io", ADMIN)]),
    "one more deployment touches that deployment alone": Case(
        desired({ADA: "deployment-editor on a, b, c"}),
        [member(ADA, "deployment-editor on a, b")],
        [AddGrants(ADA, user_id(ADA), roles("deployment-editor on c"))],
    ),
    "one deployment less touches that deployment alone": Case(
        desired({ADA: "deployment-editor on a"}),
        [member(ADA, "deployment-editor on a, b")],
        [RemoveGrants(ADA, user_id(ADA), roles("deployment-editor on b"))],
    ),
    "a role moves from named deployments to all": Case(
        desired({ADA: "deployment-editor on all"}),
        [member(ADA, "deployment-editor on a")],
        [
            AddGrants(ADA, user_id(ADA), roles("deployment-editor on all")),
            RemoveGrants(ADA, user_id(ADA), roles("deployment-editor on a")),
        ],
    ),
    "both roles of the organization can be held and one taken": Case(
        desired({ADA: BILLING}),
        [member(ADA, f"{ADMIN}; {BILLING}")],
        [RemoveGrants(ADA, user_id(ADA), roles(ADMIN))],
    ),
    "the second role of the organization is added to the first": Case(
        desired({ADA: f"{ADMIN}; {BILLING}"}),
        [member(ADA, BILLING)],
        [AddGrants(ADA, user_id(ADA), roles(ADMIN))],
    ),
    "a member who is wanted without roles loses them and stays": Case(
        desired({ADA: "no roles"}), [member(ADA, ADMIN)], [RemoveGrants(ADA, user_id(ADA), roles(ADMIN))]
    ),
    "console only is not the default access": Case(
        desired({ADA: "security-viewer on all (console only)"}),
        [member(ADA, "security-viewer on all")],
        [
            AddGrants(ADA, user_id(ADA), roles("security-viewer on all (console only)")),
            RemoveGrants(ADA, user_id(ADA), roles("security-viewer on all")),
        ],
    ),
    "console only stays console only": Case(
        desired({ADA: "security-viewer on all (console only)"}),
        [member(ADA, "security-viewer on all (console only)")],
    ),
    "an unknown role that is wanted and held is no change and stays reported": Case(
        desired({ADA: "cluster:cluster-viewer on all"}),
        [member(ADA, "cluster:cluster-viewer on all")],
        reports=[(ADA, Topic.UNKNOWN_ROLE)],
    ),
    "an unknown role of a pending invitation stays reported": Case(
        desired({ADA: "cluster:cluster-viewer on all"}),
        [invitation(ADA, "cluster:cluster-viewer on all")],
        reports=[(ADA, Topic.PENDING), (ADA, Topic.UNKNOWN_ROLE)],
    ),
    "an unknown role is passed on and reported": Case(
        desired({ADA: "cluster:cluster-viewer on all"}),
        [member(ADA)],
        [AddGrants(ADA, user_id(ADA), roles("cluster:cluster-viewer on all"))],
        [(ADA, Topic.UNKNOWN_ROLE)],
    ),
    "an unknown role of somebody who is invited is reported": Case(
        desired({ADA: "organization:organization-auditor"}),
        changes=[Invite(ADA, roles("organization:organization-auditor"))],
        reports=[(ADA, Topic.UNKNOWN_ROLE)],
    ),
    "an unknown role added to a pending invitation is reported": Case(
        desired({ADA: f"{ADMIN}; organization:organization-auditor"}),
        [PENDING],
        [Reinvite(ADA, roles(f"{ADMIN}; organization:organization-auditor"), PENDING, Cause.ROLES_CHANGED)],
        [(ADA, Topic.UNKNOWN_ROLE)],
    ),
    "assignments of a kind that is not modelled are reported and left alone": Case(
        desired({ADA: ADMIN}),
        [member(ADA, ADMIN, unmodelled={"connected_cluster": [{"role_id": "x"}]})],
        reports=[(ADA, Topic.UNMODELLED)],
    ),
    "assignments of a pending invitation that are not modelled are reported": Case(
        desired({ADA: ADMIN}),
        [replace(PENDING, unmodelled={"cloud_connected_resource": [{"role_id": "cloud-connected-admin"}, "odd"]})],
        reports=[(ADA, Topic.PENDING), (ADA, Topic.UNMODELLED)],
    ),
    "roles that are not known yet change nothing, and the person counts as declared": Case(
        desired({}, undetermined=(ADA, BOB)),
        [member(ADA, ADMIN), invitation(BOB, BILLING)],
        reports=[(ADA, Topic.UNDETERMINED), (BOB, Topic.UNDETERMINED)],
    ),
}

IDENTITY = {
    "an accepted invitation changes nothing": Case(
        desired({ADA: ADMIN}), [member(ADA, ADMIN)], before=applied(ADA, resends={ADA: 1})
    ),
    "a member whose e-mail changed is known by user id": Case(
        desired({ADA: BILLING}),
        [member("ada.lovelace@acme.io", ADMIN, user_id="u1")],
        [AddGrants(ADA, "u1", roles(BILLING)), RemoveGrants(ADA, "u1", roles(ADMIN))],
        [(ADA, Topic.EMAIL_CHANGED)],
        before=applied(ADA, user_ids={ADA: "u1"}),
    ),
    "a declared person whose e-mail the API hides is known by user id": Case(
        desired({ADA: ADMIN}), [member(None, ADMIN, user_id="u1")], before=applied(ADA, user_ids={ADA: "u1"})
    ),
    "who is declared by the new address is not the old person as well": Case(
        desired({ADA: ADMIN, "new@acme.io": ADMIN}),
        [member("new@acme.io", ADMIN, user_id="u1")],
        [Invite(ADA, roles(ADMIN))],
        before=applied(ADA, user_ids={ADA: "u1"}),
    ),
    "a known account that is gone is invited again": Case(
        desired({ADA: ADMIN}), changes=[Invite(ADA, roles(ADMIN))], before=applied(ADA, user_ids={ADA: "u1"})
    ),
}

OTHERS = {
    "authoritative: a stranger is removed and marked as one": Case(
        desired({}), [STRANGER], [RemoveMember(BOB, user_id(BOB), roles(BILLING), managed=False)]
    ),
    "authoritative: a managed person who is no longer declared is removed": Case(
        desired({}),
        [STRANGER],
        [RemoveMember(BOB, user_id(BOB), roles(BILLING), managed=True)],
        before=applied("BOB@acme.io"),
    ),
    "additive: a stranger is left alone": Case(desired({}, authoritative=False), [STRANGER, PENDING]),
    "additive: a managed person who is no longer declared is removed": Case(
        desired({}, authoritative=False),
        [STRANGER],
        [RemoveMember(BOB, user_id(BOB), roles(BILLING), managed=True)],
        before=applied(BOB),
    ),
    "additive: a managed person is removed under a changed e-mail too": Case(
        desired({}, authoritative=False),
        [member("robert@acme.io", BILLING, user_id="u1")],
        [RemoveMember("robert@acme.io", "u1", roles(BILLING), managed=True)],
        before=applied(BOB, user_ids={BOB: "u1"}),
    ),
    "additive: a user id whose person was let go earlier makes nobody managed": Case(
        desired({}, authoritative=False), [STRANGER], before=applied(ADA, user_ids={BOB: user_id(BOB)})
    ),
    "authoritative: a stranger's pending invitation is cancelled": Case(
        desired({}), [PENDING], [CancelInvitation(ADA, PENDING, lapsed=False, managed=False)]
    ),
    "authoritative: a stranger's expired invitation is cancelled and marked as expired": Case(
        desired({}), [EXPIRED], [CancelInvitation(ADA, EXPIRED, lapsed=True, managed=False)]
    ),
    "additive: the invitation of a managed person who is no longer declared is cancelled": Case(
        desired({}, authoritative=False),
        [PENDING],
        [CancelInvitation(ADA, PENDING, lapsed=False, managed=True)],
        before=applied(ADA),
    ),
    "a member without an e-mail is reported and never removed": Case(
        desired({}), [member(None, ADMIN, user_id="u1")], reports=[("user u1", Topic.NO_EMAIL)]
    ),
    "a member without an e-mail is not removed when they were managed either": Case(
        desired({}),
        [member(None, ADMIN, user_id="u1")],
        reports=[("user u1", Topic.NO_EMAIL)],
        before=applied(ADA, user_ids={ADA: "u1"}),
    ),
}

CASES = {**INVITATIONS, **ROLES, **IDENTITY, **OTHERS}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_plan(case: Case) -> None:
    made = plan(case.wanted, organization(*case.people), NOW, case.before)
    assert list(made.changes) == case.changes
    assert [(report.person, report.topic) for report in made.reports] == case.reports


def test_changes_follow_the_order_of_the_declaration_and_strangers_come_last() -> None:
    wanted = desired({"z@acme.io": ADMIN, "a@acme.io": ADMIN})
    made = plan(wanted, organization(member("m@acme.io")), NOW)
    assert [change.person for change in made.changes] == ["z@acme.io", "a@acme.io", "m@acme.io"]


def test_a_plan_says_of_which_organization_when_and_how_many_people_it_was_made() -> None:
    made = plan(desired({}), organization(member(ADA), invitation(BOB), lapsed("cy@acme.io")), NOW)
    assert (made.organization_id, made.made_at, made.headcount) == ("acme", NOW, 2)


def test_whoever_can_no_longer_accept_is_no_removal() -> None:
    made = plan(desired({}), organization(member(ADA), invitation(BOB), lapsed("cy@acme.io")), NOW)
    assert [change.person for change in made.removals] == [ADA, BOB]


@pytest.mark.parametrize(
    ("moment", "counted"), [(NOW + INVITATION_LIFE - timedelta(seconds=1), 1), (NOW + INVITATION_LIFE, 0)]
)
def test_where_the_api_does_not_say_whether_an_invitation_is_expired_it_lapses_at_its_hour(
    moment: datetime, counted: int
) -> None:
    assert headcount(organization(invitation(ADA, expired=None)), moment) == counted


@pytest.mark.parametrize("clock", [NOW - timedelta(days=365), NOW + timedelta(days=365)], ids=["slow", "fast"])
def test_this_machines_clock_decides_nothing_where_the_api_says_whether_an_invitation_is_expired(
    clock: datetime,
) -> None:
    wanted = desired({ADA: "no roles", BOB: "no roles"})
    open_one, expired = invitation(ADA, expired=False), invitation(BOB, expired=True)

    (again,) = plan(wanted, organization(open_one, expired), clock).changes

    assert isinstance(again, Reinvite)
    assert again.person == BOB
    assert again.cause is Cause.EXPIRED


def test_the_report_of_an_unknown_role_names_it() -> None:
    (report,) = plan(desired({ADA: "organization:organization-auditor"}), organization(), NOW).reports
    assert report.text == (
        "organization:organization-auditor: not among the roles that Elastic has published so far; passed on as written"
    )


def test_reports_name_the_hour_and_the_remedy() -> None:
    wanted = desired({ADA: ADMIN, BOB: ADMIN}, max_resends=0)
    pending, limit = plan(wanted, organization(invitation(ADA, ADMIN), lapsed(BOB, ADMIN)), NOW).reports
    assert pending.text == "has until 2026-03-05 12:00 UTC to accept"
    assert limit.text == (
        "the invitation expired at 2026-03-02 12:00 UTC and was sent again 0 times: ask the person, "
        "then raise max_resends or take them out"
    )


def test_a_plan_as_json_holds_everything_but_tokens() -> None:
    wanted = desired(
        {ADA: BILLING, BOB: f"{BILLING}; {ADMIN}", "cy@acme.io": ADMIN, "di@acme.io": ADMIN, "ed@acme.io": ADMIN}
    )
    actual = organization(
        PENDING,
        member(BOB, "deployment-viewer on a"),
        lapsed("cy@acme.io", ADMIN),
        lapsed("old@acme.io"),
        member("go@acme.io", BILLING),
        invitation("ed@acme.io", ADMIN),
    )
    data = plan(wanted, actual, NOW).to_json()
    assert data == {
        "organization_id": "acme",
        "changes": [
            {
                "change": "re-invite",
                "person": ADA,
                "cause": "roles changed",
                "roles_before": ADMIN,
                "roles": BILLING,
                "expired_at": None,
            },
            {"change": "add roles", "person": BOB, "user_id": user_id(BOB), "roles": f"{BILLING}; {ADMIN}"},
            {"change": "remove roles", "person": BOB, "user_id": user_id(BOB), "roles": "deployment-viewer on a"},
            {
                "change": "re-invite",
                "person": "cy@acme.io",
                "cause": "expired",
                "roles_before": ADMIN,
                "roles": ADMIN,
                "expired_at": "2026-03-02T12:00:00+00:00",
            },
            {"change": "invite", "person": "di@acme.io", "roles": ADMIN},
            {
                "change": "remove member",
                "person": "go@acme.io",
                "user_id": user_id("go@acme.io"),
                "roles_before": BILLING,
                "managed": False,
            },
            {
                "change": "cancel invitation",
                "person": "old@acme.io",
                "roles_before": "no roles",
                "expired": True,
                "managed": False,
            },
        ],
        "reports": [
            {
                "person": "ed@acme.io",
                "topic": "invitation pending",
                "text": "has until 2026-03-05 12:00 UTC to accept",
            }
        ],
    }
    assert "token" not in str(data)


def test_a_plan_without_some_people_keeps_every_other_change() -> None:
    made = plan(desired({ADA: ADMIN, "cy@acme.io": ADMIN}), organization(STRANGER), NOW)
    left = made.without([ADA, BOB])
    assert [change.person for change in left.changes] == ["cy@acme.io"]
    assert (left.headcount, left.organization_id) == (made.headcount, made.organization_id)


def test_a_token_is_not_in_an_invitation_s_repr() -> None:
    assert "token" not in repr(PENDING)


def test_a_first_run_says_how_to_begin_where_most_people_are_not_in_the_roster() -> None:
    others = [member(f"p{number}@acme.io") for number in range(5)]
    few = plan(desired({}), organization(*others[:4]), NOW)
    most = plan(desired({ADA: ADMIN}), organization(member(ADA, ADMIN), *others), NOW)
    some = plan(
        desired(dict.fromkeys([f"q{number}@acme.io" for number in range(9)], "no roles")),
        organization(*others, *(member(f"q{number}@acme.io") for number in range(9))),
        NOW,
    )

    assert [str(report) for report in most.reports] == [
        "5 of 6 people are not in this roster: start with `elastic-org import`"
    ]
    assert (few.reports, some.reports) == ((), ())
