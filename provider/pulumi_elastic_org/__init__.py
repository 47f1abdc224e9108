"""Membership of an Elastic Cloud organization as code, for Pulumi."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_elastic_org.dynamic.acceptance import InvitationAcceptance
    from pulumi_elastic_org.dynamic.api_key import ApiKey
    from pulumi_elastic_org.dynamic.assignments import (
        RoleAssignment,
        billing_admin,
        deployment,
        elasticsearch,
        observability,
        organization_admin,
        project,
        security,
    )
    from pulumi_elastic_org.dynamic.elasticsearch_connection import ElasticsearchConnection
    from pulumi_elastic_org.dynamic.explicit_provider import Provider
    from pulumi_elastic_org.dynamic.invitation import Invitation
    from pulumi_elastic_org.dynamic.member import Member
    from pulumi_elastic_org.dynamic.restore import Restore
    from pulumi_elastic_org.dynamic.roster import Roster
    from pulumi_elastic_org.dynamic.single_sign_on import (
        DomainClaim,
        IdentityProvider,
        OrganizationSettings,
        RoleMappings,
    )
    from pulumi_elastic_org.dynamic.snapshot import Snapshot
    from pulumi_elastic_org.dynamic.snapshot_repository import SnapshotRepository
    from pulumi_elastic_org.model.guard_settings import Guards, Override

__all__ = [
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

_HOMES = {
    "ApiKey": "dynamic.api_key",
    "DomainClaim": "dynamic.single_sign_on",
    "ElasticsearchConnection": "dynamic.elasticsearch_connection",
    "Guards": "model.guard_settings",
    "IdentityProvider": "dynamic.single_sign_on",
    "Invitation": "dynamic.invitation",
    "InvitationAcceptance": "dynamic.acceptance",
    "Member": "dynamic.member",
    "OrganizationSettings": "dynamic.single_sign_on",
    "Override": "model.guard_settings",
    "Provider": "dynamic.explicit_provider",
    "Restore": "dynamic.restore",
    "RoleMappings": "dynamic.single_sign_on",
    "Roster": "dynamic.roster",
    "Snapshot": "dynamic.snapshot",
    "SnapshotRepository": "dynamic.snapshot_repository",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used: the command and the emulator start without loading Pulumi's SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'dynamic.assignments')}"), name)
    globals()[name] = value
    return value
