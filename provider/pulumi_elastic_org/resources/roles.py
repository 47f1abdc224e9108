"""A person's roles as a program writes them, and their text form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pulumi

from pulumi_elastic_org.resources.assignments import RoleAssignment
from pulumi_elastic_org.roster.grants import GrantError, Grants, check_combination, format_grants, parse_grants

Roles = str | Sequence[RoleAssignment | str]
"""A person's roles: role assignments, or their text form (``"deployment-editor on a1b2"``)."""


def known_grants(roles: Roles) -> Grants:
    """Returns the grants whose targets are known already.

    Args:
        roles: As a program writes them.

    Raises:
        GrantError: They cannot be meant; the message says why.
    """
    if isinstance(roles, str):
        return parse_grants(roles)
    grants: set[tuple[Any, ...]] = set()
    for role in roles:
        if isinstance(role, str):
            grants |= parse_grants(role)
        elif isinstance(role, RoleAssignment):
            known = [target for target in role.named_targets if isinstance(target, str)]
            if role.on == "all" or known:
                grants |= role.grants(known)
        else:
            raise GrantError(f"a role is text or made by a function such as deployment(...), not {role!r}")
    result: Grants = frozenset(grants)  # type: ignore[arg-type]
    check_combination(result)
    return result


def roles_text(roles: Roles) -> pulumi.Input[str]:
    """Returns roles in text form, as an output where they name targets that are outputs.

    Args:
        roles: As a program writes them.

    Raises:
        GrantError: They cannot be meant; the message says why.
    """
    if isinstance(roles, str):
        return format_grants(parse_grants(roles))
    targets = [target for role in roles if isinstance(role, RoleAssignment) for target in role.named_targets]
    if all(isinstance(target, str) for target in targets):
        return format_grants(known_grants(roles))

    def with_ids(ids: Sequence[str]) -> str:
        left = iter(ids)
        known = [
            replace(role, on=[next(left) for _ in role.named_targets])
            if isinstance(role, RoleAssignment) and role.named_targets
            else role
            for role in roles
        ]
        return format_grants(known_grants(known))

    return pulumi.Output.all(*targets).apply(with_ids)
