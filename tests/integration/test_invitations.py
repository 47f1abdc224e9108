"""An invitation is sent where a person is missing; who has accepted is left alone."""

from __future__ import annotations

from datetime import timedelta

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

ADA = "ada@acme.example"


def invitation(*roles: str) -> str:
    return f"elastic.Invitation('ada', '{ADA}', {list(roles)!r})\n"


def test_who_is_absent_is_invited_once(stack: Stack, acme: Acme) -> None:
    stack.program(invitation("billing-admin"))
    stack.apply()
    stack.apply()
    assert acme.invited() == {ADA}
    assert len(acme.emulator.outbox.messages) == 1


def test_an_expired_invitation_is_sent_again_and_changed_roles_send_it_anew(stack: Stack, acme: Acme) -> None:
    stack.program(invitation())
    stack.apply()
    acme.emulator.clock.advance(timedelta(hours=73))
    stack.apply()
    stack.program(invitation("billing-admin"))
    assert "re-invite (the pending invitation is cancelled and sent again): + billing-admin" in text(stack.preview())
    stack.apply()
    assert len(acme.emulator.outbox.messages) == 3
    acme.cloud.accept(acme.id, ADA)
    assert [role["role_id"] for role in acme.people()[ADA]["organization"]] == ["billing-admin"]


def test_who_has_accepted_is_left_alone(stack: Stack, acme: Acme) -> None:
    stack.program(invitation("billing-admin"))
    stack.apply()
    acme.cloud.accept(acme.id, ADA)
    acme.cloud.set_roles(acme.id, ADA, {"organization": [{"role_id": "organization-admin"}]})
    assert not stack.preview().has_changes
    assert not stack.refresh(preview_only=True).has_changes
    stack.program(invitation())
    stack.apply()
    assert [role["role_id"] for role in acme.people()[ADA]["organization"]] == ["organization-admin"]


def test_destroy_cancels_what_is_pending(stack: Stack, acme: Acme) -> None:
    stack.program(invitation())
    stack.apply()
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert f"- {ADA}: cancel invitation: " in text(result)
    assert acme.invited() == set()


def test_destroy_leaves_a_member_alone(stack: Stack, acme: Acme) -> None:
    stack.program(invitation())
    stack.apply()
    acme.cloud.accept(acme.id, ADA)
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert f"{ADA}: has accepted and stays a member" in text(result)
    assert set(acme.people()) == {ADMIN, SECOND_ADMIN, ADA}
