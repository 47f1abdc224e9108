"""What is no role is told with the role that was probably meant."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.dynamic.roles import RoleAssignment, RoleError, deployment, organization_admin, project
from pulumi_elastic_org.model.grants import nearest_role, unknown_role_message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("organization-owner", "organization-admin"),
        ("Organization-Owner", "organization-admin"),
        ("Billing-Admin", "billing-admin"),
        ("biling-admin", "billing-admin"),
        ("deployment-viewr", "deployment-viewer"),
        ("security-t4-analyst", "security-t3-analyst"),
    ],
)
def test_the_nearest_role_is_named(written: str, meant: str) -> None:
    assert f"'{written}' is not a known role; did you mean '{meant}'?" in unknown_role_message(written)


def test_what_begins_with_a_scope_may_be_newer_and_the_message_says_how_to_write_it() -> None:
    assert "'organization:organization-auditor'" in unknown_role_message("organization-auditor")
    assert nearest_role("xyz", ["billing-admin"]) is None
    assert unknown_role_message("deployment-0123456789") == (
        "'deployment-0123456789' is not a known role; "
        "a role newer than this package is written with its scope, as in 'deployment:deployment-0123456789'"
    )


@pytest.mark.parametrize(
    ("role", "message"),
    [
        (
            "edtor",
            "'edtor' is not a known role of the scope deployment; did you mean 'editor'? "
            "a role newer than this package is written with its scope, as in 'deployment:deployment-edtor'",
        ),
        (
            "deployment-0123456789",
            "'deployment-0123456789' is not a known role of the scope deployment; "
            "a role newer than this package is written with its scope, as in 'deployment:deployment-0123456789'",
        ),
    ],
)
def test_a_function_takes_no_role_that_the_scope_does_not_have(role: str, message: str) -> None:
    with pytest.raises(RoleError) as caught:
        deployment(role)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("made", "role_id"),
    [
        (deployment("editor"), "deployment-editor"),
        (deployment("deployment-editor"), "deployment-editor"),
        (deployment("deployment:night-watch"), "night-watch"),
        (project("vectordb", "viewer"), "vectordb-viewer"),
        (project("vectordb", "vectordb-viewer"), "vectordb-viewer"),
        (project("vectordb", "vectordb:reader"), "reader"),
        (organization_admin(), "organization-admin"),
    ],
)
def test_a_function_takes_known_roles_and_newer_ones_with_their_scope(made: RoleAssignment, role_id: str) -> None:
    assert made.role_id == role_id
