"""On every engine, state knows accounts by every address that they had, and an address never beats the account that was known."""

from __future__ import annotations

from tests.support.acme import OWNER, Acme, Stack, text

BOSS, MARRIED, ALICE = "boss@acme.example", "boss.married@acme.example", "alice@acme.example"
PROTECTED = f"guards=elastic.Guards(protected=('{BOSS}',))"
CONFIRMED = f"guards=elastic.Guards(overrides={{'{ALICE}': elastic.Override(('changed-account',), 'HR-12')}})"


def test_a_protected_person_is_not_removed_under_a_changed_address(acme: Acme, stack: Stack) -> None:
    acme.join(BOSS)
    stack.roster({BOSS: []}, extra=PROTECTED)
    stack.apply()
    acme.cloud.change_email(BOSS, MARRIED)
    for extra in (PROTECTED, ""):
        stack.roster({}, extra=extra)
        preview = stack.preview()
        assert not preview.succeeded
        assert (
            f"{MARRIED}: {'is' if extra else 'was, when the roster was applied last,'} protected and would be"
            in text(preview)
        )
    assert MARRIED in acme.people()


def test_who_has_come_by_an_address_gets_its_roles_once_that_is_confirmed_and_is_known_from_then_on(
    acme: Acme, stack: Stack
) -> None:
    acme.join(ALICE, **OWNER)
    stack.roster({ALICE: ["organization-admin"]})
    stack.apply()
    acme.cloud.leave(acme.id, ALICE)
    acme.cloud.change_email(ALICE, "left@acme.example")
    acme.join(ALICE)
    refused = stack.up()
    assert not refused.succeeded
    assert f"{ALICE}: this address belongs to another account now" in text(refused)
    assert not acme.people()[ALICE]
    stack.roster({ALICE: ["organization-admin"]}, extra=CONFIRMED)
    stack.apply()
    stack.roster({ALICE: ["billing-admin"]})
    stack.apply()
    assert [one["role_id"] for one in acme.people()[ALICE]["organization"]] == ["billing-admin"]
