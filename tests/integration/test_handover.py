"""Who moves between resources of a program is never removed on the way, and resources leave each other's people alone."""

from __future__ import annotations

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

ADA = "ada@acme.example"
BOB = "bob@acme.example"
ADMINS = {ADMIN: ["organization-admin"], SECOND_ADMIN: ["organization-admin"]}

MEMBER = f"elastic.Member('ada', '{ADA}', [])\n"
RENAMED = f"elastic.Member('lovelace', '{ADA}', [])\n"
INVITATION = f"elastic.Invitation('ada', '{ADA}', [])\n"
NO_ROSTER = ""
ADDITIVE = "elastic.Roster('acme', members={}, mode='additive')\n"
ADDITIVE_WITH_ADA = f"elastic.Roster('acme', members={{'{ADA}': []}}, mode='additive')\n"
OTHER_WITH_ADA = f"elastic.Roster('other', members={{'{ADA}': []}}, mode='additive')\n"
AUTHORITATIVE = f"elastic.Roster('acme', members={ADMINS!r}, mode='authoritative')\n"
AUTHORITATIVE_WITH_ADA = f"elastic.Roster('acme', members={ {**ADMINS, ADA: []}!r}, mode='authoritative')\n"

HANDOVERS = {
    "a member is renamed": (MEMBER, RENAMED),
    "from a member to a roster": (MEMBER, ADDITIVE_WITH_ADA),
    "from a member to the roster beside it": (ADDITIVE + MEMBER, ADDITIVE_WITH_ADA),
    "from a roster to a member": (ADDITIVE_WITH_ADA, ADDITIVE + MEMBER),
    "from a roster that goes to a member": (ADDITIVE_WITH_ADA, MEMBER),
    "from one roster to another": (ADDITIVE_WITH_ADA, ADDITIVE + OTHER_WITH_ADA),
    "from an authoritative roster to a member": (AUTHORITATIVE_WITH_ADA, AUTHORITATIVE + MEMBER),
    "from a member to an authoritative roster": (AUTHORITATIVE + MEMBER, AUTHORITATIVE_WITH_ADA),
    "from an invitation to a member": (INVITATION, RENAMED),
}


@pytest.mark.parametrize("handover", HANDOVERS)
def test_who_is_handed_over_stays_a_member_throughout(stack: Stack, acme: Acme, handover: str) -> None:
    before, after = HANDOVERS[handover]
    acme.join(ADA)
    stack.program(before)
    stack.apply()
    stack.program(after)
    acme.emulator.calls.reset()
    stack.apply()
    assert ADA in acme.people()
    assert not any(call.method in {"POST", "DELETE"} for call in acme.emulator.calls.all())
    result = stack.preview()
    assert not result.has_changes, text(result)
    assert not stack.refresh(preview_only=True).has_changes


@pytest.mark.parametrize("handover", ["a member is renamed", "from a member to the roster beside it"])
def test_a_pending_invitation_survives_the_handover(stack: Stack, acme: Acme, handover: str) -> None:
    before, after = HANDOVERS[handover]
    stack.program(before)
    stack.apply()
    stack.program(after)
    stack.apply()
    assert acme.invited() == {ADA}
    assert len(acme.emulator.outbox.messages) == 1


def test_an_authoritative_roster_leaves_the_members_of_its_program_alone(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(AUTHORITATIVE + MEMBER)
    stack.apply()
    assert ADA in acme.people()
    assert not stack.preview().has_changes
    assert not stack.refresh(preview_only=True).has_changes


def test_a_member_taken_out_beside_an_authoritative_roster_is_removed(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(AUTHORITATIVE + MEMBER)
    stack.apply()
    stack.program(AUTHORITATIVE)
    stack.apply()
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN}


def test_two_members_that_swap_their_people_remove_nobody(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    acme.join(BOB)

    def program(one: str, two: str) -> str:
        return f"elastic.Member('one', '{one}', [])\nelastic.Member('two', '{two}', [])\n"

    stack.program(program(ADA, BOB))
    stack.apply()
    stack.program(program(BOB, ADA))
    acme.emulator.calls.reset()
    stack.apply()
    assert not any(call.method in {"POST", "DELETE"} for call in acme.emulator.calls.all())
    assert not stack.preview().has_changes


def test_a_member_made_too_late_for_the_roster_to_know_is_refused(stack: Stack, acme: Acme) -> None:
    late = f"pulumi.Output.from_input(roster.id).apply(lambda _: elastic.Member('ada', '{ADA}', []))\n"
    stack.program("roster = " + ADDITIVE + late)
    result = stack.up()
    assert not result.succeeded
    assert "make it in the program itself, not inside an output's apply" in text(result)
    assert acme.invited() == set()


RENAMED_ROSTER = "elastic.Roster({name!r}, members={members!r}, mode='additive')\n"


def test_who_is_taken_out_while_the_roster_gets_another_name_goes(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(RENAMED_ROSTER.format(name="acme", members={ADA: [], BOB: []}))
    stack.apply()
    assert acme.invited() == {BOB}
    stack.program(RENAMED_ROSTER.format(name="other", members={ADA: []}))
    stack.apply()
    assert (acme.invited(), ADA in acme.people()) == (set(), True)
    assert not stack.preview().has_changes


def test_a_roster_that_goes_without_a_successor_removes_nobody(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(RENAMED_ROSTER.format(name="acme", members={ADA: [], BOB: []}))
    stack.apply()
    stack.program(RENAMED_ROSTER.format(name="other", members={}))
    stack.apply()
    assert (acme.invited(), ADA in acme.people()) == ({BOB}, True)
