"""Roles that an earlier version stored without their scope mean the same, and change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_elastic_org.kinds.declaration import drift
from pulumi_elastic_org.model.people import write_people
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.provided import Cloud

ADA = "ada@acme.example"
STORED, NOW = "deployment-night-watch on all", "deployment:deployment-night-watch on all"
ADMINS = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin"}


def roster_state(cloud: Cloud, roles: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A roster as an earlier version left it: its kind, its inputs, its outputs."""
    members = {**ADMINS, ADA: roles}
    inputs = {"members": members, "mode": "authoritative", "organization_id": cloud.id}
    return "Roster", inputs, {**inputs, "applied": write_people(members)}


def member_state(cloud: Cloud, roles: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A member as an earlier version left it."""
    inputs = {"email": ADA, "roles": roles, "organization_id": cloud.id}
    return "Member", inputs, {**inputs, "applied": roles}


@pytest.mark.parametrize("left", [roster_state, member_state])
def test_what_is_declared_with_the_scope_now_is_no_change(cloud: Cloud, left: Any) -> None:
    cloud.join(ADA, deployment=[{"role_id": "deployment-night-watch", "all": True}])
    _, before, outputs = left(cloud, STORED)
    kind, after, _ = left(cloud, NOW)
    with cloud.phase():
        provider = cloud.driver(kind)
        checked = provider.check(before, after)
        assert "drift" not in checked.inputs
        assert not provider.diff(cloud.id, outputs, checked.inputs).changes


@pytest.mark.parametrize("left", [roster_state, member_state])
def test_a_refresh_finds_no_drift(cloud: Cloud, left: Any) -> None:
    cloud.join(ADA, deployment=[{"role_id": "deployment-night-watch", "all": True}])
    kind, inputs, outputs = left(cloud, STORED)
    with cloud.phase():
        provider = cloud.driver(kind)
        found = provider.read(cloud.id, outputs)
        assert found.outs is not None
        assert found.inputs is not None
        assert not provider.diff(cloud.id, found.outs, inputs).changes
    assert not found.outs.get("drift")
    assert {key: found.inputs[key] for key in ("members", "roles") if key in inputs} == {
        key: inputs[key] for key in ("members", "roles") if key in inputs
    }


def test_what_is_live_in_the_stored_words_is_no_drift_beside_another_change() -> None:
    olds = {"members": {ADA: STORED}}
    assert drift(olds, {"members": {ADA: "no roles"}, "mode": "authoritative"}, {ADA: NOW}) == {}
