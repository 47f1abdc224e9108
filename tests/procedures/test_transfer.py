"""Joining from an existing account: Elastic's guide, "Join an organization from an existing account"."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError, Waiting
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import DEFAULTS
from pulumi_elastic_org.procedures.procedure import run as carry_out
from pulumi_elastic_org.procedures.route import Leave, Move
from pulumi_elastic_org.procedures.transfer import Transfer
from tests.support.clocks import told_by
from tests.support.two_organizations import ADA, ADA_KEY, KEYS, NEW_KEY, OLD_ADMIN, OLD_KEY, World

ROLES = "billing-admin; deployment-editor on all"
INVITE = "POST /organizations/{organization_id}/invitations"
ACCEPT = "POST /organizations/invitations/{invitation_token}/_accept"
NO_ADMINISTRATOR = Override(("last-admin",), "holds no such role")
LEAVE = "DELETE /organizations/{organization_id}/members/{user_ids}"


@pytest.fixture(autouse=True)
def one_organization_per_user(world: World) -> None:
    """Elastic Cloud as it was until April 2026, where a transfer is hardest."""
    world.emulator.switches.one_organization_per_user = True


@pytest.fixture
def several_organizations(world: World) -> None:
    """Elastic Cloud as it is since then."""
    world.emulator.switches.one_organization_per_user = False


def transfer(
    world: World,
    *,
    leave: Leave = Leave.BEFORE,
    leave_with: str = OLD_KEY,
    accept_with: str | None = ADA_KEY,
    invite_with: str = NEW_KEY,
    settings: Guards = DEFAULTS,
    override: Override | None = None,
) -> Transfer:
    own = world.session(accept_with) if accept_with is not None else None
    return Transfer(
        Move(ADA, world.old, world.new, parse_grants(ROLES), leave),
        old=own if own is not None and leave_with == accept_with else world.session(leave_with),
        new=world.session(invite_with),
        own=own,
        settings=settings,
        override=override,
    )


def journal(directory: Path, world: World) -> Journal:
    return Journal(directory / "journal.jsonl", "transfer", transfer(world).move.subject)


def run(world: World, directory: Path, **keys: Any) -> list[str]:
    """Transfers Ada; returns the steps that were taken."""
    with journal(directory, world) as opened:
        return [taken.name for taken in carry_out(transfer(world, **keys), opened)]


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


@pytest.mark.parametrize(("key", "override"), [(OLD_KEY, None), (ADA_KEY, NO_ADMINISTRATOR)])
def test_a_person_is_invited_before_they_leave_and_accepts_after(
    world: World, tmp_path: Path, key: str, override: Override | None
) -> None:
    assert run(world, tmp_path, leave_with=key, override=override) == ["invite", "accept", "leave", "accept"]
    arrived(world)
    assert world.writes() == [INVITE, ACCEPT, LEAVE, ACCEPT]


@pytest.mark.usefixtures("several_organizations")
@pytest.mark.parametrize(
    ("leave", "steps"),
    [(Leave.NEVER, []), (Leave.AFTER, ["leave"]), (Leave.BEFORE, ["leave"])],
    ids=lambda value: value.value if isinstance(value, Leave) else "",
)
def test_where_an_account_may_belong_to_several_organizations_nobody_leaves_before_they_have_joined(
    world: World, tmp_path: Path, leave: Leave, steps: list[str]
) -> None:
    assert run(world, tmp_path, leave=leave) == ["invite", "accept", *steps]
    assert world.belongs(world.new)
    assert world.belongs(world.old) is (leave is Leave.NEVER)


@pytest.mark.usefixtures("several_organizations")
def test_who_stays_in_the_old_organization_may_own_what_is_there(world: World, tmp_path: Path) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)

    assert run(world, tmp_path, leave=Leave.NEVER) == ["invite", "accept"]
    assert world.belongs(world.old)
    assert world.belongs(world.new)


@pytest.mark.parametrize("leave", [Leave.NEVER, Leave.AFTER])
def test_nobody_leaves_for_an_invitation_unless_the_operator_said_so(
    world: World, tmp_path: Path, leave: Leave
) -> None:
    with pytest.raises(ProcedureError) as stopped:
        run(world, tmp_path, leave=leave)

    assert "run the same command with --leave before" in str(stopped.value)
    assert f"{ADA} is still a member of organization {world.old} and can accept the invitation" in str(stopped.value)
    assert world.belongs(world.old)


@pytest.mark.usefixtures("several_organizations")
@pytest.mark.parametrize("leave", [Leave.NEVER, Leave.AFTER])
def test_without_the_persons_key_they_open_the_link_and_the_next_run_goes_on(
    world: World, tmp_path: Path, leave: Leave
) -> None:
    with pytest.raises(Waiting, match="has to accept the invitation to organization 2222 by the link in its e-mail"):
        run(world, tmp_path, leave=leave, accept_with=None)
    assert world.belongs(world.old)
    world.cloud.accept(world.new, ADA)

    run(world, tmp_path, leave=leave, accept_with=None)

    assert world.belongs(world.new)
    assert world.belongs(world.old) is (leave is Leave.NEVER)


@pytest.mark.usefixtures("several_organizations")
def test_where_the_api_accepts_no_invitations_the_person_opens_the_link_and_the_next_run_goes_on(
    world: World, tmp_path: Path
) -> None:
    world.emulator.switches.missing_accept = 404
    with pytest.raises(Waiting, match="no longer accepts invitations"):
        run(world, tmp_path, leave=Leave.AFTER)
    assert world.belongs(world.old)
    world.cloud.accept(world.new, ADA)

    assert run(world, tmp_path, leave=Leave.AFTER) == ["leave"]
    assert world.belongs(world.new)


@pytest.mark.parametrize("leave", [Leave.AFTER, Leave.BEFORE])
@pytest.mark.parametrize("several", [True, False])
@pytest.mark.parametrize("listed", ["another's keys", "no keys", "everybody's keys"])
def test_with_the_key_of_the_wrong_person_nobody_leaves(
    world: World, tmp_path: Path, leave: Leave, several: bool, listed: str
) -> None:
    world.emulator.switches.one_organization_per_user = not several
    world.cloud.add_user("bob@acme.example", key="key-of-bob")
    world.cloud.add_member(world.old, "bob@acme.example")
    if listed == "no keys":
        world.emulator.faults.add(Fault(kind="forbidden", path="/users/auth/keys", times=None))
    elif listed == "everybody's keys":
        world.cloud.add_key("bob@acme.example", organization=world.old)
        world.cloud.add_key(ADA, organization=world.old)
        world.cloud.add_member(world.new, "bob@acme.example")  # whoever's key it is belongs there, and that is not Ada

    with pytest.raises(ProcedureError):
        run(world, tmp_path, leave=leave, accept_with="key-of-bob")

    assert world.belongs(world.old)
    assert not world.belongs(world.new)


def test_a_member_of_the_new_organization_whose_key_it_is_is_not_taken_for_the_person(
    world: World, tmp_path: Path
) -> None:
    with pytest.raises(ProcedureError):
        run(world, tmp_path, leave=Leave.AFTER, accept_with=NEW_KEY)

    assert world.belongs(world.old)


@pytest.mark.usefixtures("several_organizations")
def test_who_has_another_address_by_then_leaves_as_the_account_with_which_it_began(
    world: World, tmp_path: Path
) -> None:
    with journal(tmp_path, world) as opened:
        steps = carry_out(transfer(world, leave=Leave.AFTER), opened)
        assert [next(steps).name, next(steps).name] == ["invite", "accept"]
    world.cloud.change_email(ADA, "married@acme.example")
    assert run(world, tmp_path, leave=Leave.AFTER) == ["leave"]
    assert not world.belongs(world.old)
    assert world.belongs(world.new)


@pytest.mark.parametrize("key", [OLD_KEY, ADA_KEY])
def test_who_has_another_address_since_the_check_is_still_the_one_who_leaves(
    world: World, tmp_path: Path, key: str
) -> None:
    account = world.cloud.user(ADA).id
    procedure = transfer(world, leave=Leave.AFTER, leave_with=key, override=NO_ADMINISTRATOR)
    with journal(tmp_path, world) as opened:
        procedure.check(opened)
        world.cloud.change_email(ADA, "married@acme.example")
        other = world.cloud.add_member(world.old, ADA, world.cloud.member(world.old, account).roles.to_json(world.old))
        seen = procedure.look(opened).position.leaver

    assert seen is not None
    assert seen.user_id == account != other.user_id


@pytest.mark.parametrize("taken", range(5))
def test_a_run_that_ends_after_any_step_is_carried_on_by_the_next(world: World, tmp_path: Path, taken: int) -> None:
    with journal(tmp_path, world) as opened:
        steps = carry_out(transfer(world), opened)
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

    with told_by(world.emulator.clock.now):
        assert run(world, tmp_path) == ["invite", "accept", "leave", "accept"]
    arrived(world)


def test_an_invitation_with_other_roles_is_replaced(world: World, tmp_path: Path) -> None:
    world.invite()

    run(world, tmp_path)

    arrived(world)


def test_who_still_owns_something_is_not_moved_and_not_even_invited(world: World, tmp_path: Path) -> None:
    search = world.cloud.add_deployment(world.old, "search", owner=ADA)

    said = refusal(world, tmp_path)
    assert f"\n      - {ADA}: still owns deployment 'search' ({search.id})" in said  # below what it is a reason for
    assert "--override owns-resources --reason TEXT" in said
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
    bob = world.cloud.user("bob@old.example").id

    said = refusal(world, tmp_path, accept_with="key-of-bob")

    assert "still owns deployment 'search'" in said
    assert f"the key that is to accept is by the list of API keys that of user {bob}" in said


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
        list(carry_out(transfer(world, leave_with=ADA_KEY, settings=Guards(bills_attested=True)), opened))
    arrived(world)


def test_whoever_never_belonged_to_the_old_organization_is_refused(world: World, tmp_path: Path) -> None:
    world.cloud.leave(world.old, ADA)

    assert f"{ADA} is not a member of organization {world.old}" in refusal(world, tmp_path)


def test_an_error_after_leaving_says_where_the_person_is_and_what_to_do(world: World, tmp_path: Path) -> None:
    world.emulator.faults.add(Fault(kind="server_error", path="_accept", skip=1, times=None))

    with pytest.raises(ProcedureError) as stopped:
        run(world, tmp_path)

    text = str(stopped.value)
    assert f"{ADA} is no longer a member of organization {world.old} and can accept the invitation" in text
    assert "Run the same command again" in text
    assert "open the link in the invitation's e-mail" in text
    world.emulator.faults.clear()
    run(world, tmp_path)
    arrived(world)


def test_an_invitation_cancelled_after_leaving_is_sent_again_by_the_next_run(world: World, tmp_path: Path) -> None:
    with journal(tmp_path, world) as opened:
        steps = carry_out(transfer(world), opened)
        assert [next(steps).name for _ in range(3)][-1] == "leave"
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


OF_0_2_0 = """\
{"procedure": "transfer", "subject": {"person": "ada@acme.example", "old": "1111", "new": "2222", "roles": "billing-admin; \
deployment-editor on all"}}
{"at": "2026-11-26T16:55:43+00:00", "step": "invite", "state": "begun", "facts": {"user_id": "USER"}}
{"at": "2026-11-26T16:55:43+00:00", "step": "invite", "state": "done", "facts": {"outcome": "invited to organization 2222"}}
{"at": "2026-11-26T16:55:43+00:00", "step": "leave", "state": "begun", "facts": {"user_id": "USER"}}
{"at": "2026-11-26T16:55:43+00:00", "step": "leave", "state": "done", "facts": {"outcome": "left organization 1111"}}
"""


def test_a_transfer_that_0_2_0_began_is_carried_on_from_its_journal(world: World, tmp_path: Path) -> None:
    world.cloud.leave(world.old, ADA)
    with pytest.raises(PreconditionsUnmet, match="does not say that they left it"):
        run(world, tmp_path)
    (tmp_path / "journal.jsonl").write_text(OF_0_2_0.replace("USER", world.ada))

    assert run(world, tmp_path) == ["invite", "accept"]
    arrived(world)


@pytest.mark.parametrize("leave", list(Leave))
def test_an_address_that_is_another_account_s_since_the_check_is_not_invited(
    world: World, tmp_path: Path, leave: Leave
) -> None:
    procedure = transfer(world, leave=leave)
    with journal(tmp_path, world) as opened:
        procedure.check(opened)
        world.cloud.change_email(ADA, "married@acme.example")
        world.cloud.add_member(world.old, ADA)
        with pytest.raises(ProcedureError, match=f"{ADA} is not the address of the account with which this began"):
            list(carry_out(procedure, opened))

    assert world.writes() == []


@pytest.mark.usefixtures("several_organizations")
def test_nobody_leaves_because_another_account_joined_under_their_address(world: World, tmp_path: Path) -> None:
    with pytest.raises(Waiting):
        run(world, tmp_path, leave=Leave.AFTER, accept_with=None)
    world.cloud.change_email(ADA, "married@acme.example")
    world.cloud.add_user(ADA)
    world.cloud.accept(world.new, ADA)

    with pytest.raises(PreconditionsUnmet, match=r"married@acme.example now\. Nobody is invited"):
        run(world, tmp_path, leave=Leave.AFTER, accept_with=None)
    assert world.belongs(world.old)


@pytest.mark.parametrize("taken", range(1, 4))
def test_an_address_that_is_another_account_s_before_the_person_has_left_makes_nobody_leave(
    world: World, tmp_path: Path, taken: int
) -> None:
    with journal(tmp_path, world) as opened:
        steps = carry_out(transfer(world), opened)
        for _ in range(taken):
            name = next(steps).name
        world.cloud.change_email(ADA, "married@acme.example")
        if name != "leave":
            with pytest.raises(ProcedureError, match="cancel its invitation to organization 2222"):
                next(steps)

    assert world.belongs(world.old) is (name != "leave")
