"""Role assignments as the API writes them, and as grants."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.cloud.models import read_assignments, write_assignments
from pulumi_elastic_org.model.grants import Grant

ORG = "2871506934"
ADMIN = {"role_id": "organization-admin", "organization_id": ORG}

names = st.text(min_size=1, max_size=8)
application_roles = st.none() | st.frozensets(names, max_size=3).map(lambda roles: tuple(sorted(roles)))
organization_grants = st.builds(Grant, st.just("organization"), names, st.none(), application_roles)
scopes = st.sampled_from(["deployment", "elasticsearch", "security", "observability", "a-new-type"])
targeted_grants = st.builds(Grant, scopes, names, st.none() | names, application_roles)


@given(st.frozensets(organization_grants | targeted_grants))
def test_grants_survive_the_way_to_json_and_back(grants: frozenset[Grant]) -> None:
    sent = json.loads(json.dumps(write_assignments(grants, ORG)))
    assert read_assignments(sent, ORG) == (grants, {})


@given(st.frozensets(targeted_grants))
def test_an_assignment_is_for_all_or_for_named_targets_and_never_both(grants: frozenset[Grant]) -> None:
    written = write_assignments(grants, ORG)
    for entry in [*written.get("deployment", []), *chain.from_iterable(written.get("project", {}).values())]:
        named = entry.get("deployment_ids", entry.get("project_ids"))
        assert entry["all"] == (named is None)
        assert named is None or named


def test_targets_of_one_role_are_one_assignment_in_a_stable_order() -> None:
    grants = {Grant("deployment", "deployment-editor", target) for target in ("c", "a", "b")}
    assert write_assignments(grants, ORG) == {
        "deployment": [
            {"role_id": "deployment-editor", "organization_id": ORG, "all": False, "deployment_ids": ["a", "b", "c"]}
        ]
    }


VIEWER = {"role_id": "deployment-viewer", "organization_id": ORG, "all": True}


@pytest.mark.parametrize(("kind", "entry"), [("deployment", VIEWER), ("organization", ADMIN)])
def test_absent_and_empty_application_roles_stay_apart(kind: str, entry: dict[str, Any]) -> None:
    raw = {kind: [entry | {"application_roles": None}, entry | {"application_roles": []}]}
    grants, unmodelled = read_assignments(raw, ORG)
    assert {grant.application_roles for grant in grants} == {None, ()}
    assert unmodelled == {}
    written = write_assignments(grants, ORG)[kind]
    assert [entry.get("application_roles", "absent") for entry in written] == ["absent", []]


def test_application_roles_are_sorted() -> None:
    entry = {"role_id": "security-viewer", "all": True, "application_roles": ["soc", "a", "soc"]}
    grants, _ = read_assignments({"project": {"security": [entry]}}, ORG)
    assert grants == {Grant("security", "security-viewer", None, ("a", "soc"))}


def test_a_type_of_project_that_is_new_is_modelled_by_its_name() -> None:
    raw = {"project": {"vector": [{"role_id": "vector-admin", "project_ids": ["v1"]}]}}
    assert read_assignments(raw, ORG) == (frozenset({Grant("vector", "vector-admin", "v1")}), {})


@pytest.mark.parametrize("raw", [None, {}, {"organization": None, "deployment": [], "project": None}, {"project": {}}])
def test_nothing_in_any_form_is_no_grants(raw: Any) -> None:
    assert read_assignments(raw, ORG) == (frozenset(), {})


@pytest.mark.parametrize(
    "unmodelled",
    [
        {"platform": [{"role_id": "platform-admin"}]},
        {"connected_cluster": [{"role_id": "cluster-admin", "all": True}]},
        {"organization": [{"role_id": "organization-admin", "organization_id": "another"}]},
        {"organization": [{"role_id": None}]},
        {"deployment": ["a text"]},
        {"deployment": [{"role_id": "deployment-viewer", "organization_id": ORG}]},
        {"deployment": [{"role_id": "deployment-viewer", "deployment_ids": []}]},
        {"deployment": [{"role_id": "deployment-viewer", "deployment_ids": "d1"}]},
        {"deployment": [{"role_id": "deployment-viewer", "deployment_ids": [1]}]},
        {"deployment": [{"role_id": "deployment-viewer", "all": True, "application_roles": "soc"}]},
        {"deployment": {"role_id": "deployment-viewer"}},
        {"project": {"security": "everything"}},
        {"project": {"deployment": [{"role_id": "deployment-viewer", "all": True}]}},
        {"project": ["a list"]},
        {"roles": "in another form"},
    ],
    ids=lambda raw: json.dumps(raw)[:60],
)
def test_what_is_not_modelled_is_kept_as_it_came_beside_what_is(unmodelled: dict[str, Any]) -> None:
    raw = json.loads(json.dumps(unmodelled))
    if isinstance(raw.setdefault("organization", []), list):
        raw["organization"].append(ADMIN)
    grants, kept = read_assignments(raw, ORG)
    assert grants == {Grant("organization", "organization-admin")}
    assert kept == unmodelled


def test_what_is_not_modelled_is_sent_along_with_what_is() -> None:
    unmodelled = {
        "platform": [{"role_id": "p"}],
        "organization": [{"role_id": "x", "organization_id": "another"}],
        "project": {"security": [{"role_id": "s"}], "new": {"a": 1}},
    }
    grants = frozenset({Grant("organization", "organization-admin"), Grant("security", "security-admin")})
    written = write_assignments(grants, ORG, unmodelled)
    assert written["platform"] == unmodelled["platform"]
    assert written["organization"] == [ADMIN, {"role_id": "x", "organization_id": "another"}]
    assert [entry["role_id"] for entry in written["project"]["security"]] == ["security-admin", "s"]
    assert read_assignments(written, ORG) == (grants, unmodelled)


def test_surplus_fields_of_an_assignment_do_not_hide_it() -> None:
    entry = {"role_id": "deployment-viewer", "all": True, "deployment_ids": None, "shown_as": "Viewer"}
    assert read_assignments({"deployment": [entry]}, ORG)[0] == {Grant("deployment", "deployment-viewer")}
