"""The life of a roster: preview, apply, acceptance, expiry, change, refresh, destroy."""

from __future__ import annotations

from datetime import timedelta

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

DEPLOYMENT = "d" * 32
OTHER_DEPLOYMENT = "e" * 32


def test_preview_says_who_would_be_invited_and_writes_nothing(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": ["billing-admin"]})
    result = stack.preview()
    assert result.succeeded, text(result)
    assert "+ ada@acme.example: invite: billing-admin" in text(result)
    assert acme.invited() == set()
    assert not any(
        call.method == "DELETE" or (call.route.endswith("/invitations") and call.method == "POST")
        for call in acme.emulator.calls.all()
    )


def test_apply_invites_and_acceptance_changes_nothing(stack: Stack, acme: Acme) -> None:
    stack.roster({"Ada@acme.example": ["billing-admin", f"deployment-editor on {DEPLOYMENT}"]})
    stack.apply()
    assert acme.invited() == {"Ada@acme.example"}
    assert not stack.preview().has_changes
    acme.cloud.accept(acme.id, "ada@acme.example")
    result = stack.preview()
    assert not result.has_changes, text(result)
    assert "nothing to do" in text(result)


def test_adopts_an_organization_that_already_has_these_people(stack: Stack, acme: Acme) -> None:
    acme.join("ada@acme.example", organization=[{"role_id": "billing-admin"}])
    stack.roster({"ada@acme.example": ["billing-admin"]})
    stack.apply()
    assert len(acme.emulator.outbox.messages) == 0
    assert not stack.preview().has_changes


def test_an_expired_invitation_is_sent_again_and_a_pending_one_is_not(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": ["billing-admin"]})
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=40))
    stack.roster({"ada@acme.example": ["billing-admin"], "bob@acme.example": ["billing-admin"]})
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=40))
    said = text(stack.preview())
    assert "ada@acme.example: re-invite (the invitation expired " in said
    assert "bob@acme.example" not in said
    stack.apply()
    assert [message.to for message in acme.emulator.outbox.messages] == [
        "ada@acme.example",
        "bob@acme.example",
        "ada@acme.example",
    ]
    assert not stack.preview().has_changes


def test_an_expired_invitation_is_sent_again_only_so_often(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": []}, extra="max_resends=1")
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=73))
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=73))
    result = stack.preview()
    assert not result.has_changes
    assert "was sent again 1 times" in text(result)
    stack.apply()
    assert len(acme.emulator.outbox.messages) == 2


def test_roles_of_a_pending_invitation_are_changed_by_sending_it_again(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": []})
    stack.apply()
    stack.roster({"ada@acme.example": ["billing-admin"]})
    assert "re-invite (the pending invitation is cancelled and sent again): + billing-admin" in text(stack.preview())
    stack.apply()
    acme.cloud.accept(acme.id, "ada@acme.example")
    assert [role["role_id"] for role in acme.people()["ada@acme.example"]["organization"]] == ["billing-admin"]


def test_a_changed_e_mail_address_is_the_same_person(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": []})
    stack.apply()
    acme.cloud.accept(acme.id, "ada@acme.example")
    stack.roster({"ada@acme.example": ["billing-admin"]})
    stack.apply()
    acme.cloud.change_email("ada@acme.example", "ada.lovelace@acme.example")
    result = stack.preview()
    assert not result.has_changes, text(result)
    assert "now has the e-mail address ada.lovelace@acme.example" in text(result)


def test_a_person_taken_out_of_the_code_is_removed(stack: Stack, acme: Acme) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": []})
    stack.apply()
    stack.roster({})
    assert "- ada@acme.example: remove member" in text(stack.preview())
    stack.apply()
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN}


def test_additive_mode_leaves_others_alone_and_removes_whom_it_managed(stack: Stack, acme: Acme) -> None:
    acme.join("stranger@acme.example")
    stack.roster({"ada@acme.example": []}, mode="additive")
    stack.apply()
    acme.cloud.accept(acme.id, "ada@acme.example")
    stack.roster({}, mode="additive")
    stack.apply()
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN, "stranger@acme.example"}


def test_refresh_shows_what_was_done_by_hand_and_apply_puts_it_back(stack: Stack, acme: Acme) -> None:
    acme.join("ada@acme.example", organization=[{"role_id": "billing-admin"}])
    stack.roster({"ada@acme.example": ["billing-admin"], "pending@acme.example": []})
    stack.apply()
    assert not stack.refresh(preview_only=True).has_changes
    acme.cloud.set_roles(acme.id, "ada@acme.example", {"organization": [{"role_id": "organization-admin"}]})
    seen = stack.refresh(preview_only=True)
    assert seen.has_changes
    stack.refresh()
    said = text(stack.preview())
    assert "ada@acme.example: change roles: + billing-admin; - organization-admin" in said
    stack.apply()
    assert [role["role_id"] for role in acme.people()["ada@acme.example"]["organization"]] == ["billing-admin"]
    assert not stack.refresh(preview_only=True).has_changes


def test_a_live_difference_shows_as_drift_in_the_inputs(stack: Stack, acme: Acme) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": []})
    stack.apply()
    acme.cloud.set_roles(acme.id, "ada@acme.example", {"organization": [{"role_id": "billing-admin"}]})
    result = stack.preview()
    (step,) = [step for step in result.steps if step.name == "acme"]
    assert step.op == "update"
    assert step.new_inputs is not None
    assert step.new_inputs["drift"] == {"ada@acme.example": "billing-admin"}


def test_destroy_lets_go_and_removes_nobody(stack: Stack, acme: Acme) -> None:
    acme.join("ada@acme.example")
    stack.roster({"ada@acme.example": []})
    stack.apply()
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert "3 people stay members" in text(result)
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN, "ada@acme.example"}


def test_a_roster_never_converges_another_organization(stack: Stack, acme: Acme) -> None:
    stack.roster({"ada@acme.example": []})
    stack.apply()
    other = acme.cloud.add_organization("globex")
    acme.cloud.add_member(
        other.id, "boss@globex.example", {"organization": [{"role_id": "organization-admin"}]}, key="globex-key"
    )
    stack.environment |= {"EC_API_KEY": "globex-key", "EC_ORGANIZATION_ID": other.id}
    for result in (stack.preview(), stack.up(), stack.refresh()):
        assert not result.succeeded
        assert f"this roster belongs to organization {acme.id}" in text(result)
    assert acme.cloud.organization(other.id).invitations == {}
