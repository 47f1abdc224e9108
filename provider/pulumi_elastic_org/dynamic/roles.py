"""A person's roles as a program writes them: role assignments on targets that may be outputs of other resources, and text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from pulumi_elastic_org.model.grants import (
    DEPLOYMENT,
    KNOWN_ROLES,
    ORGANIZATION,
    ORGANIZATION_ADMIN,
    Grant,
    GrantError,
    Grants,
    check_combination,
    format_grants,
    nearest_role,
    parse_grants,
)
from pulumi_elastic_org.model.printable import shown

Targets = Literal["all"] | Sequence[pulumi.Input[str]]


class RoleError(pulumi.RunError, ValueError):
    """A role that is invalid; Pulumi shows its text and no traceback."""


@dataclass(frozen=True)
class RoleAssignment:
    """One role on all or on named targets; made by the functions of this module.

    Args:
        scope: ``"organization"``, ``"deployment"`` or a project type.
        role_id: Elastic's role id.
        on: ``"all"``, or ids of deployments or projects, outputs included.
        application_roles: Roles inside the deployments and projects: ``None`` for the default access, empty for the console only.

    Raises:
        RoleError: An argument is invalid.
    """

    scope: str
    role_id: str
    on: Targets = "all"
    application_roles: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.on, str | pulumi.Output) and self.on != "all":
            written = "..." if isinstance(self.on, pulumi.Output) else repr(self.on)
            raise RoleError(f"{self.role_id}: 'on' is \"all\" or a list of ids, so write on=[{written}]")
        if isinstance(self.application_roles, str):
            raise RoleError(f"{self.role_id}: application_roles is a list, so write [{self.application_roles!r}]")
        for name, value in (("on", self.on), ("application_roles", self.application_roles)):
            if value is not None and (not isinstance(value, Collection) or isinstance(value, bytes | Mapping)):
                raise RoleError(f"{self.role_id}: '{name}' is a list of strings, not {type(value).__name__}")
        if not self.on:
            raise RoleError(f"{self.role_id}: 'on' is empty; name at least one id, or leave the role out")
        for target in self.named_targets:
            if not isinstance(target, str | pulumi.Output) or target in ("", "all"):
                raise RoleError(f"{self.role_id}: {shown(target)} is not the id of a deployment or project")
        for name in self.application_roles or ():
            if not isinstance(name, str) or not name:
                raise RoleError(f"{self.role_id}: {shown(name)} is not the name of an application role")

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


def organization_admin(application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """The role that Elastic's console shows as "Organization owner": may do everything, inviting people included.

    Args:
        application_roles: Roles inside every deployment and project: ``None`` (the default) for the default access, empty for the
            console only.
    """
    return RoleAssignment(ORGANIZATION, ORGANIZATION_ADMIN, application_roles=application_roles)


def billing_admin(application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """May see and change billing details; argument as for `organization_admin`."""
    return RoleAssignment(ORGANIZATION, "billing-admin", application_roles=application_roles)


def deployment(role: str, on: Targets = "all", application_roles: Sequence[str] | None = None) -> RoleAssignment:
    """A role on hosted deployments.

    Args:
        role: ``"admin"``, ``"editor"`` or ``"viewer"``; the full role id works too. A role that is newer than this package is
            written with its scope: ``"deployment:NAME"``.
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
        role: The role id, with or without the type in front; or ``"TYPE:ID"`` for an id that is newer than this package.
        on: ``"all"`` (the default), or project ids, outputs included.
        application_roles: Roles inside the project: ``None`` (the default) for the default access, empty for the console only.

    Raises:
        RoleError: An argument is invalid, or the type has no such role.
    """
    if not isinstance(role, str) or not role:
        raise RoleError(f"a role is named by text such as 'editor', not {shown(role)}")
    return RoleAssignment(project_type, _role_id(project_type, role), on, application_roles)


def _role_id(scope: str, role: str) -> str:
    if role.startswith(f"{scope}:") and role != f"{scope}:":
        return role.removeprefix(f"{scope}:")
    role_id = role if role.startswith(f"{scope}-") else f"{scope}-{role}"
    known = KNOWN_ROLES.get(scope)
    if known is None or role_id in known:
        return role_id
    near = nearest_role(role_id, known)
    hint = f"did you mean '{near.removeprefix(f'{scope}-')}'? " if near else ""
    newer = f"a role newer than this package is written with its scope, as in '{scope}:{role_id}'"
    raise RoleError(f"'{role}' is not a known role of the scope {scope}; {hint}{newer}")


Roles = str | Collection[RoleAssignment | str]
"""A person's roles: role assignments, or their text form (``"deployment-editor on a1b2"``)."""


def known_grants(roles: Roles) -> Grants:
    """Returns the grants whose targets are known already.

    Args:
        roles: As a program writes them.

    Raises:
        GrantError: They are invalid; the message says why, of each role.
    """
    if isinstance(roles, str):
        return parse_grants(roles)
    if not isinstance(roles, Collection) or isinstance(roles, bytes | Mapping):
        raise GrantError(f"roles must be a list such as ['billing-admin'], or [] for none, not {shown(roles)}")
    grants: set[Grant] = set()
    mistakes = []
    for role in roles:
        try:
            grants |= _known_grants(role)
        except GrantError as error:
            mistakes.append(str(error))
    if mistakes:
        raise GrantError("; ".join(mistakes))
    result: Grants = frozenset(grants)
    check_combination(result)
    return result


def _known_grants(role: Any) -> Grants:
    if isinstance(role, str):
        return parse_grants(role)
    if not isinstance(role, RoleAssignment):
        raise GrantError(f"a role is text or made by a function such as deployment(...), not {shown(role)}")
    known = [target for target in role.named_targets if isinstance(target, str)]
    return role.grants(known) if role.on == "all" or known else frozenset()


def roles_text(roles: Roles) -> pulumi.Input[str]:
    """Returns roles in text form, as an output where they name targets that are outputs.

    Args:
        roles: As a program writes them.

    Raises:
        GrantError: They are invalid; the message says why.
    """
    if isinstance(roles, str):
        return format_grants(parse_grants(roles))
    targets = [target for role in roles if isinstance(role, RoleAssignment) for target in role.named_targets]
    if all(isinstance(target, str) for target in targets):
        return format_grants(known_grants(roles))

    def with_ids(ids: Sequence[object]) -> str:
        left = iter(ids)
        grants: set[Grant] = set()
        for role in roles:
            if isinstance(role, RoleAssignment) and role.named_targets:
                # An id that came to nothing stays in the text, for the provider to refuse: here it would be a traceback.
                grants |= role.grants([str(next(left) or "") for _ in role.named_targets])
            else:
                grants |= _known_grants(role)
        return format_grants(grants)

    return pulumi.Output.all(*targets).apply(with_ids)
