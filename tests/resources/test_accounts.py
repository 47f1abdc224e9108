"""Who is who from apply to apply: accounts keep their people when addresses change, and nobody gets what is another's."""

from __future__ import annotations

from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.model.people import read_user_ids
from tests.support.acme import ADMIN, OWNER, SECOND_ADMIN
from tests.support.provided import Cloud, Provided

BOSS, MARRIED, ALICE, BOB = (f"{name}@acme.example" for name in ("boss", "boss.married", "alice", "bob"))
ADMINS = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
BILLING = {"organization": [{"role_id": "billing-admin"}]}


def roles_of(cloud: Cloud, email: str) -> list[str]:
    """The roles of the organization that the account with this address holds."""
    return [one["role_id"] for one in cloud.people()[email].get("organization", ())]


def swap(cloud: Cloud, one: str, other: str) -> None:
    cloud.cloud.change_email(one, "meanwhile@acme.example")
    cloud.cloud.change_email(other, one)
    cloud.cloud.change_email("meanwhile@acme.example", other)


@pytest.fixture(params=["roster", "member"])
def declared(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestProtected:
    @pytest.mark.parametrize("mode", ["authoritative", "additive"])
    def test_a_protected_person_is_not_removed_under_a_changed_address(self, cloud: Cloud, mode: str) -> None:
        cloud.join(BOSS)
        roster = cloud.roster(mode, protected=(BOSS,))
        roster.up(members={**ADMINS, BOSS: "no roles"})
        cloud.cloud.change_email(BOSS, MARRIED)
        with pytest.raises(Refused, match=f"{MARRIED}: is protected and would be removed"):
            roster.up(members=ADMINS)
        assert MARRIED in cloud.people()

    def test_who_is_protected_and_not_declared_is_known_again_too(self, cloud: Cloud) -> None:
        cloud.join(BOSS)
        additive = cloud.roster("additive", protected=(BOSS,))
        additive.up(members=ADMINS)
        cloud.cloud.change_email(BOSS, MARRIED)
        additive.up(members=ADMINS, mode="additive")
        confirm = {MARRIED: "unmanaged-people: never seen here, HR-12"}
        with pytest.raises(Refused, match=f"{MARRIED}: is protected and would be removed"):
            additive.up(members=ADMINS, mode="authoritative", overrides=confirm)
        assert MARRIED in cloud.people()

    def test_who_is_taken_out_of_protected_and_of_the_roster_in_one_change_is_not_removed(self, cloud: Cloud) -> None:
        cloud.join(BOSS)
        roster = cloud.roster()
        roster.up(members={**ADMINS, BOSS: "no roles"}, guards={"protected": [BOSS]})
        with pytest.raises(Refused, match="was, when the roster was applied last, protected and would be removed"):
            roster.up(members=ADMINS)
        roster.up(members={**ADMINS, BOSS: "no roles"})
        roster.up(members=ADMINS)
        assert BOSS not in cloud.people()


def test_an_owner_tag_with_the_former_address_keeps_its_owner(cloud: Cloud) -> None:
    cloud.join(BOSS)
    roster = cloud.roster()
    roster.up(members={**ADMINS, BOSS: "no roles"})
    cloud.cloud.add_deployment(cloud.id, "search", tags={"owner": BOSS})
    cloud.cloud.change_email(BOSS, MARRIED)
    roster.up(members={**ADMINS, MARRIED: "no roles"})
    with pytest.raises(Refused, match=f"{MARRIED}: still owns deployment 'search'.*by its owner tag"):
        roster.up(members=ADMINS)
    assert MARRIED in cloud.people()


def test_a_project_whose_status_elastic_cloud_does_not_show_keeps_its_owner(cloud: Cloud) -> None:
    owner = cloud.join(BOSS)
    roster = cloud.roster()
    roster.up(members={**ADMINS, BOSS: "no roles"})
    cloud.cloud.add_project(cloud.id, "soc", "security", owner=owner)
    cloud.emulator.faults.add(Fault(kind="not_found", path="/status$", times=None))
    with pytest.raises(Refused, match="could not be established whether it is being deleted"):
        roster.up(members=ADMINS)
    assert BOSS in cloud.people()


class TestAddressesOfOthers:
    def resources(self, cloud: Cloud, declared: str) -> dict[str, Any]:
        """Alice, an administrator, and Bob, known by one resource or by one each."""
        cloud.join(ALICE, **OWNER)
        cloud.join(BOB, **BILLING)
        if declared == "roster":
            return {"": cloud.roster()}
        return {ALICE: cloud.member(ALICE), BOB: cloud.member(BOB)}

    def up(self, cloud: Cloud, resources: dict[str, Any], roles: dict[str, str], **inputs: Any) -> None:
        with cloud.phase():
            for email, resource in resources.items():
                if email:
                    resource.up_within_a_phase(roles=roles[email], **inputs)
                else:
                    resource.up_within_a_phase(members={**ADMINS, **roles}, **inputs)

    def test_accounts_that_swap_their_addresses_keep_their_roles(self, cloud: Cloud, declared: str) -> None:
        resources = self.resources(cloud, declared)
        roles = {ALICE: "organization-admin", BOB: "billing-admin"}
        self.up(cloud, resources, roles)
        swap(cloud, ALICE, BOB)
        self.up(cloud, resources, roles)
        assert roles_of(cloud, BOB) == ["organization-admin"]
        assert roles_of(cloud, ALICE) == ["billing-admin"]
        with pytest.raises(
            Refused, match=rf"{ALICE}: this address belongs to another account now.*\[changed-account\]"
        ):
            self.up(cloud, resources, {**roles, ALICE: "no roles"})

    def test_who_gets_the_address_of_somebody_who_left_gets_nothing_else(self, cloud: Cloud, declared: str) -> None:
        resources = self.resources(cloud, declared)
        roles = {ALICE: "organization-admin", BOB: "billing-admin"}
        self.up(cloud, resources, roles)
        cloud.cloud.leave(cloud.id, ALICE)
        cloud.cloud.change_email(ALICE, "left@acme.example")
        cloud.join(ALICE)
        with pytest.raises(
            Refused, match=rf"{ALICE}: this address belongs .* is no longer a member \[changed-account\]"
        ):
            self.up(cloud, resources, roles)
        assert roles_of(cloud, ALICE) == []
        confirmed = {ALICE: "changed-account: the new hire has her address, HR-12"}
        self.up(cloud, resources, roles, overrides=confirmed)
        assert roles_of(cloud, ALICE) == ["organization-admin"]
        self.up(cloud, resources, {**roles, ALICE: "billing-admin"})
        assert roles_of(cloud, ALICE) == ["billing-admin"]

    def test_a_refresh_does_not_take_another_account_for_the_known_one(self, cloud: Cloud, declared: str) -> None:
        resources = self.resources(cloud, declared)
        roles = {ALICE: "organization-admin", BOB: "billing-admin"}
        self.up(cloud, resources, roles)
        cloud.cloud.leave(cloud.id, ALICE)
        cloud.cloud.change_email(ALICE, "left@acme.example")
        cloud.join(ALICE)
        for resource in resources.values():
            resource.refresh()
        with pytest.raises(Refused, match=r"\[changed-account\]"):
            self.up(cloud, resources, roles)


class TestOneAccountByTwoAddresses:
    """Boss has married, and the program declares both addresses."""

    TWICE = r"is the account that another resource declares as .* \(user \w+\).*\[same-account\]"

    @pytest.fixture
    def known(self, cloud: Cloud, declared: str) -> Provided:
        """The resource that knows the account by its former address; without roles."""
        cloud.join(BOSS)
        resource = cloud.roster("additive") if declared == "roster" else cloud.member(BOSS)
        resource.up(**self.inputs(declared))
        cloud.cloud.change_email(BOSS, MARRIED)
        return resource

    def inputs(self, declared: str) -> dict[str, Any]:
        return {"members": {BOSS: "no roles"}} if declared == "roster" else {"roles": "no roles"}

    @pytest.mark.parametrize("first", ["former", "present"])
    def test_a_second_resource_for_it_is_refused(
        self, cloud: Cloud, declared: str, known: Provided, first: str
    ) -> None:
        resources = [(known, self.inputs(declared)), (cloud.member(MARRIED), {"roles": "billing-admin"})]
        (one, its), (other, others) = resources if first == "former" else reversed(resources)
        with cloud.phase():
            one.planned_within_a_phase(**its)
            with pytest.raises(Refused, match=self.TWICE):
                other.planned_within_a_phase(**others)
        assert roles_of(cloud, MARRIED) == []

    def test_the_address_of_before_is_taken_out_as_advised_and_then_may_be_somebody_else_s(
        self, cloud: Cloud, declared: str, known: Provided
    ) -> None:
        married = cloud.member(MARRIED)
        with cloud.phase():
            married.up_within_a_phase(roles="billing-admin")
            if declared == "roster":
                known.up_within_a_phase(members={}, managed_elsewhere=MARRIED)
            else:
                known.delete_within_a_phase()
        assert roles_of(cloud, MARRIED) == ["billing-admin"]
        newcomer = cloud.member(BOSS)
        with cloud.phase():
            newcomer.up_within_a_phase(roles="no roles")
            married.up_within_a_phase(roles="billing-admin")
            if declared == "roster":
                known.up_within_a_phase(members={}, managed_elsewhere=f"{BOSS}, {MARRIED}")
        assert cloud.invited() == {BOSS}
        cloud.accept(BOSS)
        with cloud.phase():
            married.up_within_a_phase(roles="billing-admin")
            newcomer.up_within_a_phase(roles="organization-admin")
        assert (roles_of(cloud, MARRIED), roles_of(cloud, BOSS)) == (["billing-admin"], ["organization-admin"])


def test_a_member_s_person_is_left_alone_by_the_roster_under_a_changed_address(cloud: Cloud) -> None:
    cloud.join(BOSS)
    roster, member = cloud.roster(), cloud.member(BOSS)
    with cloud.phase():
        roster.up_within_a_phase(members=ADMINS, managed_elsewhere=BOSS)
        member.up_within_a_phase(roles="no roles")
    cloud.cloud.change_email(BOSS, MARRIED)
    with cloud.phase():
        roster.up_within_a_phase(members={**ADMINS, "new@acme.example": "no roles"}, managed_elsewhere=BOSS)
    assert MARRIED in cloud.people()


def test_user_ids_are_those_of_the_people_of_the_roster() -> None:
    accounts = "u1=boss@acme.example\nu1=boss.married@acme.example\nu2=elsewhere@acme.example"
    assert read_user_ids(accounts, f"{MARRIED}: no roles") == {MARRIED: "u1"}
