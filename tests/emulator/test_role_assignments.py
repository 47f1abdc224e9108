"""How roles add up: per role, per target, and where everything meets named targets."""

from __future__ import annotations

from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.client import ACME, GLOBEX, Client

BOB = "/users/32/role_assignments"


def editor(*ids: str, application_roles: list[str] | None = None) -> dict[str, Any]:
    """The role of an editor on named deployments, or on all."""
    assignment: dict[str, Any] = {"role_id": "deployment-editor", "organization_id": ACME}
    assignment |= {"deployment_ids": list(ids)} if ids else {"all": True}
    if application_roles is not None:
        assignment["application_roles"] = application_roles
    return assignment


def held(admin: Client) -> Any:
    return admin.members()["32"]["role_assignments"]


def add(admin: Client, *assignments: dict[str, Any]) -> None:
    assert admin.post(BOB, {"deployment": list(assignments)}) == {}


def remove(admin: Client, *assignments: dict[str, Any]) -> None:
    assert admin.delete(BOB, {"deployment": list(assignments)}) == {}


def test_named_targets_are_added_and_removed_one_by_one(admin: Client) -> None:
    add(admin, editor("a", "b"))
    add(admin, editor("b", "c"))
    assert held(admin) == {"deployment": [editor("a", "b", "c")]}
    remove(admin, editor("a", "unknown"))
    assert held(admin) == {"deployment": [editor("b", "c")]}
    remove(admin, editor("b", "c"))
    assert held(admin) == {}


def test_all_absorbs_named_targets_and_a_named_target_adds_nothing_to_all(admin: Client) -> None:
    add(admin, editor("a"))
    add(admin, editor())
    add(admin, editor("b"))
    assert held(admin) == {"deployment": [editor()]}


@pytest.mark.parametrize(
    ("before", "taken"), [(editor(), editor("a")), (editor("a", "b"), editor()), (editor(), editor())]
)
def test_removing_where_all_and_named_targets_overlap_cancels_the_role(
    admin: Client, before: dict[str, Any], taken: dict[str, Any]
) -> None:
    add(admin, before)
    remove(admin, taken)
    assert held(admin) == {}


def test_roles_do_not_touch_each_other(admin: Client) -> None:
    viewer = {"role_id": "deployment-viewer", "organization_id": ACME, "all": True}
    add(admin, editor("a"), viewer)
    remove(admin, editor("a"))
    assert held(admin) == {"deployment": [viewer]}


def test_application_roles_are_kept_per_target_and_absent_is_not_empty(admin: Client) -> None:
    add(admin, editor("a"), editor("b", application_roles=[]), editor("c", "d", application_roles=["auditor"]))
    assert held(admin)["deployment"] == [
        editor("a"),
        editor("b", application_roles=[]),
        editor("c", "d", application_roles=["auditor"]),
    ]
    add(admin, editor("a", "b", application_roles=["auditor"]))
    assert held(admin)["deployment"] == [editor("a", "b", "c", "d", application_roles=["auditor"])]


def test_application_roles_do_not_matter_when_a_target_is_removed(admin: Client) -> None:
    add(admin, editor("a", application_roles=["auditor"]))
    remove(admin, editor("a"))
    assert held(admin) == {}


@pytest.mark.parametrize("given", [{}, {"application_roles": []}, {"application_roles": ["auditor"]}])
def test_application_roles_on_the_organization_are_kept_and_absent_is_not_empty(
    admin: Client, given: dict[str, Any]
) -> None:
    roles = {"organization": [{"role_id": "organization-admin", "organization_id": ACME, **given}]}
    admin.post(BOB, roles)
    assert held(admin) == roles
    admin.post(f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"], "role_assignments": roles})
    assert admin.invitations()["cy@acme.example"]["role_assignments"] == roles


@pytest.mark.parametrize("on", [{"all": True, "resource_ids": []}, {"all": False, "resource_ids": ["r", "s"]}])
def test_roles_on_connected_clusters_are_kept_and_have_both_fields(admin: Client, on: dict[str, Any]) -> None:
    roles = {"cloud_connected_resource": [{"role_id": "cloud-connected-admin", "organization_id": ACME, **on}]}
    admin.post(BOB, roles)
    assert held(admin) == roles
    admin.delete(BOB, roles)
    assert held(admin) == {}


def test_kinds_and_roles_that_come_later_are_kept_as_they_are(admin: Client) -> None:
    assignments = {
        "organization": [{"role_id": "a-new-role", "organization_id": ACME}],
        "project": {
            "security": [{"role_id": "security-tier-zero", "organization_id": ACME, "project_ids": ["p"]}],
            "vectordb": [
                {"role_id": "vectordb-admin", "organization_id": ACME, "all": True, "application_roles": ["x"]}
            ],
        },
        "cluster": [{"role_id": "a-newer-kind", "organization_id": ACME, "resource_ids": ["r"]}],
    }
    admin.post(BOB, assignments)
    assert held(admin) == assignments
    admin.delete(BOB, assignments)
    assert held(admin) == {}


@pytest.mark.parametrize(
    "document",
    [
        {"deployment": [{"role_id": "r", "organization_id": ACME}]},
        {"deployment": [{"role_id": "r", "organization_id": ACME, "deployment_ids": []}]},
        {"deployment": [{"role_id": "r", "organization_id": ACME, "all": True, "deployment_ids": ["a"]}]},
        {"deployment": [{"role_id": "r", "all": True}]},
        {"deployment": [{"organization_id": ACME, "all": True}]},
        {"deployment": [{"role_id": "r", "organization_id": ACME, "project_ids": ["a"]}]},
        {"deployment": {"role_id": "r"}},
        {"project": [{"role_id": "r", "organization_id": ACME, "all": True}]},
        {"organization": [{"role_id": "r", "organization_id": ACME, "all": True}]},
        {"cloud_connected_resource": [{"role_id": "r", "organization_id": ACME, "all": True, "resource_ids": ["r"]}]},
    ],
)
def test_assignments_of_another_form_are_refused_and_change_nothing(admin: Client, document: dict[str, Any]) -> None:
    assert admin.refused("POST", BOB, {"organization": [], **document}) == (400, ["root.invalid_data"])
    assert held(admin) == {}


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_only_an_owner_changes_roles_and_only_in_their_organization(admin: Client, member: Client, method: str) -> None:
    refusal = (403, ["role_assignments.unauthorized_role_assignments"])
    assert member.refused(method, BOB, {"deployment": [editor()]}) == refusal
    assert admin.refused(method, BOB, {"deployment": [editor() | {"organization_id": GLOBEX}]}) == refusal


@pytest.mark.parametrize("user_id", ["99", "33", "bob@acme.example"])
def test_roles_of_somebody_who_is_no_member_cannot_be_changed(admin: Client, user_id: str) -> None:
    path = f"/users/{user_id}/role_assignments"
    assert admin.refused("POST", path, {"deployment": [editor()]}) == (400, ["role_assignments.invalid_target_user_id"])


def test_the_console_replaces_all_roles_of_a_member(emulator: Emulator, admin: Client) -> None:
    add(admin, editor())
    emulator.cloud.set_roles("acme", "bob@acme.example", {"organization": [{"role_id": "billing-admin"}]})
    assert held(admin) == {"organization": [{"role_id": "billing-admin", "organization_id": ACME}]}


def test_null_is_no_assignment_of_that_kind(admin: Client) -> None:
    body = {"organization": None, "project": {"security": None}, "deployment": [editor("a")]}
    assert admin.post(BOB, body) == {}
    assert held(admin) == {"deployment": [editor("a")]}
