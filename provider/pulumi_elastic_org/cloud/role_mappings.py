"""The role mappings of an organization.

No call here can delete all of them, as `DELETE role_mappings/` does without a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pulumi_elastic_org.cloud.errors import NotFound
from pulumi_elastic_org.cloud.models import Answer, Items, StrictFlag, read_assignments, write_assignments
from pulumi_elastic_org.cloud.network import Name
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.role_mappings import ATTRIBUTES, Condition, Match, RoleMapping, Rule

_RULE = "rule"
_NO_SUCH_MAPPING = "org.role_mapping_rule.role_mapping_not_found"


class _Mapping(Answer):
    enabled: StrictFlag
    name: str
    rule: Any = None
    role_assignments: Any = None

    def value(self, organization_id: str) -> RoleMapping:
        grants, unmodelled = read_assignments(self.role_assignments, organization_id)
        rule = _read_rule(self.rule)
        kept = {} if rule is not None else {_RULE: self.rule}
        return RoleMapping(self.name, rule, grants, self.enabled, {**unmodelled, **kept})


class _Mappings(Answer):
    mappings: Items[_Mapping]


def read_role_mappings(session: Session, organization_id: str) -> tuple[RoleMapping, ...]:
    """Returns the role mappings of an organization.

    Args:
        session: The connection; this function and those below raise what `Session.call` raises.
        organization_id: Elastic's id of the organization.
    """
    action = f"read the role mappings of organization {organization_id}"
    found = session.ask(_Mappings, "GET", "organizations", organization_id, "role_mappings", action=action)
    return tuple(one.value(organization_id) for one in found.mappings)


def add_role_mappings(session: Session, organization_id: str, mappings: Iterable[RoleMapping]) -> None:
    """Adds role mappings, in one call.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        mappings: The mappings; no call is made for none.
    """
    if added := [_write(one, organization_id) for one in mappings]:
        names = ", ".join(one["name"] for one in added)
        path = ("organizations", organization_id, "role_mappings")
        session.call("POST", *path, action=f"add the role mappings {names}", body={"mappings": added})


def change_role_mapping(session: Session, organization_id: str, mapping: RoleMapping) -> None:
    """Puts a role mapping in the place of the one that has its name.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        mapping: The mapping.
    """
    path = ("organizations", organization_id, "role_mappings", Name(mapping.name))
    body = {"mapping": _write(mapping, organization_id)}
    session.call("PUT", *path, action=f"change the role mapping {mapping.name}", body=body)


def delete_role_mapping(session: Session, organization_id: str, name: str) -> None:
    """Deletes one role mapping; one that is gone already counts as deleted.

    Args:
        session: The connection, with the key of an owner.
        organization_id: Elastic's id of the organization.
        name: The mapping's name.

    Raises:
        ConfigurationError: The name is empty or holds what would make another address or several names of it; nothing was sent.
    """
    path = ("organizations", organization_id, "role_mappings", Name(name))
    try:
        session.call("DELETE", *path, action=f"delete the role mapping {name}")
    except NotFound as error:
        if error.code != _NO_SUCH_MAPPING:
            raise


def _read_rule(rule: Any) -> Rule | None:
    """Returns a rule; ``None`` for what is not understood whole, so that nothing is concluded from a part."""
    if not isinstance(rule, Mapping):
        return None
    written = [(match, rule[match]) for match in get_args(Match) if rule.get(match)]
    if len(written) != 1 or any(value for key, value in rule.items() if key not in get_args(Match)):
        return None
    match, entries = written[0]
    if not isinstance(entries, list):
        return None
    conditions = [_read_condition(one) for one in entries]
    found = [one for one in conditions if one is not None]
    return Rule.of(match, found) if len(found) == len(conditions) else None


def _read_condition(entry: Any) -> Condition | None:
    if not isinstance(entry, Mapping):
        return None
    given = {key: value for key, value in entry.items() if value is not None}
    if len(given) != 1:
        return None
    attribute, pattern = next(iter(given.items()))
    return Condition(attribute, pattern) if attribute in ATTRIBUTES and isinstance(pattern, str) else None


def _write(mapping: RoleMapping, organization_id: str) -> dict[str, Any]:
    kept = {kind: value for kind, value in mapping.unmodelled.items() if kind != _RULE}
    rule = (
        mapping.unmodelled.get(_RULE)
        if mapping.rule is None
        else {mapping.rule.match: [{one.attribute: one.pattern} for one in mapping.rule.conditions]}
    )
    return {
        "enabled": mapping.enabled,
        "name": mapping.name,
        "rule": rule,
        "role_assignments": write_assignments(mapping.grants, organization_id, kept),
    }
