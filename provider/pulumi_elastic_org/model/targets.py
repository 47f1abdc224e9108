"""The deployments and projects on which a plan gives roles, and what a look at them found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Plan,
    Reinvite,
    Report,
    RevokeKeys,
    Topic,
)
from pulumi_elastic_org.model.grants import DEPLOYMENT, Grant, Grants


class Target(NamedTuple):
    """What a role is for.

    Args:
        scope: ``"deployment"``, or a project's type such as ``"security"``.
        id: The id that somebody wrote.
    """

    scope: str
    id: str

    def __str__(self) -> str:
        return f"{self.scope if self.scope == DEPLOYMENT else f'{self.scope} project'} {self.id}"


@dataclass(frozen=True, slots=True)
class TargetSearch:
    """What a look at deployments and projects found.

    Args:
        missing: Those that the organization does not have.
        unchecked: Those of which that could not be found out, with the reason.
    """

    missing: frozenset[Target] = frozenset()
    unchecked: Mapping[Target, str] = field(default_factory=dict)

    def mistake(self, target: Target) -> str | None:
        """Returns what is wrong with a target; ``None`` where the organization has it, or where nobody looked."""
        if target in self.missing:
            return f"would get a role on {target}, which the organization does not have"
        if (reason := self.unchecked.get(target)) is not None:
            return f"would get a role on {target}, which could not be checked: {reason}"
        return None


def given_targets(plan: Plan) -> Iterator[tuple[str, Target]]:
    """Yields each person who gets a role on a single deployment or project, with what it is for, once.

    Args:
        plan: What would be done.
    """
    for change in plan.changes:
        for target in sorted(targets_of(_given(change))):
            yield change.person, target


def targets_of(grants: Iterable[Grant]) -> frozenset[Target]:
    """Returns the deployments and projects that grants are for one by one.

    Args:
        grants: Of any people.
    """
    return frozenset(Target(one.scope, one.target) for one in grants if one.target is not None)


def touched_targets(changes: Iterable[Change]) -> frozenset[Target]:
    """Returns the deployments and projects on which changes give or take roles.

    Args:
        changes: Of a plan.
    """
    return targets_of(grant for change in changes for grant in _touched(change))


def target_reports(plan: Plan, found: TargetSearch) -> tuple[Report, ...]:
    """Returns a report for each person and target that is not there, or could not be checked.

    Args:
        plan: What would be done.
        found: What a look at its targets found.
    """
    wrong = ((person, found.mistake(target)) for person, target in given_targets(plan))
    return tuple(Report(person, Topic.UNKNOWN_TARGET, what) for person, what in wrong if what is not None)


def _touched(change: Change) -> Grants:
    if isinstance(change, CancelInvitation):
        return change.invitation.grants
    if isinstance(change, RevokeKeys):
        return frozenset()
    return change.grants | change.invitation.grants if isinstance(change, Reinvite) else change.grants


def _given(change: Change) -> Grants:
    if isinstance(change, Reinvite):
        return change.grants - change.invitation.grants
    return change.grants if isinstance(change, Invite | AddGrants) else frozenset()
