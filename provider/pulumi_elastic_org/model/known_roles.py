"""The roles that Elastic Cloud has published, and the nearest of them to what somebody wrote."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

KNOWN_ROLES: Mapping[str, tuple[str, ...]] = {
    "organization": ("organization-admin", "billing-admin"),
    "deployment": ("deployment-admin", "deployment-editor", "deployment-viewer"),
    "elasticsearch": ("elasticsearch-admin", "elasticsearch-developer", "elasticsearch-viewer"),
    "observability": ("observability-admin", "observability-editor", "observability-viewer"),
    "security": tuple(
        f"security-{role}"
        for role in (
            "admin",
            "editor",
            "viewer",
            "t1-analyst",
            "t2-analyst",
            "t3-analyst",
            "threat-intel-analyst",
            "rule-author",
            "soc-manager",
            "endpoint-operations-analyst",
            "platform-engineer",
            "detections-admin",
            "endpoint-policy-manager",
        )
    ),
}
"""Role ids by scope. New ones appear over time."""

_SCOPES = {role_id: scope for scope, role_ids in KNOWN_ROLES.items() for role_id in role_ids}
_CONSOLE_NAMES = {"organization-owner": "organization-admin"}
"""What Elastic's console calls a role whose id is another."""


def scope_of(role_id: str) -> str | None:
    """Returns the scope of a role that Elastic has published, or ``None`` for any other."""
    return _SCOPES.get(role_id)


def scope_of_prefix(role_id: str) -> str | None:
    """Returns the scope that a role id begins with, or ``None`` where it begins with none."""
    prefix = role_id.partition("-")[0]
    return prefix if prefix in KNOWN_ROLES else None


def nearest_role(name: str, valid: Iterable[str]) -> str | None:
    """Returns the valid name that a misspelled role is most like; ``None`` where it is like none.

    Args:
        name: What was written.
        valid: The names to choose from.
    """
    by_spelling = {one.casefold(): one for one in valid}
    near = difflib.get_close_matches(name.casefold(), by_spelling, n=1)
    return by_spelling[near[0]] if near else None


def unknown_role_message(name: str, others: Iterable[str] = ()) -> str:
    """Says that a name is no role, with the nearest one that is.

    Args:
        name: What was written.
        others: Further names that would be valid in that place, such as bundles.
    """
    near = _CONSOLE_NAMES.get(name.casefold()) or nearest_role(name, (*others, *_SCOPES))
    scope = scope_of_prefix(name)
    scoped = f"{scope}:{name}" if scope else "deployment:NAME"
    newer = f"a role newer than this package is written with its scope, as in '{scoped}'"
    if near is None:
        return f"'{name}' is not a known role; {newer}"
    return f"'{name}' is not a known role; did you mean '{near}'?" + (f" ({newer})" if scope else "")
