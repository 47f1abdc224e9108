"""What users and state depend on: public names, and the class paths and type tokens that state holds."""

from __future__ import annotations

import base64

import pulumi_elastic_org
from pulumi_elastic_org.resources.roster import Roster
from pulumi_elastic_org.resources.roster_provider import RosterProvider


def test_the_public_names_are_exactly_these() -> None:
    assert sorted(pulumi_elastic_org.__all__) == [
        "Guards",
        "Override",
        "Provider",
        "RoleAssignment",
        "Roster",
        "billing_admin",
        "deployment",
        "elasticsearch",
        "observability",
        "organization_admin",
        "project",
        "security",
    ]
    for name in pulumi_elastic_org.__all__:
        assert getattr(pulumi_elastic_org, name).__name__ in {name, "Guards"}


def test_class_paths_and_type_tokens_stay_what_state_says() -> None:
    from pulumi.dynamic.dynamic import serialize_provider

    assert Roster._resource_type_name == "dynamic/elastic-org:Roster"
    pickled = base64.b64decode(serialize_provider(RosterProvider()))
    assert b"pulumi_elastic_org.resources.roster_provider" in pickled
    assert b"RosterProvider" in pickled
    assert len(pickled) < 150
