"""What the resources of one program do to an organization is judged together, whichever resource does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest

from pulumi_elastic_org.lifecycle.interface import Refused
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud, Provided

TEAMS = [[f"person{team}{number}@acme.example" for number in range(3)] for team in range(4)]


def teams(cloud: Cloud) -> list[Provided]:
    """Four additive rosters of three people each, two of whom each may take out."""
    for email in (email for team in TEAMS for email in team):
        cloud.join(email)
    rosters = [cloud.roster("additive", max_removals=2) for _ in TEAMS]
    for roster, team in zip(rosters, TEAMS, strict=True):
        roster.up(members=dict.fromkeys(team, "no roles"))
    return rosters


def test_a_preview_counts_the_removals_of_all_rosters(cloud: Cloud) -> None:
    first, second, *_ = teams(cloud)
    setting = "maxRemovals" if cloud.face == "plugin" else "max_removals"
    with cloud.phase():
        first.planned_within_a_phase(members={TEAMS[0][0]: "no roles"})
        with pytest.raises(Refused, match=f"4 of 14 people would be taken out and {setting} is 2"):
            second.planned_within_a_phase(members={TEAMS[1][0]: "no roles"})


def test_rosters_that_each_take_out_as_many_as_they_may_do_not_take_out_more_together(cloud: Cloud) -> None:
    rosters = teams(cloud)
    with cloud.phase():
        for roster, team in zip(rosters, TEAMS, strict=True):
            with suppress(Refused):
                roster.up_within_a_phase(members={team[0]: "no roles"})
    assert len(cloud.people()) == 14 - 2


def test_emptied_rosters_are_counted_one_by_one(cloud: Cloud) -> None:
    rosters = teams(cloud)
    with cloud.phase():
        for roster in rosters:
            with suppress(Refused):
                roster.up_within_a_phase(members={})
    assert len(cloud.people()) == 14


def administrators(cloud: Cloud) -> tuple[Provided, Provided]:
    """Two rosters with one of two administrators each; both want two."""
    one, other = (cloud.roster("additive", min_admins=2) for _ in range(2))
    one.up(members={ADMIN: "organization-admin"})
    other.up(members={SECOND_ADMIN: "organization-admin"})
    one.settings |= {"overrides": {ADMIN: "self: a test"}}
    return one, other


def test_two_rosters_do_not_demote_an_administrator_each_in_a_preview(cloud: Cloud) -> None:
    cloud.join("third@acme.example", organization=[{"role_id": "organization-admin"}])
    one, other = administrators(cloud)
    with cloud.phase():
        one.planned_within_a_phase(members={ADMIN: "billing-admin"})
        with pytest.raises(Refused, match="would leave the organization with 1 of at least 2"):
            other.planned_within_a_phase(members={SECOND_ADMIN: "billing-admin"})


def test_rosters_that_are_applied_at_once_leave_enough_administrators(cloud: Cloud) -> None:
    third = cloud.join("third@acme.example", organization=[{"role_id": "organization-admin"}])
    one, other = administrators(cloud)
    with cloud.phase(), ThreadPoolExecutor(2) as pool:
        acts = [one.planned_within_a_phase(members={ADMIN: "billing-admin"})]
        cloud.cloud.leave(cloud.id, third)  # now neither may be demoted
        acts.append(other.planned_within_a_phase(members={SECOND_ADMIN: "organization-admin"}))
        told = [pool.submit(act).exception() for act in acts]
    assert [isinstance(error, Refused) for error in told] == [True, False]
    assert [role["role_id"] for role in cloud.people()[ADMIN]["organization"]] == ["organization-admin"]


def test_a_roster_and_a_member_do_not_demote_an_administrator_each(cloud: Cloud) -> None:
    roster, member = cloud.roster("additive", min_admins=1), cloud.member(SECOND_ADMIN, min_admins=1)
    roster.up(members={ADMIN: "organization-admin"})
    member.up(roles="organization-admin")
    roster.settings |= {"overrides": {ADMIN: "self: a test"}}
    with cloud.phase():
        roster.planned_within_a_phase(members={ADMIN: "no roles"})
        with pytest.raises(Refused, match="would leave the organization with 0 of at least 1"):
            member.planned_within_a_phase(roles="no roles")


def test_a_promotion_that_another_resource_has_yet_to_make_lets_no_administrator_go(cloud: Cloud) -> None:
    cloud.join("third@acme.example")
    successor, roster = cloud.member("third@acme.example"), cloud.roster("additive", min_admins=2)
    successor.up(roles="no roles")
    roster.up(members={SECOND_ADMIN: "organization-admin"})
    with cloud.phase():
        promote = successor.planned_within_a_phase(roles="organization-admin")
        demote = roster.planned_within_a_phase(members={SECOND_ADMIN: "no roles"})
        with pytest.raises(Refused, match="would leave the organization with 1 of at least 2"):
            demote()
        promote()


def test_who_owns_what_is_read_again_before_each_member_is_removed(cloud: Cloud) -> None:
    ada, bob = (cloud.member(email) for email in ("ada@acme.example", "bob@acme.example"))
    for person, email in ((ada, "ada@acme.example"), (bob, "bob@acme.example")):
        cloud.join(email)
        person.up(roles="no roles")
    owns = partial(cloud.cloud.add_deployment, cloud.id, "logs", tags={"owner": "bob@acme.example"})
    with cloud.phase():
        ada.delete_within_a_phase()
        owns()
        with pytest.raises(Refused, match="owns-resources"):
            bob.delete_within_a_phase()
    assert "bob@acme.example" in cloud.people()
