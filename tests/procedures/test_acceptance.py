"""`InvitationAcceptance` on every engine: a person's own side of joining and leaving, beside the rosters of administrators."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from elastic_cloud_emulator.roles import RoleSet
from pulumi_embedded.port import Result
from tests.support.acme import Stack, text
from tests.support.two_organizations import ADA, ADA_KEY, KEYS, NEW_ADMIN, NEW_KEY, OLD_ADMIN, OLD_KEY, World

PROVIDERS = f"""
ada = elastic.Provider('ada', api_key={ADA_KEY!r}, api_key_user={ADA!r}, endpoint=ENDPOINT)
old = elastic.Provider('old', api_key={OLD_KEY!r}, endpoint=ENDPOINT)
new = elastic.Provider('new', api_key={NEW_KEY!r}, endpoint=ENDPOINT)
"""
ACCEPTANCE = (
    "elastic.InvitationAcceptance('ada', {organization!r}, {arguments}, opts=pulumi.ResourceOptions({options}))\n"
)
ROSTERS = """
staff = elastic.Roster('new', {new!r}, 'authoritative', opts=pulumi.ResourceOptions(provider=new))
former = elastic.Roster('old', {old!r}, 'authoritative', guards=elastic.Guards(max_removals=1),
                        opts=pulumi.ResourceOptions(provider=old, depends_on=[staff]))
"""
NO_ADMINISTRATOR = (
    f", guards=elastic.Guards(overrides={{{ADA!r}: elastic.Override(('last-admin',), 'holds no such role')}})"
)
FOUND_BY_INVITER = f"person={ADA!r}, inviter_api_key={NEW_KEY!r}"


class Program:
    """A stack whose program declares the acceptance, the rosters, or all of them."""

    def __init__(self, stack: Stack, world: World) -> None:
        self.stack = stack
        self.world = world

    def write(self, *, acceptance: str = "", rosters: str = "", options: str = "provider=ada") -> None:
        """Writes the program; `acceptance` has the resource's arguments after the organization."""
        declared = ACCEPTANCE.format(organization=self.world.new, arguments=acceptance, options=options)
        self.stack.program(
            f"ENDPOINT = {self.world.emulator.endpoint!r}\n{PROVIDERS}{rosters}{declared if acceptance else ''}"
        )

    def rosters(self, *, ada_in_new: bool) -> str:
        """Both rosters, with Ada's line in the one or in the other."""
        old = {OLD_ADMIN: "organization-admin"}
        new = {NEW_ADMIN: "organization-admin"}
        (new if ada_in_new else old)[ADA] = "deployment-editor on all"
        return ROSTERS.format(old=old, new=new)


@pytest.fixture
def program(engine_name: str, tmp_path: Path, world: World) -> Program:
    environment = {
        "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
        "PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"],
    }
    return Program(Stack(tmp_path, engine_name, environment), world)


def accepted(program: Program, world: World, guards: str = "") -> str:
    """Applies a program by which Ada, who belonged nowhere, joins by token; returns the token."""
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    program.write(acceptance=f"{token!r}{guards}")
    program.stack.apply()
    return token


def refused(result: Result, *fragments: str) -> None:
    assert not result.succeeded
    for fragment in fragments:
        assert fragment in text(result)
    assert "Traceback" not in text(result)


def test_an_invitation_is_accepted_once_and_the_membership_is_kept(program: Program, world: World) -> None:
    accepted(program, world)

    assert world.belongs(world.new)
    assert not program.stack.preview().has_changes
    assert not program.stack.refresh(preview_only=True).has_changes


def test_a_preview_accepts_nothing(program: Program, world: World) -> None:
    world.cloud.leave(world.old, ADA)
    program.write(acceptance=f"{world.invite()!r}")

    assert program.stack.preview().succeeded
    assert world.writes() == []


def test_an_expired_invitation_is_refused_in_the_preview(program: Program, world: World) -> None:
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    world.emulator.clock.advance(timedelta(hours=73))
    program.write(acceptance=f"{token!r}")

    refused(program.stack.preview(), "expired at", "ask an administrator of the organization to send a new one")


def test_a_member_is_adopted(program: Program, world: World) -> None:
    world.cloud.leave(world.old, ADA)
    world.cloud.add_member(world.new, ADA)
    program.write(acceptance="'a-token-that-was-used'")

    program.stack.apply()

    assert world.writes() == []


def test_where_accounts_belong_to_one_organization_a_member_of_another_is_told_what_comes_first(
    program: Program, world: World
) -> None:
    world.emulator.switches.one_organization_per_user = True
    program.write(acceptance=f"{world.invite()!r}")

    refused(program.stack.up(), "the person belongs to 1111 (old)", "elastic-org leave PERSON --organization 1111")
    assert not world.belongs(world.new)


def test_a_membership_that_exists_needs_no_invitation(program: Program, world: World) -> None:
    program.stack.program(
        f"ENDPOINT = {world.emulator.endpoint!r}\n{PROVIDERS}"
        f"elastic.InvitationAcceptance('ada', {world.old!r}, opts=pulumi.ResourceOptions(provider=ada))\n"
    )

    program.stack.apply()

    assert world.writes() == []


@pytest.mark.parametrize(
    "arguments", [f"person={ADA!r}", "inviter_api_key='key'", f"'token', person={ADA!r}, inviter_api_key='key'"]
)
def test_half_of_how_to_find_the_invitation_is_refused(program: Program, world: World, arguments: str) -> None:
    program.write(acceptance=arguments)

    refused(program.stack.preview(), "give either token, or both person and inviter_api_key")
    assert world.writes() == []


def test_a_membership_that_is_gone_is_drift(program: Program, world: World) -> None:
    accepted(program, world)
    world.cloud.leave(world.new, ADA)

    assert program.stack.refresh(preview_only=True).has_changes


def test_after_a_refresh_the_next_update_accepts_the_next_invitation(program: Program, world: World) -> None:
    accepted(program, world)
    world.cloud.leave(world.new, ADA)
    assert program.stack.refresh().succeeded
    program.write(acceptance=f"{world.invite()!r}")

    program.stack.apply()

    assert world.belongs(world.new)


def test_destroying_leaves_when_the_preconditions_are_met(program: Program, world: World) -> None:
    accepted(program, world)

    assert program.stack.destroy().succeeded
    assert not world.belongs(world.new)


def test_destroying_is_refused_to_whoever_may_be_the_last_administrator(program: Program, world: World) -> None:
    accepted(program, world)
    world.cloud.add_key(ADA, "limited", organization=world.new, roles=RoleSet([]))

    refused(program.stack.destroy(), "may be the last administrator: the API key is shown nobody's roles")
    assert world.belongs(world.new)


def test_without_a_word_on_whose_key_it_is_a_membership_is_not_taken_for_granted(
    program: Program, world: World
) -> None:
    program.stack.program(
        f"ENDPOINT = {world.emulator.endpoint!r}\nme = elastic.Provider('me', api_key={ADA_KEY!r}, endpoint=ENDPOINT)\n"
        f"elastic.InvitationAcceptance('ada', {world.old!r}, opts=pulumi.ResourceOptions(provider=me))\n"
    )

    refused(program.stack.up(), "api_key_user of the Provider, since no key tells whose it is")
    assert world.writes() == []


def test_destroying_is_refused_with_everything_that_stands_in_the_way(program: Program, world: World) -> None:
    accepted(program, world)
    search = world.cloud.add_deployment(world.new, "search", owner=ADA)
    siem = world.cloud.add_project(world.new, "siem", "security", owner=ADA)

    refused(program.stack.destroy(), f"deployment 'search' ({search.id})", f"security project 'siem' ({siem.id})")
    assert world.belongs(world.new)


def test_a_retained_membership_outlives_its_resource(program: Program, world: World) -> None:
    world.cloud.leave(world.old, ADA)
    program.write(acceptance=f"{world.invite()!r}", options="provider=ada, retain_on_delete=True")
    program.stack.apply()

    assert program.stack.destroy().succeeded
    assert world.belongs(world.new)


def test_a_line_that_moves_from_one_roster_to_the_other_moves_the_person(program: Program, world: World) -> None:
    program.write(rosters=program.rosters(ada_in_new=False))
    program.stack.apply()
    program.write(
        rosters=program.rosters(ada_in_new=True),
        acceptance=FOUND_BY_INVITER,
        options="provider=ada, depends_on=[staff, former]",
    )
    assert program.stack.preview().succeeded
    world.emulator.calls.reset()

    program.stack.apply()

    assert [one.rpartition("/")[2] for one in world.writes()] == ["invitations", "{user_ids}", "_accept"]
    assert world.belongs(world.new)
    assert not world.belongs(world.old)
    assert not program.stack.preview().has_changes


def test_a_person_who_still_owns_something_is_not_moved(program: Program, world: World) -> None:
    program.write(rosters=program.rosters(ada_in_new=False))
    program.stack.apply()
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    program.write(
        rosters=program.rosters(ada_in_new=True),
        acceptance=FOUND_BY_INVITER,
        options="provider=ada, depends_on=[staff, former]",
    )

    refused(program.stack.preview(), "still owns deployment 'search'")
    assert world.belongs(world.old)


def test_a_key_of_the_old_organization_accepts_and_its_blindness_for_the_new_one_is_no_drift(
    program: Program, world: World
) -> None:
    world.cloud.remove_key(world.cloud.keys[ADA_KEY])
    world.cloud.add_key(ADA, ADA_KEY, organization=world.old)
    accepted(program, world)

    assert world.belongs(world.new)
    assert not program.stack.refresh(preview_only=True).has_changes
    refused(program.stack.destroy(), "use a key that was made there")
    assert world.belongs(world.new)


def test_another_organization_is_joined_before_the_first_is_left(program: Program, world: World) -> None:
    head = f"ENDPOINT = {world.emulator.endpoint!r}\n{PROVIDERS}"
    declared = ACCEPTANCE.replace(", {arguments}", "{arguments}")
    program.stack.program(
        head + declared.format(organization=world.old, arguments=NO_ADMINISTRATOR, options="provider=ada")
    )
    program.stack.apply()
    token = f", token={world.invite()!r}"
    program.stack.program(head + declared.format(organization=world.new, arguments=token, options="provider=ada"))

    assert program.stack.preview().succeeded
    program.stack.apply()

    assert [one.rpartition("/")[2] for one in world.writes()] == ["_accept", "{user_ids}"]
    assert world.belongs(world.new)
    assert not world.belongs(world.old)


def test_without_an_invitation_it_is_said_how_to_get_one(program: Program, world: World) -> None:
    world.cloud.leave(world.old, ADA)
    program.write(acceptance=FOUND_BY_INVITER)

    refused(program.stack.up(), f"{ADA} has no invitation to organization {world.new}: add them to its roster")


def test_neither_the_token_nor_a_key_is_in_state_or_in_any_output(program: Program, world: World) -> None:
    token = accepted(program, world)
    results = [program.stack.preview(), program.stack.refresh(), program.stack.up()]

    state = json.dumps(program.stack.engine.export(program.stack.workspace))
    files = "".join(path.read_text(errors="replace") for path in program.stack.directory.rglob("state/**/*.json*"))
    shown = "".join(repr(result) + text(result) + repr(result.steps) for result in results)
    for secret in (token, *KEYS):
        assert secret not in state + files + shown
