"""Roles as the console shows and takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from elastic_cloud_emulator.model import Organization
from elastic_cloud_emulator.roles import (
    ALL,
    ApplicationRoles,
    Role,
    RoleAssignment,
    RoleSet,
    parse_role_assignments,
)

_SECURITY = (
    "admin editor viewer t1-analyst t2-analyst t3-analyst threat-intel-analyst rule-author soc-manager "
    "endpoint-operations-analyst platform-engineer detections-admin endpoint-policy-manager"
)

KNOWN_ROLES: Mapping[str, tuple[str, ...]] = {
    "organization": ("organization-admin", "billing-admin"),
    "deployment": ("deployment-admin", "deployment-editor", "deployment-viewer"),
    "project/elasticsearch": ("elasticsearch-admin", "elasticsearch-developer", "elasticsearch-viewer"),
    "project/observability": ("observability-admin", "observability-editor", "observability-viewer"),
    "project/security": tuple(f"security-{name}" for name in _SECURITY.split()),
}
"""The role ids that Elastic's documentation lists, by kind. The emulator takes others too; the console offers these."""


@dataclass(frozen=True)
class HeldRole:
    """One role on one target, as a line of the console.

    Args:
        role: Its kind and its id.
        target: The id of a deployment or project, or `ALL`.
        where: What the target is called; empty for a role on the organization.
        application_roles: In words; empty for the default ones.
    """

    role: Role
    target: str
    where: str
    application_roles: str

    @property
    def id(self) -> str:
        """The role's id."""
        return self.role[1]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.id, self.where and f"on {self.where}", self.application_roles)))


def held_roles(organization: Organization, roles: RoleSet) -> list[HeldRole]:
    """Return every role on every target, in the order in which the API lists them."""
    return [
        HeldRole(one.role, target, _where(organization, one.role, target), _application_roles(one.application_roles))
        for one in parse_role_assignments(roles.to_json(organization.id), organization.id)
        for target in one.targets
    ]


def targets(organization: Organization, kind: str) -> dict[str, str]:
    """Return the names of what a kind of role can be held on, by id; for a role on the organization there is nothing to choose."""
    if kind == "organization":
        return {}
    if kind == "deployment":
        return {id: deployment.name for id, deployment in organization.deployments.items()}
    return {id: project.name for id, project in organization.projects.items() if kind == f"project/{project.type}"}


def read_role(organization: Organization, text: str, target: str = ALL) -> RoleAssignment:
    """Return the role that a form names.

    Args:
        organization: Where it is held.
        text: The kind and the id, separated by a colon.
        target: The id of a deployment or project, or `ALL`.

    Raises:
        ValueError: The text names no role.
    """
    kind, colon, role_id = text.partition(":")
    if not (kind and colon and role_id):
        raise ValueError("Choose a role.")
    return RoleAssignment((kind, role_id), organization.id, (target,))


def _where(organization: Organization, role: Role, target: str) -> str:
    kind, _ = role
    if kind == "organization":
        return ""
    if target == ALL:
        return "all deployments" if kind == "deployment" else f"all {kind.removeprefix('project/')} projects"
    return targets(organization, kind).get(target, f"{target} (gone)")


def _application_roles(roles: ApplicationRoles) -> str:
    if roles is None:
        return ""
    return f"as {', '.join(roles)}" if roles else "console only"
