"""Joining from an existing account: Elastic's guide, "Join an organization from an existing account"."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.emulator import Fault
from pulumi_elastic_org.roster.grants import parse_grants
from pulumi_elastic_org.roster.verdicts import Guards
from pulumi_elastic_org.workflows.errors import PreconditionsUnmet, WorkflowError
from pulumi_elastic_org.workflows.journal import Journal
from pulumi_elastic_org.workflows.leave import DEFAULTS
from pulumi_elastic_org.workflows.route import Move
from pulumi_elastic_org.workflows.transfer import Transfer
from tests.workflows.conftest import ADA, ADA_KEY, KEYS, NEW_KEY, OLD_ADMIN, OLD_KEY, World

ROLES = "billing-admin; deployment-editor on all"
INVITE = "POST /organizations/{organization_id}/invitations"
ACCEPT = "POST /organizations/invitations/{invitation_token}/_accept"
LEAVE = "DELETE /organizations/{organization_id}/members/{user_ids}"


def transfer(
    world: World,
    *,
    leave_with: str = OLD_KEY,
    accept_with: str = ADA_KEY,
    invite_with: str = NEW_KEY,
    settings: Guards = DEFAULTS,
) -> Transfer:
    return Transfer(
        Move(ADA, world.old, world.new, parse_grants(ROLES)),
        old=world.session(leave_with),
        new=world.session(invite_with),
        own=world.session(accept_with),
        now=world.emulator.clock.now,
        settings=settings,
    )


def journal(directory: Path, world: World) -> Journal:
    return Journal(directory / "journal.jsonl", "transfer", transfer(world).move.subject)


def run(world: World, directory: Path, **keys: Any) -> list[str]:
    """Transfers Ada; returns the steps that were taken."""
    with journal(directory, world) as opened:
        return [taken.step.value for taken in transfer(world, **keys).steps(opened)]


def refusal(world: World, directory: Path, **keys: Any) -> str:
    with pytest.raises(PreconditionsUnmet) as refused:
        run(world, directory, **keys)
    assert world.writes() == []
    return str(refused.value)


def arrived(world: World) -> None:
    """Checks that Ada belongs to the new organization alone, with her roles and no invitation left."""
    assert not world.belongs(world.old)
    roles = world.cloud.member(world.new, ADA).roles.to_json(world.new)
    assert {role["role_id"] for held in roles.values() for role in held} == {"billing-admin", "deployment-editor"}
    assert world.cloud.invitation(world.new, ADA) is None


@pytest.mark.parametrize("key", [OLD_KEY, ADA_KEY])
def test_a_person_is_invited_before_they_leave_and_accepts_after(world: World, tmp_path: Path, key: str) -> None:
    assert run(world, tmp_path, leave_with=key) == ["invite", "accept", "leave", "accept"]
    arrived(world)
    assert world.writes() == [INVITE, ACCEPT, LEAVE, ACCEPT]


def test_where_an_account_may_belong_to_several_organizations_there_is_nothing_to_leave(
    world: World, tmp_path: Path
) -> None:
    world.emulator.switches.one_organization_per_user = False

    assert run(world, tmp_path) == ["invite", "accept"]
    assert world.belongs(world.old)
    assert world.belongs(world.new)


@pytest.mark.parametrize("taken", range(5))
def test_a_run_that_ends_after_any_step_is_carried_on_by_the_next(world: World, tmp_path: Path, taken: int) -> None:
    with journal(tmp_path, world) as opened:
        steps = transfer(world).steps(opened)
        for _ in range(taken):
            next(steps)
            assert world.belongs(world.old) or world.belongs(world.new) or world.invited()

    run(world, tmp_path)

    arrived(world)
    assert world.writes().count(INVITE) == world.writes().count(LEAVE) == 1
    assert len(world.emulator.outbox.messages) == 1


def test_a_person_who_has_arrived_stays_there_when_it_is_run_again(world: World, tmp_path: Path) -> None:
    run(world, tmp_path)
    world.emulator.calls.reset()

    assert run(world, tmp_path) == []
    assert world.writes() == []


@pytest.mark.parametrize("call", [("POST", "invitations$"), ("DELETE", "members"), ("POST", "_accept")])
@pytest.mark.parametrize("takes_effect", [False, True], ids=["before the effect", "after the effect"])
def test_a_connection_that_breaks_at_any_write_changes_nothing_about_the_end(
    world: World, tmp_path: Path, call: tuple[str, str], takes_effect: bool
) -> None:
    method, path = call
    world.emulator.faults.add(
        Fault(kind="connection_dropped", method=method, path=path, takes_effect=takes_effect)  # type: ignore[arg-type]
    )

    run(world, tmp_path)

    arrived(world)
    assert len(world.emulator.outbox.messages) == 1


def test_an_invitation_that_stands_already_is_used(world: World, tmp_path: Path) -> None:
    Organizations(world.session(NEW_KEY)).invite(world.new, [ADA], parse_grants(ROLES))

    assert run(world, tmp_path) == ["accept", "leave", "accept"]
    arrived(world)


@pytest.mark.parametrize("hours", [73, 71.9], ids=["expired", "about to expire"])
def test_an_invitation_that_cannot_be_relied_on_is_sent_again_before_anybody_leaves(
    world: World, tmp_path: Path, hours: float
) -> None:
    Organizations(world.session(NEW_KEY)).invite(world.new, [ADA], parse_grants(ROLES))
    world.emulator.clock.advance(timedelta(hours=hours))

    assert run(world, tmp_path) == ["invite", "accept", "leave", "accept"]
    arrived(world)


def test_an_invitation_with_other_roles_is_replaced(world: World, tmp_path: Path) -> None:
    world.invite()

    run(world, tmp_path)

    arrived(world)


def test_who_still_owns_something_is_not_moved_and_not_even_invited(world: World, tmp_path: Path) -> None:
    search = world.cloud.add_deployment(world.old, "search", owner=ADA)

    assert f"still owns deployment 'search' ({search.id})" in refusal(world, tmp_path)
    assert not world.invited()


def test_once_everything_is_handed_over_the_person_is_moved(world: World, tmp_path: Path) -> None:
    search = world.cloud.add_deployment(world.old, "search", owner=ADA)
    refusal(world, tmp_path)
    world.cloud.set_tags(search.id, {"owner": OLD_ADMIN})

    run(world, tmp_path)

    arrived(world)


def test_all_that_would_go_wrong_half_way_is_said_at_the_start(world: World, tmp_path: Path) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    world.cloud.add_member(world.old, "bob@old.example", key="key-of-bob")

    said = refusal(world, tmp_path, accept_with="key-of-bob")

    assert "still owns deployment 'search'" in said
    assert "the key that is to accept belongs to user" in said


def test_a_key_that_does_not_see_the_new_organization_is_refused_at_the_start(world: World, tmp_path: Path) -> None:
    said = refusal(world, tmp_path, invite_with=OLD_KEY)

    assert f"the new organization {world.new}: cannot read" in said


def test_a_key_that_is_no_administrators_is_refused_at_the_start(world: World, tmp_path: Path) -> None:
    world.cloud.add_member(world.new, "bob@new.example", {}, key="key-of-bob")

    assert "use the key of an organization owner" in refusal(world, tmp_path, invite_with="key-of-bob")


def test_a_key_that_is_refused_is_told_from_the_others(world: World, tmp_path: Path) -> None:
    world.cloud.remove_key(world.cloud.keys[NEW_KEY])

    assert f"the new organization {world.new}: the API key for it is unknown" in refusal(world, tmp_path)


def test_the_only_member_of_an_organization_moves_once_it_is_empty_and_bills_are_attested(
    world: World, tmp_path: Path
) -> None:
    world.cloud.leave(world.old, OLD_ADMIN)
    left = world.cloud.add_deployment(world.old, "left")

    said = refusal(world, tmp_path, leave_with=ADA_KEY)
    assert f"First delete deployment 'left' ({left.id}) and pay every bill and attest it" in said
    world.cloud.delete_resource(left.id)
    assert "First pay every bill" in refusal(world, tmp_path, leave_with=ADA_KEY)
    with journal(tmp_path, world) as opened:
        list(transfer(world, leave_with=ADA_KEY, settings=Guards(bills_attested=True)).steps(opened))
    arrived(world)


def test_whoever_never_belonged_to_the_old_organization_is_refused(world: World, tmp_path: Path) -> None:
    world.cloud.leave(world.old, ADA)

    assert f"{ADA} is no member of organization {world.old}" in refusal(world, tmp_path)


def test_an_error_after_leaving_says_where_the_person_is_and_what_to_do(world: World, tmp_path: Path) -> None:
    world.emulator.faults.add(Fault(kind="server_error", path="_accept", skip=1, times=None))

    with pytest.raises(WorkflowError) as stopped:
        run(world, tmp_path)

    text = str(stopped.value)
    assert f"{ADA} is no member any more of organization {world.old} and can accept the invitation" in text
    assert "Run the same command again" in text
    assert "open the link in the invitation's e-mail" in text
    world.emulator.faults.clear()
    run(world, tmp_path)
    arrived(world)


def test_an_invitation_cancelled_after_leaving_is_sent_again_by_the_next_run(world: World, tmp_path: Path) -> None:
    with journal(tmp_path, world) as opened:
        steps = transfer(world).steps(opened)
        assert [next(steps).step.value for _ in range(3)][-1] == "leave"
    invitation = world.cloud.invitation(world.new, ADA)
    assert invitation is not None
    world.cloud.cancel_invitations(world.new, invitation.token)

    assert run(world, tmp_path) == ["invite", "accept"]
    arrived(world)


def test_neither_keys_nor_tokens_are_in_the_journal(world: World, tmp_path: Path) -> None:
    run(world, tmp_path)

    text = (tmp_path / "journal.jsonl").read_text()
    secrets = (*KEYS, *(message.token for message in world.emulator.outbox.messages))
    assert not any(secret in text for secret in secrets)
    assert text.count("\n") == 9
