"""What was done before an update failed is kept: a revert takes it back, and nobody whom it let in is a stranger."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud
from tests.support.scripted import FakeTime

EVERYBODY = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
DAN, CLEO, EVE = "dan@acme.example", "cleo@acme.example", "eve@acme.example"
WANTED = {CLEO: "organization-admin", DAN: "billing-admin"}
DAN_REFUSED = Fault(kind="forbidden", method="POST", path="/invitations$", body=DAN)
DOWN = Fault(kind="unavailable", times=None)


@pytest.mark.parametrize("mode", ["additive", "authoritative"])
def test_who_was_let_in_beside_a_refused_person_goes_with_the_revert(cloud: Cloud, mode: str) -> None:
    acme = cloud.roster(mode)
    acme.up(members=EVERYBODY)
    cloud.emulator.faults.add(DAN_REFUSED)
    with pytest.raises(Failed):
        acme.up(members={**EVERYBODY, **WANTED})
    cloud.accept(CLEO)
    acme.up(members=EVERYBODY)
    assert cloud.people().keys() == EVERYBODY.keys()


def test_what_was_done_before_the_service_went_down_goes_with_the_revert(cloud: Cloud) -> None:
    cloud.patience = FakeTime().patience(attempts=2)
    cloud.join(EVE)
    acme = cloud.roster("additive")
    acme.up(members=EVERYBODY)
    cloud.emulator.faults.add(Fault(kind="unavailable", method="POST", body=DAN, times=None))
    cloud.when_asked("POST", "/invitations", lambda: cloud.emulator.faults.add(DOWN), after_effect=True)
    with pytest.raises(Failed):
        acme.up(members={**EVERYBODY, **WANTED})
    cloud.emulator.faults.clear()
    assert cloud.invited() == {CLEO}
    acme.up(members=EVERYBODY)
    assert (cloud.invited(), EVE in cloud.people()) == (set(), True)


def test_an_invitation_of_which_nobody_knows_whether_it_was_sent_goes_with_the_revert(cloud: Cloud) -> None:
    cloud.patience = FakeTime().patience(attempts=2)
    acme = cloud.roster("additive")
    acme.up(members=EVERYBODY)
    cloud.when_asked(
        "POST", "/invitations", lambda: cloud.emulator.faults.add(DOWN.model_copy(update={"takes_effect": True}))
    )
    with pytest.raises(Failed):
        acme.up(members={**EVERYBODY, DAN: "organization-admin"})
    cloud.emulator.faults.clear()
    assert cloud.invited() == {DAN}
    acme.up(members=EVERYBODY)
    assert cloud.invited() == set()


@pytest.mark.parametrize("writes", ["/members/", "/invitations"])
def test_who_was_answered_to_be_taken_out_before_a_failure_and_is_still_there_goes_with_the_next_run(
    cloud: Cloud, writes: str
) -> None:
    acme = cloud.roster("additive")
    cloud.join(EVE)
    acme.up(members={**EVERYBODY, EVE: "billing-admin; deployment-viewer on all", DAN: "billing-admin"})
    if writes == "/members/":
        cloud.accept(DAN)
    cloud.emulator.faults.add(Fault(kind="ignored", method="DELETE", path=writes))
    cloud.emulator.faults.add(Fault(kind="forbidden", method="DELETE", path="role_assignments"))
    with pytest.raises(Failed):
        acme.up(members={**EVERYBODY, EVE: "billing-admin"})
    assert DAN in {*cloud.people(), *cloud.invited()}
    acme.up(members={**EVERYBODY, EVE: "billing-admin"})
    assert DAN not in {*cloud.people(), *cloud.invited()}


def test_a_first_apply_that_fails_is_known_as_far_as_it_came(cloud: Cloud) -> None:
    acme = cloud.roster("additive")
    cloud.join(EVE)
    cloud.emulator.faults.add(DAN_REFUSED)
    with pytest.raises(Failed):
        acme.up(members={**WANTED, EVE: "no roles"})
    acme.up(members={})
    assert (cloud.invited(), EVE in cloud.people()) == (set(), True)


def test_who_was_only_declared_stays_as_unmanaged_as_before(cloud: Cloud) -> None:
    cloud.patience = FakeTime().patience(attempts=2)
    cloud.join(EVE, organization=[{"role_id": "billing-admin"}])
    acme = cloud.roster("additive")
    acme.up(members=EVERYBODY)
    cloud.when_asked("POST", "/invitations", lambda: cloud.emulator.faults.add(DOWN))
    with pytest.raises(Failed):
        acme.up(members={**EVERYBODY, DAN: "billing-admin", EVE: "no roles"})
    cloud.emulator.faults.clear()
    acme.up(members=EVERYBODY)
    assert EVE in cloud.people()


def test_what_the_guards_stop_half_way_is_kept(cloud: Cloud) -> None:
    acme = cloud.roster(min_admins=1)
    cloud.join(EVE)
    acme.up(members={**EVERYBODY, EVE: "no roles"})
    cloud.when_asked(
        "POST",
        "/invitations",
        lambda: cloud.cloud.add_deployment(cloud.id, "logs", tags={"owner": EVE}),
        after_effect=True,
    )
    with pytest.raises(Refused, match="owns-resources"):
        acme.up(members={**EVERYBODY, DAN: "organization-admin"})
    assert cloud.invited() == {DAN}
    acme.up(members={**EVERYBODY, EVE: "no roles"})
    assert cloud.invited() == set()


def test_a_member_that_may_have_been_invited_is_taken_out_when_it_is_deleted(cloud: Cloud) -> None:
    cloud.patience = FakeTime().patience(attempts=2)
    dan = cloud.member(DAN)
    cloud.when_asked(
        "POST", "/invitations", lambda: cloud.emulator.faults.add(DOWN.model_copy(update={"takes_effect": True}))
    )
    with pytest.raises(Failed):
        dan.up(roles="organization-admin")
    cloud.emulator.faults.clear()
    assert cloud.invited() == {DAN}
    dan.delete()
    assert cloud.invited() == set()


def test_a_member_to_whom_nothing_was_done_is_no_resource(cloud: Cloud) -> None:
    cloud.emulator.faults.add(DAN_REFUSED.model_copy(update={"skip": 0}))
    dan = cloud.member(DAN)
    with pytest.raises(Failed):
        dan.up(roles="billing-admin")
    assert dan.outputs == {}


def test_the_next_run_of_the_same_declaration_finishes_what_was_begun(cloud: Cloud) -> None:
    acme = cloud.roster()
    acme.up(members=EVERYBODY)
    cloud.emulator.faults.add(DAN_REFUSED)
    with pytest.raises(Failed):
        acme.up(members={**EVERYBODY, **WANTED})
    acme.up(members={**EVERYBODY, **WANTED})
    assert cloud.invited() == WANTED.keys()
