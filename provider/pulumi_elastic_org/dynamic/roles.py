"""A person's roles as a program writes them, and their text form."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pulumi

from pulumi_elastic_org.dynamic.assignments import RoleAssignment
from pulumi_elastic_org.model.grants import Grant, GrantError, Grants, check_combination, format_grants, parse_grants

_LONGEST_SHOWN = 80

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
        raise GrantError(f"roles must be a list such as ['billing-admin'], or [] for none, not {_shown(roles)}")
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
        raise GrantError(f"a role is text or made by a function such as deployment(...), not {_shown(role)}")
    known = [target for target in role.named_targets if isinstance(target, str)]
    return role.grants(known) if role.on == "all" or known else frozenset()


def _shown(value: Any) -> str:
    if isinstance(value, pulumi.Output):
        return "an output"
    shown = repr(value)
    return f"of type {type(value).__name__}" if " at 0x" in shown else shown[:_LONGEST_SHOWN]


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
