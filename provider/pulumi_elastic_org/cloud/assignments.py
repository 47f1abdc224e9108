"""Elastic Cloud's role assignments as grants, and back.

The API groups roles into assignments (one role, many deployments), by kind; `Grant` is one role on one target. What is not
modelled (roles of the platform, of another organization, kinds and shapes that are newer than this package) is kept as it came,
so that it can be reported, left alone, and sent along when an invitation is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from pulumi_elastic_org.model.grants import DEPLOYMENT, ORGANIZATION, Grant, Grants

_PROJECT = "project"
_EMPTY: tuple[Any, ...] = (None, [], {})


def read_assignments(raw: Any, organization_id: str) -> tuple[Grants, Mapping[str, Any]]:
    """Reads the `RoleAssignments` of a member or an invitation.

    Args:
        raw: The JSON, possibly ``None``.
        organization_id: Whose roles they are; those of another organization are not modelled.

    Returns:
        The grants, and what they do not model, as JSON of the same shape.
    """
    if not isinstance(raw, dict):
        return frozenset(), {} if raw in _EMPTY else {"role_assignments": raw}
    grants: set[Grant] = set()
    unmodelled: dict[str, Any] = {}
    for kind, value in raw.items():
        rest: Any = value
        if kind in (ORGANIZATION, DEPLOYMENT):
            rest = _read_list(kind, value, organization_id, grants)
        elif kind == _PROJECT and isinstance(value, dict):
            by_type = {
                project_type: entries
                if project_type in (ORGANIZATION, DEPLOYMENT)
                else _read_list(project_type, entries, organization_id, grants)
                for project_type, entries in value.items()
            }
            rest = {project_type: entries for project_type, entries in by_type.items() if entries not in _EMPTY}
        if rest not in _EMPTY:
            unmodelled[kind] = rest
    return _shared(frozenset(grants)), unmodelled


def write_assignments(
    grants: Iterable[Grant], organization_id: str, unmodelled: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Writes grants as the `RoleAssignments` of a request, grouped and in a stable order.

    Args:
        grants: What to add, remove or send along.
        organization_id: Whose roles they are.
        unmodelled: What `read_assignments` kept, sent along as it came.
    """
    written: dict[str, Any] = {}
    for key, group in groupby(sorted(set(grants), key=_sort_key), key=_group_key):
        scope, role_id, named, has_roles, roles = key
        entry: dict[str, Any] = {"role_id": role_id, "organization_id": organization_id}
        if scope != ORGANIZATION:
            entry["all"] = not named
            if named:
                entry[_ids_field(scope)] = [grant.target for grant in group]
        if has_roles:
            entry["application_roles"] = list(roles)
        place = written if scope in (ORGANIZATION, DEPLOYMENT) else written.setdefault(_PROJECT, {})
        place.setdefault(scope, []).append(entry)
    return _merged(written, unmodelled or {})


def _read_list(scope: str, value: Any, organization_id: str, grants: set[Grant]) -> Any:
    """Adds what it can read to the grants and returns the rest."""
    if not isinstance(value, list):
        return value
    rest = []
    for entry in value:
        read = _read_entry(scope, entry, organization_id)
        if read is None:
            rest.append(entry)
        else:
            grants.update(read)
    return rest


def _read_entry(scope: str, entry: Any, organization_id: str) -> tuple[Grant, ...] | None:
    if not isinstance(entry, dict) or entry.get("organization_id") not in (None, organization_id):
        return None
    role_id = entry.get("role_id")
    if not isinstance(role_id, str) or not role_id:
        return None
    roles = entry.get("application_roles")
    if roles is not None and not _are_names(roles):
        return None
    targets = (None,) if scope == ORGANIZATION or entry.get("all") is True else entry.get(_ids_field(scope))
    if targets != (None,) and (not targets or not _are_names(targets)):
        return None
    return _grants(scope, role_id, tuple(targets), None if roles is None else tuple(roles))


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


@lru_cache(maxsize=8192)  # thousands of people share a few hundred assignments
def _grants(
    scope: str, role_id: str, targets: tuple[str | None, ...], roles: tuple[str, ...] | None
) -> tuple[Grant, ...]:
    application_roles = None if roles is None else tuple(sorted(set(roles)))
    return tuple(Grant(scope, role_id, target, application_roles) for target in targets)


@lru_cache(maxsize=8192)
def _shared(grants: Grants) -> Grants:
    """Returns one object for equal grants, so that comparing people is mostly comparing identities."""
    return grants


def _ids_field(scope: str) -> str:
    return "deployment_ids" if scope == DEPLOYMENT else "project_ids"


def _group_key(grant: Grant) -> tuple[str, str, bool, bool, tuple[str, ...]]:
    roles = grant.application_roles
    return (grant.scope, grant.role_id, grant.target is not None, roles is not None, roles or ())


def _sort_key(grant: Grant) -> tuple[tuple[str, str, bool, bool, tuple[str, ...]], str]:
    return (_group_key(grant), grant.target or "")


def _merged(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(ours)
    for key, value in theirs.items():
        mine = merged.get(key)
        if isinstance(mine, dict) and isinstance(value, Mapping):
            merged[key] = _merged(mine, value)
        elif isinstance(mine, list) and isinstance(value, list):
            merged[key] = [*mine, *value]
        else:
            merged[key] = value if mine is None else mine
    return merged
