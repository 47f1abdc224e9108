"""Declared, last applied and live, compared person by person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pulumi_elastic_org.model.comparison import compare
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.ownership import CloudResource, Ownership
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member, Organization
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.verdicts import Situation
from pulumi_elastic_org.review.findings import code_line, find_differences, find_obstacles
from pulumi_elastic_org.review.model import Finding, Kind
from pulumi_elastic_org.roster_file.yaml_source import read_mapping
from tests.support.builders import (
    ADMIN,
    BILLING,
    INVITATION_LIFE,
    NOW,
    desired,
    invitation,
    lapsed,
    member,
    organization,
    roles,
)
from tests.support.builders import user_id as id_of

ADA = "ada@acme.io"
EVE = "eve@acme.io"
JOINED = NOW - timedelta(days=3)


def state(people: dict[str, str], *accepted: str, **more: object) -> Applied:
    """What an apply of these people left behind, of whom some had accepted."""
    return Applied(people, {email: id_of(email) for email in accepted}, **more)  # type: ignore[arg-type]


def found(
    declared: Desired, applied: Applied, actual: Organization
) -> list[tuple[str | None, Kind, str | None, str | None]]:
    return [
        (one.person, one.kind, one.before, one.after)
        for one in find_differences(compare(declared, actual, NOW, applied))
    ]


def only(declared: Desired, applied: Applied, actual: Organization) -> Finding:
    [finding] = find_differences(compare(declared, actual, NOW, applied))
    return finding


def test_what_is_as_declared_and_applied_is_no_finding() -> None:
    people = {ADA: BILLING, EVE: "no roles"}

    assert found(desired(people), state(people, ADA), organization(member(ADA, BILLING), invitation(EVE))) == []


def test_a_member_whom_nobody_declared_was_added_by_hand() -> None:
    finding = only(desired({}), state({}), organization(member(EVE, ADMIN, member_since=JOINED)))

    assert (finding.person, finding.kind, finding.before, finding.after) == (EVE, Kind.ADDED, None, ADMIN)
    assert (finding.since, finding.by_hand) == (JOINED, True)
    assert finding.line == '"eve@acme.io": ["organization-admin"]'
    assert "unmanaged-people" in finding.enforce


def test_an_additive_roster_leaves_others_alone() -> None:
    assert found(desired({}, authoritative=False), state({}), organization(member(EVE), invitation("x@acme.io"))) == []


def test_an_invitation_that_nobody_declared_was_added_by_hand_however_often_it_was_sent() -> None:
    actual = organization(invitation(EVE, ADMIN, sent=JOINED), invitation(EVE, ADMIN, token="again", sent=JOINED))

    finding = only(desired({}), state({}), actual)

    assert (finding.kind, finding.after, finding.since) == (Kind.ADDED, ADMIN, JOINED)


def test_a_member_who_is_gone_was_removed_by_hand() -> None:
    people = {ADA: BILLING}

    finding = only(desired(people), state(people, ADA), organization())

    assert (finding.kind, finding.before, finding.after, finding.since) == (Kind.REMOVED, BILLING, None, None)
    assert finding.by_hand


def test_somebody_who_had_not_accepted_and_is_gone_had_the_invitation_cancelled() -> None:
    people = {ADA: BILLING}

    finding = only(desired(people), state(people), organization())

    assert (finding.kind, finding.by_hand) == (Kind.INVITATION_LOST, True)
    assert "cancelled" in finding.detail


def test_an_expired_invitation_is_found_and_nobody_did_it() -> None:
    people = {ADA: BILLING}

    finding = only(desired(people), state(people), organization(lapsed(ADA, BILLING)))

    assert (finding.kind, finding.by_hand, finding.since) == (Kind.INVITATION_LOST, False, NOW)
    assert "expired" in finding.detail


def test_an_invitation_that_was_sent_often_enough_is_found_as_such() -> None:
    people = {ADA: BILLING}
    applied = state(people, resends={ADA: 3})

    finding = only(desired(people, max_resends=3), applied, organization(lapsed(ADA, BILLING)))

    assert finding.kind is Kind.RESEND_LIMIT
    assert "sent again 3 times" in finding.detail
    assert "max_resends" in finding.enforce


@pytest.mark.parametrize("live", [member(ADA, ADMIN), invitation(ADA, ADMIN)], ids=["member", "invitation"])
def test_roles_that_are_neither_declared_nor_applied_were_changed_by_hand(live: Member | Invitation) -> None:
    people = {ADA: f"{BILLING}; deployment-editor on a"}

    finding = only(desired(people), state(people, ADA), organization(live))

    assert (finding.kind, finding.before, finding.after) == (Kind.ROLES_CHANGED, people[ADA], ADMIN)
    assert finding.line == '"ada@acme.io": ["organization-admin"]'


def test_what_the_code_changes_is_pending_and_nobody_did_it_by_hand() -> None:
    applied = state({ADA: BILLING, EVE: ADMIN}, ADA, EVE)
    actual = organization(member(ADA, BILLING), member(EVE, ADMIN))

    assert found(desired({ADA: ADMIN, "new@acme.io": BILLING}), applied, actual) == [
        (ADA, Kind.PENDING_CHANGE, BILLING, ADMIN),
        (EVE, Kind.PENDING_CHANGE, ADMIN, None),
        ("new@acme.io", Kind.PENDING_CHANGE, None, BILLING),
    ]


def test_a_change_by_hand_and_one_in_the_code_are_two_findings() -> None:
    applied = state({ADA: BILLING}, ADA)

    assert found(desired({ADA: "no roles"}), applied, organization(member(ADA, ADMIN))) == [
        (ADA, Kind.ROLES_CHANGED, BILLING, ADMIN),
        (ADA, Kind.PENDING_CHANGE, ADMIN, "no roles"),
    ]


def test_who_made_by_hand_what_the_code_says_by_now_leaves_nothing_to_decide() -> None:
    applied = state({ADA: BILLING, EVE: ADMIN}, ADA, EVE)

    assert found(desired({ADA: ADMIN}), applied, organization(member(ADA, ADMIN))) == []


def test_a_changed_e_mail_address_is_no_drift() -> None:
    people = {ADA: BILLING}
    actual = organization(member("lovelace@acme.io", BILLING, user_id=id_of(ADA)))

    assert found(desired(people), state(people, ADA), actual) == []


def test_assignments_that_code_cannot_declare_are_found() -> None:
    people = {ADA: BILLING}
    live = member(ADA, BILLING, unmodelled={"connected_cluster": [{}]}, member_since=JOINED)

    finding = only(desired(people), state(people, ADA), organization(live))

    assert (finding.kind, finding.since) == (Kind.LEFT_ALONE, JOINED)
    assert "connected_cluster" in finding.detail


def test_a_stranger_without_an_address_is_found_and_left_alone() -> None:
    finding = only(desired({}), state({}), organization(member(None, ADMIN, user_id="7")))

    assert (finding.person, finding.kind) == ("user 7", Kind.LEFT_ALONE)


def test_people_whom_an_identity_provider_manages_are_no_drift() -> None:
    people = {ADA: BILLING, EVE: ADMIN}
    declared = desired(people, single_sign_on=frozenset(people))

    assert found(declared, state(people, ADA, EVE), organization(member(ADA, ADMIN))) == []


def test_people_whom_other_resources_declare_are_no_drift() -> None:
    declared = desired({}, managed_elsewhere=frozenset({ADA, EVE}))

    assert found(declared, state({ADA: BILLING}, ADA), organization(member(ADA), invitation(EVE))) == []


def test_a_last_day_that_has_passed_is_a_change_from_the_code() -> None:
    people = {ADA: BILLING}
    declared = desired(people, until={ADA: date(2026, 3, 1)})

    finding = only(declared, state(people, ADA), organization(member(ADA, BILLING)))

    assert (finding.kind, finding.before, finding.after) == (Kind.PENDING_CHANGE, BILLING, None)
    assert "2026-03-01" in finding.detail


def test_people_whose_declared_roles_are_not_known_yet_are_compared_with_what_was_applied() -> None:
    declared = desired({}, undetermined=(ADA, EVE))
    applied = state({ADA: BILLING}, ADA)

    assert found(declared, applied, organization(member(ADA, BILLING))) == []
    assert found(declared, applied, organization(member(ADA, ADMIN))) == [(ADA, Kind.ROLES_CHANGED, BILLING, ADMIN)]


def test_roles_that_no_roster_may_declare_come_without_a_line_to_paste() -> None:
    people = {ADA: BILLING}
    both = roles("deployment-editor on all") | roles("deployment-editor on a")

    finding = only(desired(people), state(people, ADA), organization(Member(id_of(ADA), ADA, both)))

    assert finding.line == ""
    assert "cannot be declared" in finding.accept


def obstacles(declared: Desired, actual: Organization, guards: Guards, owned: Ownership) -> list[Finding]:
    planned = plan(declared, actual, NOW, Applied({ADA: BILLING}))
    verdict = judge(Situation(planned, actual, guards, None, owned))
    return list(find_obstacles(planned, verdict, guards.owner_tag))


def test_what_a_guard_would_refuse_is_found_with_its_remedy() -> None:
    actual = organization(member(ADA, BILLING), member("root@acme.io"))

    [finding] = obstacles(
        desired({"root@acme.io": "no roles"}), actual, Guards(protected=(ADA,), max_removals=1), Ownership({}, ())
    )

    assert (finding.person, finding.kind) == (ADA, Kind.GUARD_REFUSES)
    assert "[protected-people]" in finding.detail
    assert "override" in finding.enforce


def test_a_stranger_is_found_once_and_not_again_for_the_guard_that_keeps_them() -> None:
    actual = organization(member(EVE, BILLING), member("root@acme.io"))

    assert obstacles(desired({"root@acme.io": "no roles"}), actual, Guards(max_removals=1), Ownership({}, ())) == []


def test_what_has_no_known_owner_is_found_when_somebody_would_be_removed() -> None:
    lost = Ownership({}, (CloudResource("deployment", "d1", "search"),))
    both = organization(member(ADA, BILLING), member("root@acme.io"))
    guards = Guards(max_removals=1, owner_tag="team")

    [finding] = obstacles(desired({"root@acme.io": "no roles"}), both, guards, lost)

    assert (finding.person, finding.kind) == (ADA, Kind.OWNER_UNKNOWN)
    assert "deployment 'search' (d1)" in finding.detail
    assert "tag 'team'" in finding.enforce
    assert obstacles(desired({"root@acme.io": "no roles", ADA: BILLING}), both, guards, lost) == []


def test_the_line_to_paste_is_python_and_yaml() -> None:
    held = roles('billing-admin; security-viewer on all as "a \\"b", "\\u00fc"')

    line = code_line("o'brien@acme.io", format_grants(held))

    [(person, listed)] = eval(f"{{{line}}}").items()
    assert person == "o'brien@acme.io"
    assert roles("; ".join(listed)) == held
    assert read_mapping(line)[0] == {person: listed}


def test_an_invitation_by_hand_that_expired_gives_nobody_access_and_is_found() -> None:
    finding = only(desired({}), state({}), organization(lapsed(EVE, ADMIN)))

    assert (finding.kind, finding.since) == (Kind.ADDED, NOW - INVITATION_LIFE)
    assert "expired" in finding.detail
