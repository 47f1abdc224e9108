"""Membership of an Elastic Cloud organization as code, for Pulumi."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_elastic_org.dynamic.acceptance import InvitationAcceptance
    from pulumi_elastic_org.dynamic.api_key import ApiKey
    from pulumi_elastic_org.dynamic.explicit_provider import Provider
    from pulumi_elastic_org.dynamic.member import Invitation, Member
    from pulumi_elastic_org.dynamic.roles import (
        RoleAssignment,
        billing_admin,
        deployment,
        elasticsearch,
        observability,
        organization_admin,
        project,
        security,
    )
    from pulumi_elastic_org.dynamic.roster import Roster
    from pulumi_elastic_org.dynamic.single_sign_on import (
        DomainClaim,
        IdentityProvider,
        OrganizationSettings,
        RoleMappings,
    )
    from pulumi_elastic_org.dynamic.snapshots import ElasticsearchConnection, Restore, Snapshot, SnapshotRepository
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
    "ElasticsearchConnection": "dynamic.snapshots",
    "Guards": "model.guard_settings",
    "IdentityProvider": "dynamic.single_sign_on",
    "Invitation": "dynamic.member",
    "InvitationAcceptance": "dynamic.acceptance",
    "Member": "dynamic.member",
    "OrganizationSettings": "dynamic.single_sign_on",
    "Override": "model.guard_settings",
    "Provider": "dynamic.explicit_provider",
    "Restore": "dynamic.snapshots",
    "RoleMappings": "dynamic.single_sign_on",
    "Roster": "dynamic.roster",
    "Snapshot": "dynamic.snapshots",
    "SnapshotRepository": "dynamic.snapshots",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used: the command and the emulator start without loading Pulumi's SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'dynamic.roles')}"), name)
    globals()[name] = value
    return value
