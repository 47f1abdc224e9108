"""Members are resources of their own, and what the guards say is about all of them together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from pulumi_elastic_org.apply.invitations import LOOK_COUNTS
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.clocks import told_by
from tests.support.provided import Cloud, Provided

ADA, BOB = "ada@acme.example", "bob@acme.example"
ONE = "1" * 32
BILLING_ROLE = {"organization": [{"role_id": "billing-admin"}]}


def at_once(cloud: Cloud, *wanted: tuple[Provided, str]) -> list[BaseException | None]:
    """Gives members their roles in one phase: planned in this order, applied in one batch; returns what each was told."""
    told: list[BaseException | None] = [None] * len(wanted)
    with cloud.phase(), ThreadPoolExecutor(len(wanted)) as pool:
        acts = {}
        for index, (member, roles) in enumerate(wanted):
            try:
                acts[index] = member.planned_within_a_phase(roles=roles)
            except Refused as refused:
                told[index] = refused
        for index, applied in {index: pool.submit(act) for index, act in acts.items()}.items():
            told[index] = applied.exception()
    return told


def test_whom_a_list_shows_that_was_read_after_others_were_invited_gets_no_second_e_mail(cloud: Cloud) -> None:
    cloud.when_asked("POST", "/invitations", lambda: cloud.cloud.invite(cloud.id, BOB, BILLING_ROLE))
    ada, bob = cloud.member(ADA), cloud.member(BOB)
    with cloud.phase():
        for act in [one.planned_within_a_phase(roles="billing-admin") for one in (ada, bob)]:
            act()
    assert [len(cloud.emulator.outbox.to(one)) for one in (ADA, BOB)] == [1, 1]
    assert bob.outputs["status"] == "invited"


def lists_of_invitations(cloud: Cloud) -> int:
    return cloud.emulator.calls.counts()["GET /organizations/{organization_id}/invitations"]


@pytest.mark.parametrize(("passed", "lists"), [(LOOK_COUNTS / 2, 0), (2 * LOOK_COUNTS, 1)])
def test_a_member_that_comes_late_in_a_program_is_looked_for_before_the_first_invitation(
    cloud: Cloud, passed: timedelta, lists: int
) -> None:
    ada = cloud.member(ADA)
    with told_by(cloud.emulator.clock.now), cloud.phase():
        act = ada.planned_within_a_phase(roles="billing-admin")
        cloud.emulator.clock.advance(passed)
        if lists:
            cloud.cloud.invite(cloud.id, ADA, BILLING_ROLE)
        before = lists_of_invitations(cloud)
        act()
    assert len(cloud.emulator.outbox.to(ADA)) == 1
    assert ada.outputs["status"] == "invited"
    seen_afterwards = 0 if lists else 1
    assert lists_of_invitations(cloud) - before == lists + seen_afterwards


def test_members_that_come_one_after_the_other_are_looked_for_by_the_list_that_the_last_one_read(cloud: Cloud) -> None:
    members = [cloud.member(one) for one in (ADA, BOB)]
    with told_by(cloud.emulator.clock.now), cloud.phase():
        acts = [one.planned_within_a_phase(roles="billing-admin") for one in members]
        cloud.emulator.clock.advance(2 * LOOK_COUNTS)
        lists = []
        for act in acts:
            before = lists_of_invitations(cloud)
            act()
            lists.append(lists_of_invitations(cloud) - before)
    assert lists == [2, 1]  # before and after; after


MOVES: dict[str, tuple[dict[str, Any], str]] = {
    "from all to one": ({"all": True}, f"deployment-editor on {ONE}"),
    "from one to all": ({"deployment_ids": [ONE]}, "deployment-editor on all"),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_role_that_moves_between_all_and_one_deployment_is_held_in_the_end(cloud: Cloud, move: str) -> None:
    before, after = MOVES[move]
    cloud.join(ADA, deployment=[{"role_id": "deployment-editor", **before}])
    ada = cloud.member(ADA)
    ada.up(roles=after)
    [held] = cloud.people()[ADA]["deployment"]
    assert (held.get("all", False), held.get("deployment_ids")) == (
        (True, None) if after.endswith("all") else (False, [ONE])
    )


def demoted(cloud: Cloud) -> tuple[Provided, Provided]:
    """Ada, who is to be an administrator, and the second administrator, who is to be one no longer."""
    cloud.join(ADA)
    ada, second = cloud.member(ADA), cloud.member(SECOND_ADMIN, min_admins=2)
    ada.up(roles="no roles")
    second.up(roles="organization-admin")
    cloud.when_asked("POST", "/role_assignments", lambda: cloud.cloud.leave(cloud.id, ADA))
    return ada, second


def test_nobody_is_demoted_for_a_successor_in_the_same_batch_whom_elastic_cloud_refuses(cloud: Cloud) -> None:
    ada, second = demoted(cloud)
    of_ada, of_second = at_once(cloud, (ada, "organization-admin"), (second, "no roles"))
    assert isinstance(of_ada, Failed)
    assert isinstance(of_second, Refused)
    assert f"{SECOND_ADMIN}: would leave the organization with 1 of at least 2" in str(of_second)
    assert cloud.people()[SECOND_ADMIN]["organization"]


def test_nobody_is_demoted_for_a_successor_in_an_earlier_batch_whom_elastic_cloud_refused(cloud: Cloud) -> None:
    ada, second = demoted(cloud)
    with cloud.phase():
        with pytest.raises(Failed):
            ada.up_within_a_phase(roles="organization-admin")
        with pytest.raises(Refused, match=f"{SECOND_ADMIN}: would leave the organization with 1 of at least 2"):
            second.up_within_a_phase(roles="no roles")
    assert cloud.people()[SECOND_ADMIN]["organization"]


def test_a_successor_in_the_same_batch_lets_an_administrator_go(cloud: Cloud) -> None:
    cloud.join(ADA)
    ada, second = cloud.member(ADA), cloud.member(SECOND_ADMIN, min_admins=2)
    ada.up(roles="no roles")
    second.up(roles="organization-admin")
    assert at_once(cloud, (ada, "organization-admin"), (second, "no roles")) == [None, None]
    assert not cloud.people()[SECOND_ADMIN].get("organization")


def test_two_members_do_not_demote_the_last_administrators_one_each(cloud: Cloud) -> None:
    first, second = cloud.member(ADMIN), cloud.member(SECOND_ADMIN)
    first.up(roles="organization-admin")
    second.up(roles="organization-admin")
    told = at_once(cloud, (first, "no roles"), (second, "no roles"))
    assert all(isinstance(one, Refused) for one in told)
    assert len([person for person, roles in cloud.people().items() if roles.get("organization")]) == 2
