"""Membership of an Elastic Cloud organization as code, for Pulumi."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from pulumi_elastic_org.resources.provider import Provider
    from pulumi_elastic_org.resources.roster import Roster
    from pulumi_elastic_org.roster.verdicts import Guards, Override

__all__ = [
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

_HOMES = {
    "Guards": "roster.verdicts",
    "Override": "roster.verdicts",
    "Provider": "resources.provider",
    "Roster": "resources.roster",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used: the command and the emulator start without loading Pulumi's SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'resources.assignments')}"), name)
    globals()[name] = value
    return value
