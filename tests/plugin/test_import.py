"""What is there already is imported by its id, and the program that Pulumi prints of it changes nothing."""

from __future__ import annotations

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.plugin import PluginFace, Told
from tests.support.provided import Cloud

BEA = "bea@acme.example"


def test_a_roster_is_imported_by_the_id_of_the_organization(cloud: Cloud) -> None:
    bea = cloud.join(BEA, deployment=[{"role_id": "deployment-viewer", "all": True}])
    with cloud.phase():
        roster = cloud.driver("Roster")
        found = roster.read(cloud.id, {})
        assert (found.inputs, found.outs) != (None, None)
        assert found.inputs == {
            "members": {
                ADMIN: "organization-admin",
                BEA: "deployment-viewer on all",
                SECOND_ADMIN: "organization-admin",
            },
            "mode": "authoritative",
            "organization_id": cloud.id,
        }
        checked = roster.check(found.inputs or {}, found.inputs or {})
        assert not checked.failures
        assert not roster.diff(cloud.id, found.outs or {}, checked.inputs).changes
    assert f"{bea}={BEA}" in (found.outs or {})["accounts"]


def test_whoever_was_imported_is_managed_and_may_be_taken_out(cloud: Cloud) -> None:
    cloud.join(BEA)
    with cloud.phase():
        roster = cloud.driver("Roster")
        found = roster.read(cloud.id, {})
    with cloud.phase():
        roster = cloud.driver("Roster")
        without = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}
        checked = roster.check(found.inputs or {}, {**(found.inputs or {}), "members": without})
        assert roster.diff(cloud.id, found.outs or {}, checked.inputs).changes
        roster.update(cloud.id, found.outs or {}, checked.inputs)
    assert BEA not in cloud.people()


def test_a_member_is_imported_by_organization_and_address(cloud: Cloud) -> None:
    user_id = cloud.join(BEA, organization=[{"role_id": "billing-admin"}])
    with cloud.phase():
        member = cloud.driver("Member")
        found = member.read(f"{cloud.id}/{BEA}", {})
        assert found.inputs == {"email": BEA, "organization_id": cloud.id, "roles": "billing-admin"}
        assert found.outs is not None
        assert (found.outs["user_id"], found.outs["status"]) == (user_id, "member")
        checked = member.check(found.inputs, found.inputs)
        assert not member.diff(f"{cloud.id}/{BEA}", found.outs, checked.inputs).changes


def test_hundreds_of_members_are_imported_with_one_look(cloud: Cloud) -> None:
    people = [f"person{number}@acme.example" for number in range(200)]
    for email in people:
        cloud.join(email)
    cloud.emulator.calls.reset()
    with cloud.phase():
        found = [cloud.driver("Member").read(f"{cloud.id}/{email}", {}) for email in people]
    assert [one.inputs["email"] for one in found if one.inputs] == people
    assert len(cloud.emulator.calls.all()) <= 3


def test_who_is_not_there_is_not_imported(cloud: Cloud) -> None:
    with cloud.phase():
        assert cloud.driver("Member").read(f"{cloud.id}/{BEA}", {}).id == ""


@pytest.mark.parametrize(
    ("kind", "id_", "told"),
    [
        (
            "Member",
            "bea",
            "a member is imported by ORGANIZATION_ID/ADDRESS, such as 2871506934/bea@acme.example, not by 'bea'",
        ),
        ("Member", f"77/{BEA}", "this member belongs to organization 77, but the API key leads to"),
        ("Roster", "77", "this roster belongs to organization 77"),
        ("RoleMappings", "77", "this role mappings belongs to organization 77"),
        ("IdentityProvider", "77", "this identity provider belongs to organization 77"),
        ("OrganizationSettings", "77", "this organization's settings belongs to organization 77"),
        ("DomainClaim", "77/acme.example", "this domain claim belongs to organization 77"),
        ("InvitationAcceptance", "77/u1", "a resource InvitationAcceptance is not imported: declare it"),
    ],
)
def test_an_id_that_is_none_is_refused(cloud: Cloud, kind: str, id_: str, told: str) -> None:
    with cloud.phase():
        driver = cloud.driver(kind)
        assert isinstance(driver, PluginFace)
        with pytest.raises(Told, match=told):
            driver.read(id_, {})
