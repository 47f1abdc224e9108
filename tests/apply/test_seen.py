"""Done is what the organization shows: an answer that promises more is a failure, and a list that lags is waited for."""

from __future__ import annotations

from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.model.effects import NOT_SHOWN
from tests.support import builders
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme
from tests.support.applying import Apply
from tests.support.builders import BILLING, desired

ADMINS = {ADMIN: builders.ADMIN, SECOND_ADMIN: builders.ADMIN}
ADA, BOB, CY, DI, EVE = (f"{name}@acme.io" for name in ("ada", "bob", "cy", "di", "eve"))
VIEWER = "deployment-viewer on all"

EVERY_CHANGE = {ADA: f"{BILLING}; {VIEWER}", BOB: "no roles", EVE: BILLING}
"""Ada gains a role, Bob loses one, Cy goes, Di's invitation is cancelled, and Eve is invited."""


def everybody(acme: Acme) -> None:
    for person in (ADA, BOB, CY):
        acme.join(person, organization=[{"role_id": BILLING}])
    acme.cloud.invite(acme.id, DI)


WRITES: dict[str, tuple[dict[str, Any], str, str]] = {
    "added roles": ({"method": "POST", "path": "role_assignments"}, ADA, "add roles"),
    "removed roles": ({"method": "DELETE", "path": "role_assignments"}, BOB, "remove roles"),
    "a removal": ({"method": "DELETE", "path": "/members/"}, CY, "remove member"),
    "a cancelled invitation": ({"method": "DELETE", "path": "/invitations/"}, DI, "cancel invitation"),
    "an invitation": ({"method": "POST", "path": "/invitations"}, EVE, "invite"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_does_nothing_is_a_failure_that_names_the_person(acme: Acme, apply: Apply, write: str) -> None:
    everybody(acme)
    where, person, verb = WRITES[write]
    acme.emulator.faults.add(Fault(kind="ignored", times=None, **where))
    outcome = apply(desired({**ADMINS, **EVERY_CHANGE}))
    assert list(outcome.refused) == [person]
    reasons = [reason for kind, reason in NOT_SHOWN.items() if kind.verb == verb]
    assert outcome.refused[person].endswith(reasons[0])
    assert [change.person for change in outcome.unknown] == [person]
    assert person not in {change.person for change in outcome.done}
    assert ("failed", person) in apply.recorded


@pytest.mark.parametrize("write", [write for write in WRITES if write not in ("added roles", "an invitation")])
def test_no_record_says_done_of_what_was_to_be_taken_and_still_stands(acme: Acme, apply: Apply, write: str) -> None:
    everybody(acme)
    where, person, verb = WRITES[write]
    acme.emulator.faults.add(Fault(kind="ignored", times=None, **where))
    apply(desired({**ADMINS, **EVERY_CHANGE}))
    assert (verb, person) not in apply.recorded


@pytest.mark.parametrize("write", WRITES)
def test_errors_in_the_answer_of_a_success_are_a_refusal(acme: Acme, apply: Apply, write: str) -> None:
    everybody(acme)
    where, person, _ = WRITES[write]
    told = {"errors": [{"code": "members.odd", "message": "It did not work."}]}
    acme.emulator.faults.add(Fault(kind="amended", amendment=told, times=None, **where))
    outcome = apply(desired({**ADMINS, **EVERY_CHANGE}))
    assert list(outcome.refused) == [person]
    assert "It did not work. (members.odd)" in outcome.refused[person]
    assert ("refused", person) in apply.recorded


def test_a_list_that_lags_is_waited_for(acme: Acme, apply: Apply) -> None:
    everybody(acme)
    acme.emulator.switches.list_lag_reads = 1
    outcome = apply(desired({**ADMINS, **EVERY_CHANGE}))
    assert outcome.refused == {}
    assert apply.plan(desired({**ADMINS, **EVERY_CHANGE})).changes == ()
    assert acme.emulator.outbox.to(EVE) == acme.emulator.outbox.to(EVE)[:1]


def test_nobody_is_invited_again_because_a_list_lags(acme: Acme, apply: Apply) -> None:
    acme.emulator.switches.list_lag_reads = 1
    for _ in range(3):
        assert apply(desired({**ADMINS, EVE: BILLING, ADA: VIEWER})).refused == {}
    assert len(acme.emulator.outbox.to(EVE)) == len(acme.emulator.outbox.to(ADA)) == 1


def test_an_invitation_that_may_have_been_sent_is_looked_out_for_although_it_is_refused_the_second_time(
    acme: Acme, apply: Apply
) -> None:
    acme.emulator.switches.list_lag_reads = 2
    invites: dict[str, Any] = {"method": "POST", "path": "/invitations"}
    acme.emulator.faults.add(Fault(kind="html_page", takes_effect=True, **invites))
    acme.emulator.faults.add(
        Fault(kind="refused", status=403, code="role_assignments.unauthorized_role_assignments", **invites)
    )
    outcome = apply(desired({**ADMINS, EVE: BILLING}))
    assert outcome.refused == {}
    assert [change.person for change in outcome.done] == [EVE]
    assert len(acme.emulator.outbox.to(EVE)) == 1


def test_what_was_done_before_an_error_is_on_record(acme: Acme, apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody(acme)

    def broken(*_: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(Applier, "_remove_grants", broken)
    with pytest.raises(RuntimeError):
        apply(desired({**ADMINS, **EVERY_CHANGE}))
    assert ("remove member", CY) in apply.recorded
