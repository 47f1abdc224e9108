"""Answers that are newer than this package: fields, kinds of targets, statuses and codes that it does not know."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from elastic_cloud_emulator import ACME, Emulator, Exchange, Fault, Watcher
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from tests.contract import page, scenario
from tests.contract.operations import can_be_judged
from tests.contract.scenario import ADMIN, MEMBER, ORGANIZATION

NEWER_ROLES = {
    "cluster": [{"role_id": "cluster-admin", "organization_id": ORGANIZATION, "cluster_ids": ["c"], "since": 1}]
}
MAPS = ("secrets",)
"""Objects whose names are no fields."""


class Newer(Watcher):
    """Gives every object of every success a field, and every role assignments a kind, that came later."""

    def answered(self, exchange: Exchange) -> None:
        response = exchange.response
        if response is not None and response.is_json and response.status_code < 300:
            response.set_data(json.dumps(newer(response.json)))


def newer(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [newer(one) for one in value]
    if not isinstance(value, dict):
        return value
    known = {key: newer(one, key) for key, one in value.items()}
    if name in ("role_assignments", *MAPS):
        return known | (NEWER_ROLES if name == "role_assignments" else {})
    return known if name == "project" else known | {"a_newer_field": {"nested": [1, None, "x"]}}


def organizations(emulator: Emulator) -> Organizations:
    return Organizations(Session(emulator.endpoint, ADMIN, patience=Patience(sleep=lambda _: None)))


def test_every_call_of_the_client_survives_fields_and_kinds_that_came_later() -> None:
    seen = scenario.play(Newer()).seen
    used = {name for name in page.used_by_the_client() if can_be_judged(name.partition(" ")[2])}
    assert used <= {name for name, one in seen.items() if one.requests}


def test_kinds_that_came_later_change_no_known_role_and_are_kept() -> None:
    with Emulator(ACME) as emulator:
        before = organizations(emulator).read(ORGANIZATION)
        emulator.watchers.append(Newer())
        after = organizations(emulator).read(ORGANIZATION)
    assert [member.grants for member in after.members] == [member.grants for member in before.members]
    assert [member.user_id for member in after.members] == [member.user_id for member in before.members]
    assert all(member.unmodelled["cluster"] == NEWER_ROLES["cluster"] for member in after.members)
    assert len(after.invitations) == len(before.invitations)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 418, 422])
@pytest.mark.parametrize("operation", ["read", "invite", "add_grants", "remove_grants", "remove"])
def test_a_status_or_code_that_came_later_is_an_error_that_shows_the_code(operation: str, status: int) -> None:
    with Emulator(ACME) as emulator:
        emulator.faults.add(Fault(kind="refused", status=status, code="organization.newer", times=None))
        cloud, grants = organizations(emulator), parse_grants("billing-admin")
        calls: dict[str, Callable[[], object]] = {
            "read": lambda: cloud.read(ORGANIZATION),
            "invite": lambda: cloud.invite(ORGANIZATION, ["new@acme.example"], grants),
            "add_grants": lambda: cloud.add_grants(ORGANIZATION, MEMBER, grants),
            "remove_grants": lambda: cloud.remove_grants(ORGANIZATION, MEMBER, grants),
            "remove": lambda: cloud.remove(ORGANIZATION, [MEMBER]),
        }
        try:
            outcome = str(calls[operation]())
        except CloudError as error:
            outcome = str(error)
    assert "organization.newer" in outcome
