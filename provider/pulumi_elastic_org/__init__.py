"""Membership of an Elastic Cloud organization as code, for Pulumi."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_elastic_org.model.verdicts import Guards, Override
    from pulumi_elastic_org.resources.acceptance import InvitationAcceptance
    from pulumi_elastic_org.resources.assignments import (
        RoleAssignment,
        billing_admin,
        deployment,
        elasticsearch,
        observability,
        organization_admin,
        project,
        security,
    )
    from pulumi_elastic_org.resources.elasticsearch_connection import ElasticsearchConnection
    from pulumi_elastic_org.resources.invitation import Invitation
    from pulumi_elastic_org.resources.member import Member
    from pulumi_elastic_org.resources.provider import Provider
    from pulumi_elastic_org.resources.restore import Restore
    from pulumi_elastic_org.resources.roster import Roster
    from pulumi_elastic_org.resources.snapshot import Snapshot
    from pulumi_elastic_org.resources.snapshot_repository import SnapshotRepository

__all__ = [
    "ElasticsearchConnection",
    "Guards",
    "Invitation",
    "InvitationAcceptance",
    "Member",
    "Override",
    "Provider",
    "Restore",
    "RoleAssignment",
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
    "ElasticsearchConnection": "resources.elasticsearch_connection",
    "Guards": "model.verdicts",
    "Invitation": "resources.invitation",
    "InvitationAcceptance": "resources.acceptance",
    "Member": "resources.member",
    "Override": "model.verdicts",
    "Provider": "resources.provider",
    "Restore": "resources.restore",
    "Roster": "resources.roster",
    "Snapshot": "resources.snapshot",
    "SnapshotRepository": "resources.snapshot_repository",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used: the command and the emulator start without loading Pulumi's SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'resources.assignments')}"), name)
    globals()[name] = value
    return value
