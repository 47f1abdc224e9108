"""Only what was reviewed is applied: a guard for an update that is bound to a plan that somebody has seen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pulumi_elastic_org.model.changes import (
    AddGrants,
    Change,
    Removal,
    RemoveGrants,
    RevokeKeys,
)
from pulumi_elastic_org.model.grants import parse_held_grants, restate
from pulumi_elastic_org.model.guards import Guard
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.model.verdicts import ONLY_REVIEWED, Situation, Violation

_ROLES = ("roles", "roles_before")
_IMMATERIAL = "expired"
"""Whether an invitation that is cancelled has run out in the meantime changes nothing about the change."""


@dataclass(frozen=True)
class ReviewedPlan:
    """What somebody has seen of the plan for one organization.

    Args:
        changes: Each change as JSON, as `Plan.to_json` gives it.
        undetermined: Addresses of people whose roles could not be known yet; any may come, as in Pulumi's update plans.
    """

    changes: tuple[Mapping[str, Any], ...] = ()
    undetermined: frozenset[str] = frozenset()

    def covers(self, change: Change) -> bool:
        """Whether a change is one of those that were seen, or what an interrupted update has left of one."""
        key = email_key(change.person)
        if key in self._undetermined and not isinstance(change, Removal):
            return True
        seen = self._seen.get((change.verb, key), [])
        if isinstance(change, AddGrants | RemoveGrants):
            same = [one for one in seen if one.get("user_id") == change.user_id]
            return any(change.grants <= parse_held_grants(str(one["roles"])) for one in same)
        if isinstance(change, RevokeKeys):
            return any({key.id for key in change.keys} <= {key["id"] for key in one["keys"]} for one in seen)
        return material(change.to_json()) in [material(one) for one in seen]

    @cached_property
    def _undetermined(self) -> frozenset[str]:
        return frozenset(map(email_key, self.undetermined))

    @cached_property
    def _seen(self) -> Mapping[tuple[str, str], list[Mapping[str, Any]]]:
        seen: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for one in self.changes:
            seen.setdefault((one["change"], email_key(one["person"])), []).append(one)
        return seen


class OnlyReviewed(Guard):
    """Nothing is applied that nobody has seen. No override lets anybody past it: what differs is to be reviewed.

    Args:
        reviewed: By organization id; an organization that is not there was not reviewed.
    """

    name = ONLY_REVIEWED

    def __init__(self, reviewed: Mapping[str, ReviewedPlan]) -> None:
        self._reviewed = reviewed

    def violations(self, situation: Situation) -> Iterator[Violation]:
        """Yields a violation for each change that was not seen."""
        reviewed = self._reviewed.get(situation.plan.organization_id, ReviewedPlan())
        for change in situation.plan.changes:
            if not reviewed.covers(change):
                reason = f"'{change.verb}' is not in the plan that was reviewed"
                yield Violation(self.name, change.person, reason, "Preview again, and have that reviewed.")


def material(change: Mapping[str, Any]) -> dict[str, Any]:
    """Returns of a change, as JSON, what makes it this change."""
    return {
        key: restate(value) if key in _ROLES and isinstance(value, str) else value
        for key, value in change.items()
        if key != _IMMATERIAL and value is not None
    }
