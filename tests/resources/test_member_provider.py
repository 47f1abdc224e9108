"""Members are resources of their own, and what the guards say is about all of them together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud, Provided

ADA, BOB = "ada@acme.example", "bob@acme.example"
ONE = "1" * 32


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
    roles = {"organization": [{"role_id": "billing-admin"}]}
    cloud.when_asked("POST", "/invitations", lambda: cloud.cloud.invite(cloud.id, BOB, roles))
    ada, bob = cloud.member(ADA), cloud.member(BOB)
    with cloud.phase():
        for act in [one.planned_within_a_phase(roles="billing-admin") for one in (ada, bob)]:
            act()
    assert [len(cloud.emulator.outbox.to(one)) for one in (ADA, BOB)] == [1, 1]
    assert bob.outputs["status"] == "invited"


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
