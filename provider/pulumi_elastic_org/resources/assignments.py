"""Role assignments as a program writes them: one role on targets that may be outputs of other resources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi

from pulumi_elastic_org.roster.grants import DEPLOYMENT, ORGANIZATION, ORGANIZATION_ADMIN, Grant, Grants, implied_scope

Targets = Literal["all"] | Sequence[pulumi.Input[str]]


class RoleError(pulumi.RunError, ValueError):
    """A role that cannot be meant; Pulumi shows its text and no traceback."""


@dataclass(frozen=True)
class RoleAssignment:
    """One role on all or on named targets; made by the functions of this module.

    Args:
        scope: ``"organization"``, ``"deployment"`` or a project type.
        role_id: Elastic's role id.
        on: ``"all"``, or ids of deployments or projects, outputs included.
        application_roles: Roles inside the deployment or project: ``None`` for the default access, empty for the console only.

    Raises:
        RoleError: An argument cannot be meant.
    """

    scope: str
    role_id: str
    on: Targets = "all"
    application_roles: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.on, str | pulumi.Output) and self.on != "all":
            shown = "..." if isinstance(self.on, pulumi.Output) else repr(self.on)
            raise RoleError(f"{self.role_id}: 'on' is \"all\" or a list of ids, so write on=[{shown}]")
        if isinstance(self.application_roles, str):
            raise RoleError(f"{self.role_id}: application_roles is a list, so write [{self.application_roles!r}]")
        for name, value in (("on", self.on), ("application_roles", self.application_roles)):
            if value is not None and (not isinstance(value, Collection) or isinstance(value, bytes | Mapping)):
                raise RoleError(f"{self.role_id}: '{name}' is a list of texts, not {type(value).__name__}")
        if not self.on:
            raise RoleError(f"{self.role_id}: 'on' is empty; name at least one id, or leave the role out")
        for target in self.named_targets:
            if not isinstance(target, str | pulumi.Output) or target in ("", "all"):
                raise RoleError(f"{self.role_id}: {target!r} is not the id of a deployment or project")
        for name in self.application_roles or ():
            if not isinstance(name, str) or not name:
                raise RoleError(f"{self.role_id}: {name!r} is not the name of an application role")

    @property
    def named_targets(self) -> tuple[pulumi.Input[str], ...]:
        """The ids that the role is for; none when it is for all."""
        return () if self.on == "all" else tuple(self.on)

    def grants(self, target_ids: Sequence[str]) -> Grants:
        """Returns the grants, once the ids of `named_targets` are known.

        Args:
            target_ids: The ids, in the order of `named_targets`.
        """
        application_roles = None if self.application_roles is None else tuple(sorted(set(self.application_roles)))
        targets: Sequence[str | None] = [None] if self.on == "all" else target_ids
        return frozenset(Grant(self.scope, self.role_id, target, application_roles) for target in targets)


def organization_admin() -> RoleAssignment:
    """The role that Elastic's console shows as "Organization owner": may do everything, inviting people included."""
    return RoleAssignment(ORGANIZATION, ORGANIZATION_ADMIN)


def billing_admin() -> RoleAssignment:
    """May see and change billing details."""
    return RoleAssignment(ORGANIZATION, "billing-admin")


def deployment(role: str, on: Targets = "all", application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """A role on hosted deployments.

    Args:
        role: ``"admin"``, ``"editor"`` or ``"viewer"``; the full role id works too.
        on: ``"all"`` (the default), or deployment ids, outputs included.
        application_roles: Roles inside the deployment: ``None`` (the default) for the default access, empty for the console only.
    """
    return project(DEPLOYMENT, role, on, application_roles)


def elasticsearch(role: str, on: Targets = "all", application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """A role on Elasticsearch projects: ``"admin"``, ``"developer"`` or ``"viewer"``; arguments as for `deployment`."""
    return project("elasticsearch", role, on, application_roles)


def observability(role: str, on: Targets = "all", application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """A role on Observability projects: ``"admin"``, ``"editor"`` or ``"viewer"``; arguments as for `deployment`."""
    return project("observability", role, on, application_roles)


def security(role: str, on: Targets = "all", application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """A role on Security projects, such as ``"viewer"`` or ``"t1-analyst"``; arguments as for `deployment`."""
    return project("security", role, on, application_roles)


def project(
    project_type: str, role: str, on: Targets = "all", application_roles: Sequence[str] | None = None
) -> RoleAssignment:
    """A role on serverless projects of any type, for types newer than this package.

    Args:
        project_type: The type as the API spells it, such as ``"security"``.
        role: The role id, with or without the type in front.
        on: ``"all"`` (the default), or project ids, outputs included.
        application_roles: Roles inside the project: ``None`` (the default) for the default access, empty for the console only.

    Raises:
        RoleError: An argument cannot be meant.
    """
    if not isinstance(role, str) or not role:
        raise RoleError(f"a role is named by text such as 'editor', not {role!r}")
    role_id = role if implied_scope(role) == project_type else f"{project_type}-{role}"
    return RoleAssignment(project_type, role_id, on, application_roles)
