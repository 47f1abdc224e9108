"""What a roster's provider looks at before it takes anything away, whatever has happened since the preview."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.apply.invitations import LOOK_COUNTS
from pulumi_elastic_org.lifecycle.interface import Refused
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.clocks import told_by
from tests.support.provided import Cloud

ADA = "ada@acme.example"
ADMINS = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
OTHER_KEY = "key-of-globex"


def test_who_owns_a_deployment_is_not_removed(cloud: Cloud) -> None:
    cloud.join(ADA)
    roster = cloud.roster()
    roster.up(members={**ADMINS, ADA: "no roles"})
    cloud.cloud.add_deployment(cloud.id, "search", owner=ADA)
    with pytest.raises(Refused, match=f"{ADA}: still owns deployment 'search'"):
        roster.up(members=ADMINS)
    assert ADA in cloud.people()


def test_who_comes_to_own_a_deployment_while_the_roster_is_applied_is_not_removed(cloud: Cloud) -> None:
    cloud.join(ADA)
    roster = cloud.roster()
    roster.up(members={**ADMINS, ADA: "no roles"})
    cloud.when_asked("POST", "/invitations", lambda: cloud.cloud.add_deployment(cloud.id, "search", owner=ADA))
    with pytest.raises(Refused, match=r"stopped before anything was removed.*in place: 1 reason to refuse\n.*owns"):
        roster.up(members={**ADMINS, "new@acme.example": "no roles"})
    assert ADA in cloud.people()
    assert cloud.invited() == {"new@acme.example"}


def test_who_is_invited_by_hand_while_a_slow_look_at_the_owners_goes_on_gets_no_second_e_mail(cloud: Cloud) -> None:
    cloud.join(ADA)
    roster = cloud.roster()
    roster.up(members={**ADMINS, ADA: "no roles"})

    def somebody_is_faster() -> None:
        cloud.emulator.clock.advance(2 * LOOK_COUNTS)
        cloud.cloud.invite(cloud.id, "new@acme.example")

    with told_by(cloud.emulator.clock.now), cloud.phase():
        act = roster.planned_within_a_phase(members={**ADMINS, "new@acme.example": "no roles"})
        cloud.when_asked("POST", "/deployments/_search", somebody_is_faster)
        act()
    assert len(cloud.emulator.outbox.to("new@acme.example")) == 1
    assert ADA not in cloud.people()


def test_a_roster_changes_no_other_organization_than_its_own(cloud: Cloud) -> None:
    roster = cloud.roster()
    roster.up(members=ADMINS)
    globex = cloud.cloud.add_organization("globex").id
    owner = {"organization": [{"role_id": "organization-admin"}]}
    cloud.cloud.add_member(globex, "boss@globex.example", owner, key=OTHER_KEY)
    cloud.key = OTHER_KEY
    with pytest.raises(
        Refused, match=f"this roster belongs to organization {cloud.id}, but the API key leads to {globex}"
    ):
        roster.up(members={**ADMINS, "boss@globex.example": "organization-admin"})
    assert cloud.cloud.organization(globex).invitations == {}


def test_an_administrator_is_not_demoted_for_a_successor_whom_elastic_cloud_refuses(cloud: Cloud) -> None:
    cloud.join(ADA)
    roster = cloud.roster(min_admins=2)
    roster.up(members={**ADMINS, ADA: "no roles"})
    cloud.when_asked("POST", "/role_assignments", lambda: cloud.cloud.leave(cloud.id, ADA))
    with pytest.raises(Refused) as refusal:
        roster.up(members={ADMIN: "organization-admin", SECOND_ADMIN: "no roles", ADA: "organization-admin"})
    assert f"{SECOND_ADMIN}: would leave the organization with 1 of at least 2" in str(refusal.value)
    assert f"{ADA}: add roles organization-admin: " in str(refusal.value)
    assert cloud.people()[SECOND_ADMIN]["organization"]
