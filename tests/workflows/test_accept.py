"""Accepting an invitation: Elastic's guide, "Accept an invitation"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_elastic_org.cloud.errors import ServerFailed
from pulumi_elastic_org.emulator import Fault
from pulumi_elastic_org.workflows.accept import BelongsElsewhere, accept
from pulumi_elastic_org.workflows.errors import PreconditionsUnmet
from tests.workflows.conftest import ADA, OLD_KEY, World, now


def test_whoever_belongs_nowhere_accepts_and_becomes_a_member_with_the_roles_of_the_invitation(world: World) -> None:
    world.cloud.leave(world.old, ADA)

    acceptance = accept(world.account(), world.invite(), now())

    assert acceptance.joined
    assert str(acceptance.organization) == "2222 (new)"
    [role] = world.cloud.member(world.new, ADA).roles.to_json(world.new)["deployment"]
    assert role["role_id"] == "deployment-editor"


def test_a_member_of_the_organization_is_adopted_whatever_became_of_the_invitation(world: World) -> None:
    acceptance = accept(world.account(), "no-such-token", now(), organization_id=world.old)

    assert not acceptance.joined
    assert str(acceptance.organization) == "1111 (old)"


def test_within_72_hours_an_invitation_can_be_accepted(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    world.emulator.clock.advance(timedelta(hours=71))

    assert accept(world.account(), token, world.emulator.clock.now()).joined


def test_after_72_hours_it_is_said_when_it_expired_and_that_an_administrator_sends_another(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    invitation = world.cloud.invitation(world.new, ADA)
    assert invitation is not None
    world.emulator.clock.advance(timedelta(hours=73))

    with pytest.raises(PreconditionsUnmet) as refused:
        accept(world.account(), token, world.emulator.clock.now())

    assert f"expired at {invitation.expires_at:%Y-%m-%d %H:%M} UTC" in str(refused.value)
    assert "ask an administrator of the organization to send a new one" in str(refused.value)
    assert token not in str(refused.value)


def test_a_member_of_another_organization_is_told_the_guides_steps_in_its_order(world: World) -> None:
    token = world.invite()

    with pytest.raises(BelongsElsewhere) as refused:
        accept(world.account(), token, now())

    text = str(refused.value)
    assert text.startswith("the person belongs to 1111 (old)")
    order = [
        "delete the person's deployments",
        "pay every open bill",
        "elastic-org leave --organization 1111",
        "accept again",
    ]
    assert [text.index(step) for step in order] == sorted(text.index(step) for step in order)
    assert "elastic-org transfer PERSON --from 1111 --to 2222" in text
    assert token not in text
    assert world.invited()


def test_where_an_account_may_belong_to_several_organizations_a_member_of_another_one_accepts(world: World) -> None:
    world.emulator.switches.one_organization_per_user = False

    assert accept(world.account(), world.invite(), now()).joined
    assert world.belongs(world.old)
    assert world.belongs(world.new)


def test_an_unknown_token_is_refused_and_not_shown(world: World) -> None:
    with pytest.raises(PreconditionsUnmet, match="no open invitation with this token") as refused:
        accept(world.account(), "guessed-token", now())

    assert "guessed-token" not in str(refused.value)


def test_an_invitation_to_another_organization_than_the_one_that_is_meant_is_not_accepted(world: World) -> None:
    world.cloud.leave(world.old, ADA)

    with pytest.raises(PreconditionsUnmet, match=r"is for organization 2222 \(new\), not for 1111"):
        accept(world.account(), world.invite(), now(), organization_id=world.old)

    assert not world.belongs(world.new)


def test_the_invitation_of_somebody_else_is_not_accepted(world: World) -> None:
    with pytest.raises(PreconditionsUnmet, match=f"is for {ADA}, and the API key was refused"):
        accept(world.account(OLD_KEY), world.invite(), now())


def test_an_answer_that_got_lost_is_an_acceptance_all_the_same(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    world.emulator.faults.add(Fault(kind="connection_dropped", path="_accept", takes_effect=True))

    assert accept(world.account(), world.invite(), now()).joined
    assert world.belongs(world.new)


def test_no_error_shows_the_token(world: World) -> None:
    token = world.invite()
    world.emulator.faults.add(Fault(kind="server_error", times=None))

    with pytest.raises(ServerFailed) as failed:
        accept(world.account(), token, now())

    assert token not in str(failed.value)
