"""What users and state depend on: public names, and the class paths and type tokens that state holds."""

from __future__ import annotations

import base64

import pytest
from pulumi.dynamic import Resource, ResourceProvider

import pulumi_elastic_org
from pulumi_elastic_org.dynamic.acceptance import InvitationAcceptance
from pulumi_elastic_org.dynamic.api_key import ApiKey
from pulumi_elastic_org.dynamic.member import Invitation, Member
from pulumi_elastic_org.dynamic.roster import Roster
from pulumi_elastic_org.dynamic.single_sign_on import DomainClaim, IdentityProvider, OrganizationSettings, RoleMappings
from pulumi_elastic_org.dynamic.snapshots import Restore, Snapshot, SnapshotRepository
from pulumi_elastic_org.resources.acceptance_provider import AcceptanceProvider
from pulumi_elastic_org.resources.api_key_provider import ApiKeyProvider
from pulumi_elastic_org.resources.invitation_provider import InvitationProvider
from pulumi_elastic_org.resources.member_provider import MemberProvider
from pulumi_elastic_org.resources.restore_provider import RestoreProvider
from pulumi_elastic_org.resources.roster_provider import RosterProvider
from pulumi_elastic_org.resources.single_sign_on_providers import (
    DomainClaimProvider,
    IdentityProviderProvider,
    OrganizationSettingsProvider,
    RoleMappingsProvider,
)
from pulumi_elastic_org.resources.snapshot_provider import SnapshotProvider
from pulumi_elastic_org.resources.snapshot_repository_provider import SnapshotRepositoryProvider


def test_the_public_names_are_exactly_these() -> None:
    assert sorted(pulumi_elastic_org.__all__) == [
        "ApiKey",
        "DomainClaim",
        "ElasticsearchConnection",
        "Guards",
        "IdentityProvider",
        "Invitation",
        "InvitationAcceptance",
        "Member",
        "OrganizationSettings",
        "Override",
        "Provider",
        "Restore",
        "RoleAssignment",
        "RoleMappings",
        "Roster",
        "Snapshot",
        "SnapshotRepository",
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
    assert InvitationAcceptance._resource_type_name == "dynamic/elastic-org:InvitationAcceptance"
    acceptance = base64.b64decode(serialize_provider(AcceptanceProvider()))
    assert b"pulumi_elastic_org.resources.acceptance_provider" in acceptance
    assert len(acceptance) < 150
    pickled = base64.b64decode(serialize_provider(RosterProvider()))
    assert b"pulumi_elastic_org.resources.roster_provider" in pickled
    assert b"RosterProvider" in pickled
    assert len(pickled) < 150


def test_single_people_are_stored_under_these_names() -> None:
    from pulumi.dynamic.dynamic import serialize_provider

    assert Member._resource_type_name == "dynamic/elastic-org:Member"
    assert Invitation._resource_type_name == "dynamic/elastic-org:Invitation"
    for provider in (MemberProvider(), InvitationProvider()):
        pickled = base64.b64decode(serialize_provider(provider))
        assert provider.__class__.__module__.encode() in pickled
        assert provider.__class__.__name__.encode() in pickled
        assert len(pickled) < 150


@pytest.mark.parametrize(
    ("kind", "provider", "home"),
    [
        (ApiKey, ApiKeyProvider, "api_key_provider"),
        (DomainClaim, DomainClaimProvider, "single_sign_on_providers"),
        (IdentityProvider, IdentityProviderProvider, "single_sign_on_providers"),
        (RoleMappings, RoleMappingsProvider, "single_sign_on_providers"),
        (OrganizationSettings, OrganizationSettingsProvider, "single_sign_on_providers"),
    ],
)
def test_keys_and_single_sign_on_are_stored_under_these_names(
    kind: type[Resource], provider: type[ResourceProvider], home: str
) -> None:
    from pulumi.dynamic.dynamic import serialize_provider

    assert kind._resource_type_name == f"dynamic/elastic-org:{kind.__name__}"
    pickled = base64.b64decode(serialize_provider(provider()))
    assert f"pulumi_elastic_org.resources.{home}".encode() in pickled
    assert provider.__name__.encode() in pickled
    assert len(pickled) < 150


def test_snapshots_are_stored_under_these_names() -> None:
    from pulumi.dynamic.dynamic import serialize_provider

    assert Restore._resource_type_name == "dynamic/elastic-org:Restore"
    assert Snapshot._resource_type_name == "dynamic/elastic-org:Snapshot"
    assert SnapshotRepository._resource_type_name == "dynamic/elastic-org:SnapshotRepository"
    for provider, home in (
        (RestoreProvider(), b"pulumi_elastic_org.resources.restore_provider"),
        (SnapshotProvider(), b"pulumi_elastic_org.resources.snapshot_provider"),
        (SnapshotRepositoryProvider(), b"pulumi_elastic_org.resources.snapshot_repository_provider"),
    ):
        pickled = base64.b64decode(serialize_provider(provider))
        assert home in pickled
        assert provider.__class__.__name__.encode() in pickled
        assert len(pickled) < 150
