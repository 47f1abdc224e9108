"""Roles are compared and changed per single target, and nothing that is not meant is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

ONE, TWO, THREE, FOUR = ("1" * 32, "2" * 32, "3" * 32, "4" * 32)
ADA, BOB = "ada@acme.example", "bob@acme.example"
CONSOLE_ONLY = {"role_id": "organization-admin", "application_roles": []}


def deployment_roles(acme: Acme, email: str = ADA) -> list[dict[str, Any]]:
    roles = acme.people()[email].get("deployment", [])
    return [{key: value for key, value in role.items() if key != "organization_id"} for role in roles]


def test_adding_one_deployment_touches_only_that_one(stack: Stack, acme: Acme) -> None:
    acme.join(ADA, deployment=[{"role_id": "deployment-editor", "all": False, "deployment_ids": [ONE, TWO, THREE]}])
    stack.roster({ADA: [f"deployment-editor on {ONE}, {TWO}, {THREE}"]})
    stack.apply()
    stack.roster({ADA: [f"deployment-editor on {ONE}, {TWO}, {THREE}, {FOUR}"]})
    assert f"~ {ADA}: change roles: + deployment-editor on {FOUR}\n" in text(stack.preview()) + "\n"
    acme.emulator.calls.reset()
    stack.apply()
    counts = acme.emulator.calls.counts()
    assert counts["POST /users/{user_id}/role_assignments"] == 1
    assert counts["DELETE /users/{user_id}/role_assignments"] == 0
    assert set(deployment_roles(acme)[0]["deployment_ids"]) == {ONE, TWO, THREE, FOUR}


def test_a_role_moves_between_all_and_named_targets(stack: Stack, acme: Acme) -> None:
    acme.join(ADA, deployment=[{"role_id": "deployment-editor", "all": True}])
    stack.roster({ADA: [f"deployment-editor on {ONE}", "deployment-viewer on all"]})
    stack.apply()
    roles = {role["role_id"]: role for role in deployment_roles(acme)}
    assert roles["deployment-editor"]["deployment_ids"] == [ONE]
    assert roles["deployment-viewer"]["all"] is True
    stack.roster({ADA: ["deployment-editor on all", "deployment-viewer on all"]})
    stack.apply()
    assert {role["role_id"]: role["all"] for role in deployment_roles(acme)} == {
        "deployment-editor": True,
        "deployment-viewer": True,
    }
    assert not stack.preview().has_changes


def test_changed_application_roles_alone_are_seen_and_applied(stack: Stack, acme: Acme) -> None:
    acme.join(ADA, deployment=[{"role_id": "deployment-viewer", "all": False, "deployment_ids": [ONE]}])
    stack.roster({ADA: [f"deployment-viewer on {ONE} as auditor"]})
    stack.apply()
    assert deployment_roles(acme)[0]["application_roles"] == ["auditor"]
    stack.roster({ADA: [f"deployment-viewer on {ONE} (console only)"]})
    stack.apply()
    assert deployment_roles(acme)[0]["application_roles"] == []
    stack.roster({ADA: [f"deployment-viewer on {ONE}"]})
    stack.apply()
    assert "application_roles" not in deployment_roles(acme)[0]
    assert not stack.preview().has_changes


def test_two_organization_roles_on_one_person_survive(stack: Stack, acme: Acme) -> None:
    acme.join(ADA, organization=[{"role_id": "organization-admin"}, {"role_id": "billing-admin"}])
    stack.roster({ADA: ["billing-admin", "organization-admin"]})
    stack.apply()
    assert {role["role_id"] for role in acme.people()[ADA]["organization"]} == {"organization-admin", "billing-admin"}
    assert not stack.preview().has_changes


def test_an_unknown_role_id_with_its_scope_survives_and_is_warned_about_as_long_as_it_is_declared(
    stack: Stack, acme: Acme
) -> None:
    acme.join(ADA, deployment=[{"role_id": "deployment-night-watch", "all": True}])
    stack.roster({ADA: ["deployment:deployment-night-watch on all"], BOB: ["deployment:day-watch on all"]})
    stack.apply()
    assert deployment_roles(acme)[0]["role_id"] == "deployment-night-watch"
    again = stack.preview()
    assert not again.has_changes
    for person, role in ((ADA, "deployment-night-watch"), (BOB, "day-watch")):
        assert f"{person}: deployment:{role} on all: not among the roles that Elastic has published" in text(again)


def test_a_console_only_owner_who_was_widened_by_hand_is_drift_and_is_narrowed_again(stack: Stack, acme: Acme) -> None:
    stack.roster({ADA: ["organization-admin (console only)"]})
    acme.join(ADA, organization=[CONSOLE_ONLY])
    stack.apply()
    assert not stack.preview().has_changes
    acme.cloud.set_roles(acme.id, ADA, {"organization": [{"role_id": "organization-admin"}]})
    found = stack.refresh(preview_only=True)
    assert found.has_changes
    assert f"~ {ADA}: change roles: - organization-admin; + organization-admin (console only)" in text(stack.preview())
    stack.apply()
    assert acme.people()[ADA]["organization"] == [CONSOLE_ONLY | {"organization_id": acme.id}]
    assert not stack.preview().has_changes


def test_an_expired_console_only_invitation_is_sent_again_as_console_only(stack: Stack, acme: Acme) -> None:
    stack.program(
        f"elastic.Roster('acme', members={{{ADA!r}: [elastic.organization_admin(application_roles=[])], "
        f"{BOB!r}: [elastic.billing_admin(['auditor'])]}}, mode='additive')\n"
    )
    stack.apply()
    first = {invitation.token for invitation in acme.cloud.organization(acme.id).invitations.values()}
    acme.emulator.clock.advance(timedelta(hours=73))
    stack.apply()
    sent = acme.cloud.organization(acme.id).invitations.values()
    assert not first & {invitation.token for invitation in sent}
    assert {one.email: one.roles.to_json(acme.id)["organization"] for one in sent} == {
        ADA: [CONSOLE_ONLY | {"organization_id": acme.id}],
        BOB: [{"role_id": "billing-admin", "organization_id": acme.id, "application_roles": ["auditor"]}],
    }


def test_the_last_administrator_keeps_the_role_while_its_form_would_be_exchanged(stack: Stack, acme: Acme) -> None:
    stack.roster({ADMIN: ["organization-admin (console only)"], SECOND_ADMIN: ["organization-admin (console only)"]})
    result = stack.up()
    assert not result.succeeded
    assert "nobody else holds it meanwhile [last-admin]" in text(result)
    assert not any(call.method in {"POST", "DELETE"} for call in acme.emulator.calls.all())


def test_a_kind_of_assignment_that_is_not_modelled_is_reported_and_left_alone(stack: Stack, acme: Acme) -> None:
    acme.join(
        ADA,
        cloud_connected_resource=[{"role_id": "cloud-connected-admin", "all": True}],
        organization=[{"role_id": "billing-admin"}],
    )
    before = acme.people()[ADA]["cloud_connected_resource"]
    stack.roster({ADA: []})
    assert "left alone: cloud_connected_resource (cloud-connected-admin)" in text(stack.preview())
    stack.apply()
    assert acme.people()[ADA]["cloud_connected_resource"] == before
    assert not acme.people()[ADA].get("organization")


def test_ids_of_deployments_that_do_not_exist_yet_make_one_person_unknown_and_nobody_else(
    stack: Stack, acme: Acme
) -> None:
    acme.join(ADA)
    acme.join("bob@acme.example", organization=[{"role_id": "billing-admin"}])
    stack.program(
        f"""
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Deployments(ResourceProvider):
    def create(self, props):
        return CreateResult({ONE!r}, {{}})

class Deployment(Resource):
    def __init__(self, name):
        super().__init__(Deployments(), name, {{}})

search = Deployment("search")
elastic.Roster("acme", mode="authoritative", members={{
    "root@acme.example": [elastic.organization_admin()],
    "second@acme.example": [elastic.organization_admin()],
    "ada@acme.example": [elastic.deployment("editor", on=[search.id]), elastic.billing_admin()],
    "bob@acme.example": [],
}})
"""
    )
    result = stack.preview()
    assert result.succeeded, text(result)
    assert "ada@acme.example: roles are known once the deployments or projects that they name exist" in text(result)
    assert "bob@acme.example: change roles: - billing-admin" in text(result)
    assert "- ada" not in text(result)
    stack.apply()
    assert deployment_roles(acme)[0]["deployment_ids"] == [ONE]
    assert not stack.preview().has_changes
