"""What cannot be is refused when it is checked, all of it at once: where it is, what is wrong, and what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import write
from tests.support.acme import ADMIN
from tests.support.cli_project import Resource, YamlProject, lacks
from tests.support.plugin import Plugin, new_urn
from tests.support.provided import Cloud

ROSTER = {"mode": "authoritative", "members": {ADMIN: ["organization-admin"]}}


def refused(cloud: Cloud, kind: str, urn: str = "", **written: Any) -> list[str]:
    """What the check of a resource says, with a program's own spelling of everything."""
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        request = provider_pb2.CheckRequest(urn=urn or new_urn(kind), type=token(kind), news=write(written))
        failures = plugin.stub.Check(request).failures
    # The engine prints the whole value of a property that is named, secrets in clear.
    assert all(not one.property for one in failures)
    return [one.reason for one in failures]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"members": {"bob@x.io": ["billing-admin", "bling-admin"]}},
            [
                "members[\"bob@x.io\"][1]: cannot read 'bling-admin' at character 1: 'bling-admin' is not a known role; "
                "did you mean 'billing-admin'?"
            ],
        ),
        ({"members": {"bob@x.io": [3]}}, ['members["bob@x.io"][0]: is text such as "billing-admin", not 3']),
        (
            {"members": {"bob@x.io": {"role": "billing-admin"}}},
            ['members["bob@x.io"]: is text such as "billing-admin", not of type dict'],
        ),
        (
            {"members": ["bob@x.io"]},
            ['members: must be a map such as {"ada@acme.example": ["billing-admin"]}, not of type list'],
        ),
        (
            {"members": {"bob@x.io": [], "BOB@x.io": []}},
            ['members["bob@x.io"]: is the same address as BOB@x.io; keep one of them'],
        ),
        ({"membres": {}}, ["membres: there is no such property; did you mean members?"]),
        ({"guards": {"minAdmin": 2}}, ["guards.minAdmin: there is no such property; did you mean minAdmins?"]),
        (
            {"singleSignOn": "ada@acme.example"},
            ["singleSignOn: must be a list such as [\"ada@acme.example\"], not 'ada@acme.example'"],
        ),
        (
            {"singleSignOn": ["ada"]},
            ["singleSignOn[0]: 'ada' is not an e-mail address: it needs one '@'; write it as name@example.com"],
        ),
    ],
)
def test_each_mistake_is_told_with_its_place(cloud: Cloud, written: dict[str, Any], expected: list[str]) -> None:
    assert refused(cloud, "Roster", **{**ROSTER, **written}) == expected


def test_all_mistakes_are_told_at_once(cloud: Cloud) -> None:
    told = refused(cloud, "Roster", mode="authoritative", members={"bob": ["x"], "eve@x.io": [1]}, expires=1)
    places = [one.partition(": ")[0] for one in told]
    assert places == ["expires", "members.bob", "members.bob[0]", 'members["eve@x.io"][0]']


def test_types_and_choices_are_told_with_the_names_of_the_language(cloud: Cloud) -> None:
    [told] = refused(
        cloud, "Roster", mode="strict", members={}, maxResends="often", guards={"refuseUnknownOwners": "yes"}
    )
    assert "mode: must be 'authoritative' or 'additive', not 'strict'" in told
    assert "maxResends: must be a whole number, 0 or more, not 'often'" in told
    assert "guards.refuseUnknownOwners: must be true or false, not 'yes'" in told


def test_a_member_without_an_address_or_roles_is_refused(cloud: Cloud) -> None:
    told = "\n".join(refused(cloud, "Member"))
    assert "email: is missing" in told
    assert "roles: is missing" in told


def test_another_organization_is_refused(cloud: Cloud) -> None:
    [told] = refused(cloud, "Roster", mode="additive", members={}, organizationId="1")
    assert f"this roster belongs to organization 1, but the API key leads to {cloud.id}: nothing was changed" in told


def test_nobody_is_managed_by_two_resources(cloud: Cloud) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        people = {"email": ADMIN, "roles": ["organization-admin"]}
        first = provider_pb2.CheckRequest(urn=new_urn("Member", "root"), type=token("Member"), news=write(people))
        again = provider_pb2.CheckRequest(urn=new_urn("Roster", "acme"), type=token("Roster"), news=write(ROSTER))
        assert not plugin.stub.Check(first).failures
        assert not plugin.stub.Check(first).failures  # a replacement is checked twice
        [failure] = plugin.stub.Check(again).failures
    assert failure.reason == f"members[\"{ADMIN}\"]: {ADMIN} is managed by Member 'root' already; keep one of the two"


def test_what_a_preview_cannot_know_and_needs_is_told_by_its_name(cloud: Cloud, tmp_path: Path) -> None:
    if missing := lacks("yaml"):
        pytest.skip(missing)
    project = YamlProject(tmp_path / "people", cloud)
    key = Resource("ApiKey", {"description": "a key", "roles": "billing-admin"})
    project.program({"key": key, "acme": Resource("Roster", {**ROSTER, "expiresIn": "${key.keyId}"})})
    said = project.preview()
    assert said.code != 0
    assert "expiresIn: is only known after another resource exists, and a preview needs it: give it here" in said.text
