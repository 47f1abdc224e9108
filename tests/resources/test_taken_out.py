"""Whoever is taken out is out, or stays managed until they are: also by a second invitation, and by one accepted meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from elastic_cloud_emulator import Fault
from elastic_cloud_emulator.model import Invitation
from pulumi_elastic_org.lifecycle.interface import Failed
from pulumi_elastic_org.model.people import read_people
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud, Provided
from tests.support.scripted import FakeTime

ADMINS = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
BOB = "bob@acme.example"
MODES = pytest.mark.parametrize("mode", ["additive", "authoritative"])


def accept_before_the_cancellation(cloud: Cloud) -> None:
    [token] = cloud.cloud.organization(cloud.id).invitations
    cloud.when_asked("DELETE", f"/invitations/{token}", lambda: cloud.accept(BOB))


@MODES
def test_who_accepts_right_before_the_invitation_is_cancelled_is_told_and_removed_by_the_next_run(
    cloud: Cloud, mode: str
) -> None:
    roster = cloud.roster(mode, max_removals="100%")
    roster.up(members={**ADMINS, BOB: "organization-admin"})
    accept_before_the_cancellation(cloud)
    with pytest.raises(Failed, match=f"{BOB}: accepted the invitation before it could be cancelled"):
        roster.up(members=ADMINS)
    roster.up(members=ADMINS)
    assert cloud.people().keys() == ADMINS.keys()


def test_a_member_who_accepts_right_before_the_resource_is_deleted_goes_with_the_next_run(cloud: Cloud) -> None:
    member = cloud.member(BOB)
    member.up(roles="organization-admin")
    accept_before_the_cancellation(cloud)
    with pytest.raises(Failed, match=f"{BOB}: accepted the invitation before it could be cancelled"):
        member.delete()
    member.delete()
    assert BOB not in cloud.people()


def invite_twice(cloud: Cloud, mode: str) -> tuple[Provided, Invitation, Invitation]:
    """A roster that has Bob invited, the invitation, and another one that is open as well."""
    roster = cloud.roster(mode, max_removals="100%")
    roster.up(members={**ADMINS, BOB: "organization-admin"})
    invitations = cloud.cloud.organization(cloud.id).invitations
    [first] = invitations.values()
    second = invitations["second"] = replace(first, token="second")
    return roster, first, second


@MODES
@pytest.mark.parametrize("lapsed", [None, "first", "last"])
def test_every_open_invitation_of_who_is_taken_out_is_cancelled(cloud: Cloud, mode: str, lapsed: str | None) -> None:
    roster, first, second = invite_twice(cloud, mode)
    if lapsed is not None:
        second = replace(second, expires_at=first.created_at - timedelta(hours=1))
    both = [second, first] if lapsed == "first" else [first, second]
    invitations = cloud.cloud.organization(cloud.id).invitations
    invitations.clear()
    invitations.update({one.token: one for one in both})
    roster.up(members=ADMINS)
    assert cloud.invited() == set()


@MODES
def test_who_is_taken_out_stays_managed_where_one_of_two_invitations_cannot_be_cancelled(
    cloud: Cloud, mode: str
) -> None:
    roster, *_ = invite_twice(cloud, mode)
    cloud.patience = FakeTime().patience(attempts=2)
    cloud.emulator.faults.add(Fault(kind="ignored", method="DELETE", path="/invitations"))
    with pytest.raises(Failed):
        roster.up(members=ADMINS)
    roster.up(members=ADMINS)
    assert cloud.invited() == set()


@MODES
def test_who_cannot_be_removed_stays_managed_although_an_invitation_beside_was_cancelled(
    cloud: Cloud, mode: str
) -> None:
    roster = cloud.roster(mode, max_removals="100%")
    cloud.join(BOB)
    roster.up(members={**ADMINS, BOB: "no roles"})
    cloud.cloud.change_email(BOB, "rob@acme.example")
    cloud.cloud.invite(cloud.id, BOB)
    cloud.cloud.change_email("rob@acme.example", BOB)
    cloud.emulator.faults.add(Fault(kind="refused", method="DELETE", path="/members/", status=409))
    with pytest.raises(Failed):
        roster.up(members=ADMINS)
    assert (cloud.invited(), BOB in cloud.people()) == (set(), True)
    roster.up(members=ADMINS)
    assert BOB not in cloud.people()


@MODES
def test_who_is_taken_out_while_no_address_is_shown_stays_managed_and_is_removed_once_it_is(
    cloud: Cloud, mode: str
) -> None:
    roster = cloud.roster(mode, max_removals="100%")
    cloud.join(BOB)
    roster.up(members={**ADMINS, BOB: "no roles"})
    account = cloud.cloud.user(BOB)
    account.email = ""
    roster.up(members=ADMINS)
    assert BOB in read_people(roster.outputs["applied"])
    account.email = BOB
    roster.up(members=ADMINS)
    assert BOB not in cloud.people()


def test_a_member_of_whom_no_address_is_shown_is_told_and_goes_once_it_is(cloud: Cloud) -> None:
    cloud.join(BOB)
    member = cloud.member(BOB)
    member.up(roles="no roles")
    account = cloud.cloud.user(BOB)
    account.email = ""
    with pytest.raises(Failed, match="is a member of whom Elastic Cloud shows no address"):
        member.delete()
    account.email = BOB
    member.delete()
    assert BOB not in cloud.people()
