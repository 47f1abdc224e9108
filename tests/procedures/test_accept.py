"""Accepting an invitation: Elastic's guide, "Accept an invitation"."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.errors import NotFound, OutcomeUnknown, ServerFailed
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.procedures.accept import AcceptedByLink, BelongsElsewhere, accept
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet
from tests.support.clocks import told_by
from tests.support.scripted import Reply, refusal, scripted_server
from tests.support.two_organizations import ADA, ADA_KEY, OLD_KEY, World


def test_whoever_belongs_nowhere_accepts_and_becomes_a_member_with_the_roles_of_the_invitation(world: World) -> None:
    world.cloud.leave(world.old, ADA)

    acceptance = accept(world.account(), world.invite())

    assert acceptance.joined
    assert str(acceptance.organization) == "2222 (new)"
    [role] = world.cloud.member(world.new, ADA).roles.to_json(world.new)["deployment"]
    assert role["role_id"] == "deployment-editor"


def test_a_member_of_the_organization_is_adopted_whatever_became_of_the_invitation(world: World) -> None:
    acceptance = accept(world.account(), "no-such-token", organization_id=world.old)

    assert not acceptance.joined
    assert str(acceptance.organization) == "1111 (old)"


def test_within_72_hours_an_invitation_can_be_accepted(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    world.emulator.clock.advance(timedelta(hours=71))

    with told_by(world.emulator.clock.now):
        assert accept(world.account(), token).joined


def test_after_72_hours_it_is_said_when_it_expired_and_that_an_administrator_sends_another(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    invitation = world.cloud.invitation(world.new, ADA)
    assert invitation is not None
    world.emulator.clock.advance(timedelta(hours=73))

    with told_by(world.emulator.clock.now), pytest.raises(PreconditionsUnmet) as refused:
        accept(world.account(), token)

    assert f"expired at {invitation.expires_at:%Y-%m-%d %H:%M} UTC" in str(refused.value)
    assert "ask an administrator of the organization to send a new one" in str(refused.value)
    assert token not in str(refused.value)


def test_where_accounts_belong_to_one_organization_a_member_of_another_is_told_the_steps_that_come_first(
    world: World,
) -> None:
    world.emulator.switches.one_organization_per_user = True
    token = world.invite()

    with pytest.raises(BelongsElsewhere) as refused:
        accept(world.account(), token)

    text = str(refused.value)
    assert text.startswith("the person belongs to 1111 (old)")
    order = [
        "delete the person's deployments",
        "pay every open bill",
        "elastic-org leave PERSON --organization 1111",
        "accept again",
    ]
    assert [text.index(step) for step in order] == sorted(text.index(step) for step in order)
    assert "elastic-org transfer PERSON --from 1111 --to 2222 --leave before" in text
    assert token not in text
    assert world.invited()


def test_where_an_account_may_belong_to_several_organizations_a_member_of_another_one_accepts(world: World) -> None:
    assert accept(world.account(), world.invite()).joined
    assert world.belongs(world.old)
    assert world.belongs(world.new)


def test_an_unknown_token_is_refused_and_not_shown(world: World) -> None:
    with pytest.raises(PreconditionsUnmet, match="no open invitation with this token") as refused:
        accept(world.account(), "guessed-token")

    assert "guessed-token" not in str(refused.value)


def test_an_invitation_to_another_organization_than_the_one_that_is_meant_is_not_accepted(world: World) -> None:
    world.cloud.leave(world.old, ADA)

    with pytest.raises(PreconditionsUnmet, match=r"is for organization 2222 \(new\), not for 1111"):
        accept(world.account(), world.invite(), organization_id=world.old)

    assert not world.belongs(world.new)


def test_the_invitation_of_somebody_else_is_not_accepted(world: World) -> None:
    with pytest.raises(PreconditionsUnmet, match=f"is for {ADA}, and the API key was refused"):
        accept(world.account(OLD_KEY), world.invite())


def test_an_answer_that_got_lost_is_an_acceptance_all_the_same(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    world.emulator.faults.add(Fault(kind="connection_dropped", path="_accept", takes_effect=True))

    assert accept(world.account(), world.invite()).joined
    assert world.belongs(world.new)


def test_an_answer_that_promises_what_does_not_happen_is_no_acceptance(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    world.emulator.faults.add(Fault(kind="ignored", path="_accept"))
    token = world.invite()

    with pytest.raises(OutcomeUnknown, match="is still open: run this again"):
        accept(world.account(), token)

    assert not world.belongs(world.new)
    assert accept(world.account(), token).joined


def test_no_error_shows_the_token(world: World) -> None:
    token = world.invite()
    world.emulator.faults.add(Fault(kind="server_error", times=None))

    with pytest.raises(ServerFailed) as failed:
        accept(world.account(), token)

    assert token not in str(failed.value)


def test_without_a_word_on_whose_key_it_is_nobody_is_taken_for_a_member(world: World) -> None:
    nobody = Account(world.session(OLD_KEY))

    with pytest.raises(PreconditionsUnmet, match="Say whose key it is"):
        accept(nobody, "no-such-token", organization_id=world.old)


def test_an_acceptance_that_the_key_cannot_show_is_not_called_done(world: World) -> None:
    world.cloud.add_key(ADA, "linked", organization=world.old)
    token = world.invite()
    world.emulator.faults.add(Fault(kind="connection_dropped", path="_accept", takes_effect=True))

    with pytest.raises(NotFound):  # it may have been cancelled as well: nothing that the key sees tells which
        accept(Account(world.session("linked"), ADA), token)

    assert world.belongs(world.new)


@pytest.mark.parametrize("status", [404, 405])
def test_who_was_pointed_to_the_link_and_opened_it_is_found_to_be_a_member(
    world: World, status: Literal[404, 405]
) -> None:
    world.emulator.switches.missing_accept = status
    token = world.invite()
    with pytest.raises(AcceptedByLink):
        accept(world.account(), token, organization_id=world.new)
    world.cloud.accept(world.new, ADA)

    assert not accept(world.account(), token, organization_id=world.new).joined


@pytest.mark.parametrize("reply", [Reply(404), Reply(404, {"errors": []}), Reply(405), refusal(404, "root.not_found")])
def test_where_the_api_accepts_no_invitations_the_person_is_pointed_to_the_link(reply: Reply) -> None:
    with scripted_server() as server:
        invitation: dict[str, object] = {"token": "t0ken", "email": ADA, "created_at": "2030-01-01T00:00:00Z"}
        invitation |= {"expires_at": "2030-01-04T00:00:00Z", "expired": False, "organization": {"id": "2222"}}
        server.will(Reply(json=invitation), reply, Reply(json={"members": [{"user_id": "u"}]}))
        account = Account(Session(server.endpoint, ADA_KEY), ADA)

        with pytest.raises(AcceptedByLink) as refused:
            accept(account, "t0ken")

    assert f"{ADA} has to accept the invitation to organization 2222 by the link in its e-mail" in str(refused.value)
    assert "before 2030-01-04 00:00 UTC" in str(refused.value)
    assert "t0ken" not in str(refused.value)
