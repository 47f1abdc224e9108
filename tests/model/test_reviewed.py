"""An update that is bound to a reviewed plan does that, or what is left of it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import GUARD_NAMES, judge
from pulumi_elastic_org.model.people import Desired, Invitation, Member
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.reviewed import OnlyReviewed, ReviewedPlan
from pulumi_elastic_org.model.verdicts import Situation
from tests.support.builders import ADMIN, BILLING, NOW, applied, desired, invitation, member, organization

ADA, BOB, CY = "ada@acme.io", "bob@acme.io", "cy@acme.io"


def planned(wanted: Desired, *people: Member | Invitation, **more: Any) -> Plan:
    actual = organization(*people)
    return plan(wanted, actual, more.pop("now", NOW), applied(*(one.email for one in people if one.email)))


def seen(reviewed: Plan, **more: Any) -> dict[str, ReviewedPlan]:
    return {reviewed.organization_id: ReviewedPlan(tuple(change.to_json() for change in reviewed.changes), **more)}


def refused(reviewed: dict[str, ReviewedPlan], now: Plan) -> list[str | None]:
    """Whose changes are refused because nobody has seen them."""
    situation = Situation(now, organization(), Guards())
    return [violation.person for violation in judge(situation, (OnlyReviewed(reviewed),)).violations]


def test_what_was_seen_passes() -> None:
    now = planned(desired({ADA: ADMIN, BOB: BILLING}), member(ADA), member(CY))
    assert {change.verb for change in now.changes} == {"invite", "add roles", "remove member"}
    assert refused(seen(now), now) == []


def test_a_person_nobody_has_seen_in_the_plan_is_refused() -> None:
    before = planned(desired({ADA: ADMIN}), member(ADA, ADMIN), member(CY))
    assert refused(seen(before), planned(desired({ADA: ADMIN}), member(ADA, ADMIN), member(CY), member(BOB))) == [BOB]


def test_the_same_change_with_other_roles_is_refused() -> None:
    before = planned(desired({BOB: BILLING}))
    assert refused(seen(before), planned(desired({BOB: ADMIN}))) == [BOB]


def test_a_removal_of_somebody_whose_roles_have_changed_is_refused() -> None:
    before = planned(desired({}), member(BOB, BILLING))
    assert refused(seen(before), planned(desired({}), member(BOB, ADMIN))) == [BOB]


def test_roles_of_another_account_under_the_same_address_are_refused() -> None:
    before = planned(desired({BOB: BILLING}), member(BOB))
    other = planned(desired({BOB: BILLING}), replace(member(BOB), user_id="another"))
    assert refused(seen(before), other) == [BOB]


def test_what_an_interrupted_update_has_left_to_do_passes() -> None:
    before = planned(desired({ADA: BILLING + "; " + ADMIN, BOB: BILLING}), member(ADA))
    left = planned(desired({ADA: BILLING + "; " + ADMIN, BOB: BILLING}), member(ADA, BILLING), invitation(BOB, BILLING))
    assert len(left.changes) == 1
    assert refused(seen(before), left) == []


def test_an_invitation_that_runs_out_while_it_waits_to_be_cancelled_passes() -> None:
    before = planned(desired({}), invitation(BOB, BILLING))
    later = planned(desired({}), invitation(BOB, BILLING), now=NOW + timedelta(days=30))
    assert refused(seen(before), later) == []


def test_people_whose_roles_were_not_known_get_any_and_are_never_removed() -> None:
    before = planned(desired({ADA: ADMIN}), member(ADA, ADMIN))
    unknown = {"undetermined": frozenset({BOB.upper()})}
    assert refused(seen(before, **unknown), planned(desired({ADA: ADMIN, BOB: BILLING}), member(ADA, ADMIN))) == []
    assert refused(seen(before, **unknown), planned(desired({ADA: ADMIN}), member(ADA, ADMIN), member(BOB))) == [BOB]


def test_another_organization_was_not_reviewed() -> None:
    now = planned(desired({BOB: BILLING}))
    assert refused({"another": ReviewedPlan(tuple(change.to_json() for change in now.changes))}, now) == [BOB]


def test_no_override_can_name_it() -> None:
    assert OnlyReviewed.name not in GUARD_NAMES


def test_a_plan_that_an_earlier_version_saved_without_scopes_is_the_same() -> None:
    now = planned(desired({BOB: "deployment:deployment-night-watch on all", ADA: ADMIN}), member(ADA))
    saved = [{**one.to_json(), "roles": one.to_json()["roles"].replace("deployment:", "")} for one in now.changes]
    assert refused({now.organization_id: ReviewedPlan(tuple(saved))}, now) == []
