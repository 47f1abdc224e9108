"""The deployments and projects on which a plan gives roles: whether they are there, and by which names people know them. Pure."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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
from pulumi_elastic_org.model.grants import DEPLOYMENT, PROJECT_TYPES, Grant, Grants, quote_name
from pulumi_elastic_org.model.printable import printable

if TYPE_CHECKING:  # who owns what is only read where somebody leaves
    from pulumi_elastic_org.model.ownership import CloudResource


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


_MANY = 10


class TargetNames:
    """Puts ids in the place of names, and notes each name that is invalid.

    A name is looked for among what a role is for: ``search`` in a deployment's role is a deployment, in an Elasticsearch role an
    Elasticsearch project.

    Args:
        names: The name in Elastic Cloud, by what stands for it in grants.
        resources: The deployments and projects of the organization.
    """

    def __init__(self, names: Mapping[str, str], resources: Iterable[CloudResource]) -> None:
        self._names = {target: printable(name) for target, name in names.items()}
        self._ids: dict[str, dict[str, list[str]]] = {kind: {} for kind in (DEPLOYMENT, *PROJECT_TYPES)}
        for resource in resources:
            self._ids.setdefault(resource.kind, {}).setdefault(printable(resource.name), []).append(resource.id)
        self.mistakes: dict[tuple[str, str], str] = {}
        self.labels: dict[str, str] = {}
        """What stands for each id that was found."""

    def resolve(self, grants: Grants) -> Grants:
        """Returns grants whose targets are ids; without those whose name is invalid.

        Args:
            grants: Targets are ids, or stand for names.
        """
        resolved = set()
        for grant in grants:
            if grant.target is None or grant.target not in self._names:
                resolved.add(grant)
            elif (target := self._id(grant.scope, grant.target)) is not None:
                resolved.add(grant._replace(target=target))
        return frozenset(resolved)

    def _id(self, scope: str, target: str) -> str | None:
        name = self._names[target]
        ids = self._ids.get(scope, {}).get(name, [])
        if len(ids) == 1:
            self.labels[ids[0]] = target
            return ids[0]
        self.mistakes.setdefault((scope, target), f"targets, {target}: {self._why(scope, name, ids)}")
        return None

    def _why(self, scope: str, name: str, ids: list[str]) -> str:
        kind = scope if scope == DEPLOYMENT else f"{scope} project"
        if scope not in self._ids:
            return f"what roles of the scope '{scope}' are for cannot be found by name; write the id"
        if ids:
            return f"{len(ids)} {kind}s are named '{name}' ({', '.join(sorted(ids))}); write the id of the one you want"
        known = self._ids[scope]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else _choice(sorted(known))
        return f"no {kind} is named '{name}'; {hint}"


def unique_labels(names: Mapping[str, str]) -> dict[str, str]:
    """Returns what each deployment or project is called, by id: its name, with the id where several have that name.

    Args:
        names: By id.
    """
    times = Counter(names.values())
    return {id_: name if times[name] == 1 else f"{name} ({id_})" for id_, name in names.items()}


def with_names(text: str, labels: Mapping[str, str]) -> str:
    """Returns text for people in which names stand for ids; an id in brackets stands behind its name already.

    Args:
        text: Roles in text form, or a message that holds some.
        labels: Names by id.
    """
    return _ids(tuple(labels)).sub(lambda found: quote_name(labels[found.group()]), text) if labels else text


@lru_cache(maxsize=64)
def _ids(ids: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w(.-])(?:{'|'.join(map(re.escape, ids))})(?![\w-]|\.\w)")


def _choice(names: list[str]) -> str:
    if not names:
        return "there is none"
    return f"there are {', '.join(names[:_MANY])}{', ...' if len(names) > _MANY else ''}"
