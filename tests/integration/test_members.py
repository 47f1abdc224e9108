"""One resource a person: invited when absent, changed in place, removed behind the guards; nobody else is touched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

ADA = "ada@acme.example"
BOB = "bob@acme.example"
STRANGER = "stranger@acme.example"


def member(email: str, *roles: str, name: str = "person", extra: str = "") -> str:
    """A line of a program that declares one member."""
    return f"elastic.Member({name!r}, {email!r}, {list(roles)!r}{', ' + extra if extra else ''})\n"


def role_ids(acme: Acme, email: str) -> list[str]:
    return [role["role_id"] for role in acme.people()[email]["organization"]]


def test_who_is_absent_is_invited_and_accepting_changes_nothing(stack: Stack, acme: Acme) -> None:
    acme.join(STRANGER)
    stack.program(member("Ada@acme.example", "billing-admin"))
    preview = stack.preview()
    assert "+ Ada@acme.example: invite: billing-admin" in text(preview)
    assert acme.invited() == set()
    stack.apply()
    assert acme.invited() == {"Ada@acme.example"}
    acme.cloud.accept(acme.id, ADA)
    result = stack.preview()
    assert not result.has_changes, text(result)
    assert not stack.refresh(preview_only=True).has_changes
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN, STRANGER, "Ada@acme.example"}


def test_a_member_is_adopted_and_their_roles_are_changed_in_place(stack: Stack, acme: Acme) -> None:
    acme.join(ADA, organization=[{"role_id": "billing-admin"}])
    stack.program(member(ADA, "billing-admin"))
    stack.apply()
    assert not acme.emulator.outbox.messages
    stack.program(member(ADA, "organization-admin"))
    said = text(stack.preview())
    assert f"~ {ADA}: change roles: + organization-admin; - billing-admin" in said
    stack.apply()
    assert role_ids(acme, ADA) == ["organization-admin"]
    assert not stack.preview().has_changes


def test_a_person_s_new_address_takes_the_place_of_the_former_one_and_does_not_stand_beside_it(
    stack: Stack, acme: Acme
) -> None:
    married = "ada.married@acme.example"
    acme.join(ADA, organization=[{"role_id": "billing-admin"}])
    stack.program(member(ADA, "billing-admin"))
    stack.apply()
    acme.cloud.change_email(ADA, married)
    stack.program(member(ADA, "billing-admin") + member(married, "organization-admin", name="married"))
    for refused in (stack.preview(), stack.up()):
        assert not refused.succeeded
        told = text(refused)
        assert "is the account that another resource declares as" in told
        assert "Take the one that is no longer the person's address out of the program" in told
    stack.program(member(married, "organization-admin", name="married"))
    stack.apply()
    assert role_ids(acme, married) == ["organization-admin"]
    assert not stack.preview().has_changes


def test_an_expired_invitation_is_sent_again_only_so_often(stack: Stack, acme: Acme) -> None:
    stack.program(member(ADA, extra="max_resends=1"))
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=73))
    assert f"{ADA}: re-invite (the invitation expired " in text(stack.preview())
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=73))
    assert not stack.refresh(preview_only=True).has_changes
    result = stack.preview()
    assert not result.has_changes
    assert "was sent again 1 times" in text(result)
    assert len(acme.emulator.outbox.messages) == 2


def test_the_outputs_say_how_the_person_stands(stack: Stack, acme: Acme) -> None:
    export = "pulumi.export('ada', pulumi.Output.all(ada.status, ada.user_id, ada.applied, ada.organization_id))\n"
    stack.program("ada = " + member(ADA, "billing-admin") + export)
    stack.apply()
    assert stack.engine.outputs(stack.workspace)["ada"] == ["invited", None, "billing-admin", acme.id]
    acme.cloud.accept(acme.id, ADA)
    stack.refresh()
    stack.apply()
    user_id = acme.cloud.user(ADA).id
    assert stack.engine.outputs(stack.workspace)["ada"] == ["member", user_id, "billing-admin", acme.id]


def test_a_refresh_shows_what_was_done_by_hand_and_an_update_puts_it_back(stack: Stack, acme: Acme) -> None:
    acme.join(ADA, organization=[{"role_id": "billing-admin"}])
    stack.program(member(ADA, "billing-admin"))
    stack.apply()
    acme.cloud.set_roles(acme.id, ADA, {"organization": [{"role_id": "organization-admin"}]})
    (step,) = [step for step in stack.preview().steps if step.name == "person"]
    assert step.new_inputs is not None
    assert step.new_inputs["drift"] == "organization-admin"
    assert stack.refresh(preview_only=True).has_changes
    stack.refresh()
    stack.apply()
    assert role_ids(acme, ADA) == ["billing-admin"]
    acme.cloud.leave(acme.id, ADA)
    assert stack.refresh(preview_only=True).has_changes
    stack.apply()
    assert acme.invited() == {ADA}


def test_destroy_removes_the_person_and_nobody_else(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    guards = "guards=elastic.Guards(max_removals=2)"
    stack.program(member(ADA, extra=guards) + member(BOB, name="other", extra=guards))
    stack.apply()
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert f"- {ADA}: remove member" in text(result)
    assert f"- {BOB}: cancel invitation: " in text(result)
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN}
    assert acme.invited() == set()


def test_a_member_who_owns_a_deployment_is_not_removed(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(member(ADA))
    stack.apply()
    search = acme.cloud.add_deployment(acme.id, "search", owner=ADA)
    stack.program("")
    result = stack.up()
    assert not result.succeeded
    assert f"{ADA}: still owns deployment 'search' ({search.id})" in text(result)
    assert "Traceback" not in text(result)
    assert ADA in acme.people()
    acme.cloud.set_tags(search.id, {"owner": ADMIN})
    stack.apply()
    assert ADA not in acme.people()


def test_the_last_administrators_are_judged_together(stack: Stack, acme: Acme) -> None:
    def program(*roles: str) -> str:
        guards = "guards=elastic.Guards(min_admins=3)"
        return member(ADA, *roles, name="ada", extra=guards) + member(BOB, *roles, name="bob", extra=guards)

    for email in (ADA, BOB):
        acme.join(email, organization=[{"role_id": "organization-admin"}])
    stack.program(program("organization-admin"))
    stack.apply()
    stack.program(program())
    for result in (stack.preview(), stack.up()):
        assert not result.succeeded
        assert "would leave the organization with 2 of at least 3 accepted members" in text(result)
    assert any(role_ids(acme, email) == ["organization-admin"] for email in (ADA, BOB))


def test_no_more_members_are_destroyed_than_the_guards_allow(stack: Stack, acme: Acme) -> None:
    people = [f"person{number}@acme.example" for number in range(6)]
    stack.program("".join(member(email, name=email) for email in people))
    for email in people:
        acme.join(email)
    stack.apply()
    result = stack.destroy()
    assert not result.succeeded
    assert "people would be taken out and max_removals is 25% (2)" in text(result)
    assert len(acme.people()) >= 6


def test_another_address_is_another_person(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(member(ADA))
    stack.apply()
    stack.program(member(BOB))
    stack.apply()
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN}
    assert acme.invited() == {BOB}
    assert not stack.preview().has_changes


def test_a_changed_e_mail_address_is_the_same_person(stack: Stack, acme: Acme) -> None:
    acme.join(ADA)
    stack.program(member(ADA))
    stack.apply()
    acme.cloud.change_email(ADA, "ada.lovelace@acme.example")
    result = stack.preview()
    assert not result.has_changes, text(result)
    assert "now has the e-mail address ada.lovelace@acme.example" in text(result)


def test_one_address_that_the_api_refuses_does_not_stop_the_others(stack: Stack, acme: Acme) -> None:
    taken = "taken@acme.example"
    acme.join(taken)
    acme.emulator.switches.hide_email = frozenset({acme.cloud.user(taken).id})
    stack.program("".join(member(email, name=email) for email in (ADA, taken)))
    result = stack.up()
    assert not result.succeeded
    assert f"{taken}: " in text(result)
    assert "Traceback" not in text(result)
    assert acme.invited() == {ADA}


def test_a_member_never_converges_another_organization(stack: Stack, acme: Acme) -> None:
    stack.program(member(ADA))
    stack.apply()
    other = acme.cloud.add_organization("globex")
    acme.cloud.add_member(
        other.id, "boss@globex.example", {"organization": [{"role_id": "organization-admin"}]}, key="globex-key"
    )
    stack.environment |= {"EC_API_KEY": "globex-key", "EC_ORGANIZATION_ID": other.id}
    for run in (stack.preview, stack.up, stack.refresh, stack.destroy):
        result = run()
        assert not result.succeeded
        assert f"this member belongs to organization {acme.id}" in text(result)
    assert acme.cloud.organization(other.id).invitations == {}


MISTAKES = {
    "an unknown role and no address": (
        "elastic.Member('a', 'ada', ['biling-admin'])",
        ["'ada' is not", "billing-admin"],
    ),
    "a person in two members": (
        "elastic.Member('a', 'ada@acme.example', [])\nelastic.Member('b', 'Ada@acme.example', [])",
        ["Ada@acme.example is claimed by Member 'a' and by Member 'b'"],
    ),
    "a person in a roster and an invitation": (
        "elastic.Roster('acme', members={'ada@acme.example': []}, mode='additive')\n"
        "elastic.Invitation('b', 'Ada@acme.example', [])",
        ["Ada@acme.example is claimed by Roster 'acme' and by Invitation 'b'"],
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_program_is_named_and_nothing_is_done(stack: Stack, acme: Acme, mistake: str) -> None:
    program, messages = MISTAKES[mistake]
    stack.program(program)
    result = stack.preview()
    assert not result.succeeded
    for message in messages:
        assert message in text(result)
    assert acme.invited() == set()
