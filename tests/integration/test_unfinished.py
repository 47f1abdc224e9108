"""What an update did before it failed is kept in state by either engine: a revert takes it back."""

from __future__ import annotations

from elastic_cloud_emulator import Fault
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

CLEO, DAN = "cleo@acme.example", "dan@acme.example"
WANTED = {CLEO: ["organization-admin"], DAN: ["billing-admin"]}


def test_who_was_let_in_by_an_update_that_failed_is_taken_out_by_its_revert(stack: Stack, acme: Acme) -> None:
    stack.roster({}, mode="additive")
    stack.apply()
    stack.roster(WANTED, mode="additive")
    acme.emulator.faults.add(Fault(kind="forbidden", method="POST", path="/invitations$", skip=1))
    failed = stack.up()
    [let_in] = acme.invited()  # requests travel beside each other: whose is the first is not said
    assert not failed.succeeded
    assert "Traceback" not in text(failed)
    acme.cloud.accept(acme.id, let_in)
    stack.roster({}, mode="additive")
    stack.apply()
    assert acme.people().keys() == {ADMIN, SECOND_ADMIN}


def test_a_roster_of_thousands_keeps_what_was_done(stack: Stack, acme: Acme) -> None:
    many: dict[str, list[str]] = {f"person{number:05}@acme.example": [] for number in range(5000)}
    for email in many:
        acme.join(email)
    stack.roster(many, mode="additive")
    stack.apply()
    stack.roster({**many, **WANTED}, mode="additive")
    acme.emulator.faults.add(Fault(kind="forbidden", method="POST", path="/invitations$", skip=1))
    assert not stack.up().succeeded
    stack.roster(many, mode="additive")
    stack.apply()
    assert acme.invited() == set()
