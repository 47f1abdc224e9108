"""From a preview's steps: who is let go of, and whom the program still declares."""

from __future__ import annotations

from typing import Any

from pulumi_elastic_org.engine import Step
from pulumi_elastic_org.review.leaving import INVITATION_TYPE, MEMBER_TYPE, ROSTER_TYPE, declared, leaving, signing_on
from pulumi_embedded.port import Op

DYNAMIC = "pulumi-python:dynamic/elastic-org:"

Inputs = dict[str, Any]


def step(op: Op, kind: str, name: str, old: Inputs | None, new: Inputs | None) -> Step:
    return Step(op, name, kind, old, new)


def person(email: str, roles: str = "no roles") -> Inputs:
    return {"email": email, "roles": roles, "organization_id": "acme"}


STEPS = [
    step("delete", MEMBER_TYPE, "deleted", person("ada@acme.io"), None),
    step("replace", INVITATION_TYPE, "replaced", person("bob@acme.io"), person("Cy@acme.io")),
    step("update", MEMBER_TYPE, "updated", person("di@acme.io"), person("di@acme.io", "billing-admin")),
    step("same", ROSTER_TYPE, "roster", None, {"organization_id": "globex", "members": {"Ada@acme.io": "no roles"}}),
    step("delete", ROSTER_TYPE, "gone", {"organization_id": "acme", "members": {"eve@acme.io": "no roles"}}, None),
    step("delete", "test:storage:Bucket", "bucket", {}, None),
]


def test_only_deleted_and_replaced_people_leave() -> None:
    without_rosters = [one for one in STEPS if one.type != ROSTER_TYPE]
    assert leaving(without_rosters) == ("deleted", "replaced")


def test_a_deleted_roster_is_looked_at_where_another_may_take_its_people_over() -> None:
    assert leaving(STEPS) == ("deleted", "replaced", "gone")
    assert leaving([one for one in STEPS if one.urn != "roster"]) == ("deleted", "replaced")


def test_keys_and_single_sign_on_go_and_what_stays_of_it_comes_in_its_order() -> None:
    steps = [
        step("delete", f"{DYNAMIC}ApiKey", "key", {}, None),
        step("delete", "elastic:index:RoleMappings", "somebody else's", {}, None),
        step("same", f"{DYNAMIC}OrganizationSettings", "settings", {}, {}),
        step("update", f"{DYNAMIC}DomainClaim", "claim", {}, {}),
        step("delete", f"{DYNAMIC}RoleMappings", "mappings", {}, None),
    ]
    assert leaving(steps) == ("key", "mappings")
    assert [one.urn for one in signing_on(steps)] == ["claim", "settings"]


def test_whom_any_resource_declares_stays_in_that_organization() -> None:
    assert declared(STEPS) == {("acme", "cy@acme.io"), ("acme", "di@acme.io"), ("globex", "ada@acme.io")}
