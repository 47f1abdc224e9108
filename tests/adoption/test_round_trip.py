"""Applying what import wrote changes nothing, whatever the organization is like."""

from __future__ import annotations

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pulumi_elastic_org.adoption.draft import draft
from pulumi_elastic_org.adoption.yaml_text import yaml_text
from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.ownership import CloudResource, ownership
from pulumi_elastic_org.model.people import Desired, Organization
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.roster_file.editor_schema import roster_schema
from pulumi_elastic_org.roster_file.reading import parse_roster
from tests.adoption.organizations import organizations, resources
from tests.support.builders import NOW

MODES = st.sampled_from(["authoritative", "additive"])


def imported(actual: Organization, found: list[CloudResource], mode: str) -> str:
    return yaml_text(draft(actual, ownership(found, Accounts.of(actual.members)), NOW), mode, "roster.schema.json")


def planned(text: str, actual: Organization) -> Plan:
    read = parse_roster(text)
    return plan(Desired(read.people, read.authoritative, read.max_resends), actual, NOW)


@settings(max_examples=200, deadline=None)
@given(organizations(), resources())
def test_an_additive_roster_of_any_organization_changes_nothing(
    actual: Organization, found: list[CloudResource]
) -> None:
    assert planned(imported(actual, found, "additive"), actual).changes == ()


@settings(max_examples=200, deadline=None)
@given(organizations(expired=False), resources())
def test_an_authoritative_roster_changes_nothing_where_no_invitation_has_expired(
    actual: Organization, found: list[CloudResource]
) -> None:
    assert planned(imported(actual, found, "authoritative"), actual).changes == ()


@settings(max_examples=50, deadline=None)
@given(organizations(), resources(), MODES)
def test_what_is_written_is_what_the_schema_allows_to_any_reader_of_yaml(
    actual: Organization, found: list[CloudResource], mode: str
) -> None:
    document = YAML(typ="safe", pure=True).load(imported(actual, found, mode))
    jsonschema.validate(document, roster_schema())
