"""From a preview's steps, of either face: what is let go of, and what the program still declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pulumi_elastic_org.review.leaving import DYNAMIC, PLUGIN, declared, declared_beside_people, kind_of, leaving
from pulumi_embedded.port import Op, Step

Inputs = dict[str, Any]
FACES = pytest.mark.parametrize(
    ("face", "organization"), [(DYNAMIC, "organization_id"), (PLUGIN, "organizationId")], ids=["dynamic", "plugin"]
)


@pytest.fixture
def steps(face: str, organization: str) -> Sequence[Step]:
    def step(op: Op, kind: str, name: str, old: Inputs | None, new: Inputs | None) -> Step:
        return Step(op, name, f"{face}:{kind}", old, new)

    def person(email: str, roles: str = "no roles") -> Inputs:
        return {"email": email, "roles": roles, organization: "acme"}

    def roster(where: str, email: str) -> Inputs:
        return {organization: where, "members": {email: "no roles"}}

    return (
        step("delete", "Member", "deleted", person("ada@acme.io"), None),
        step("replace", "Invitation", "replaced", person("bob@acme.io"), person("Cy@acme.io")),
        step("update", "Member", "updated", person("di@acme.io"), person("di@acme.io", "billing-admin")),
        step("same", "Roster", "roster", None, roster("globex", "Ada@acme.io")),
        step("delete", "Roster", "gone", roster("acme", "eve@acme.io"), None),
        Step("delete", "bucket", "test:storage:Bucket", {}, None),
    )


@FACES
def test_only_deleted_and_replaced_people_leave(steps: Sequence[Step]) -> None:
    without_rosters = [one for one in steps if kind_of(one.type) != "Roster"]
    assert leaving(without_rosters) == ("deleted", "replaced")


@FACES
def test_a_deleted_roster_is_looked_at_where_another_may_take_its_people_over(steps: Sequence[Step]) -> None:
    assert leaving(steps) == ("deleted", "replaced", "gone")
    assert leaving([one for one in steps if one.urn != "roster"]) == ("deleted", "replaced")


@FACES
def test_whom_any_resource_declares_stays_in_that_organization(steps: Sequence[Step]) -> None:
    assert declared(steps) == {("acme", "cy@acme.io"), ("acme", "di@acme.io"), ("globex", "ada@acme.io")}


@pytest.mark.parametrize("face", [DYNAMIC, PLUGIN])
def test_keys_and_single_sign_on_go_and_what_stays_of_it_comes_in_its_order(face: str) -> None:
    steps = [
        Step("delete", "key", f"{face}:ApiKey", {}, None),
        Step("delete", "somebody else's", "elastic:index:RoleMappings", {}, None),
        Step("same", "settings", f"{face}:OrganizationSettings", {}, {}),
        Step("update", "claim", f"{face}:DomainClaim", {}, {}),
        Step("delete", "mappings", f"{face}:RoleMappings", {}, None),
    ]
    assert leaving(steps) == ("key", "mappings")
    assert [one.urn for one in declared_beside_people(steps)] == ["claim", "settings"]
