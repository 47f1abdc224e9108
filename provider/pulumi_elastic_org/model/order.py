"""In which parts, and in which order, a plan is carried out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pulumi_elastic_org.model.changes import (
    AddGrants,
    Change,
    Invite,
    Plan,
    Reinvite,
    Removal,
    RemoveGrants,
    identity,
)
from pulumi_elastic_org.model.grants import Grant, Grants, overlap

LostAccess = Removal | RemoveGrants

Invitations = Sequence[Invite | Reinvite]
"""Those of one request: they say the same."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """The smallest part of a change of roles: a grant by itself, or grants of one role that overlap.

    Args:
        given: What the member gets.
        taken: What the member loses in the same breath, since the API would merge the two.
    """

    given: Grants
    taken: Grants


def exchanges(given: Grants, taken: Grants) -> list[Exchange]:
    """Returns the parts of a change of roles; neighbours are of one role, so that they travel well together.

    Args:
        given: What a member gets.
        taken: What the same member loses.
    """
    on_all = {_role(grant) for grant in given | taken if grant.target is None}
    parts: dict[tuple[str, str, str], tuple[set[Grant], set[Grant]]] = {}
    for grants, place in ((given, 0), (taken, 1)):
        for grant in grants:
            target = "" if _role(grant) in on_all else grant.target or ""
            parts.setdefault((*_role(grant), target), (set(), set()))[place].add(grant)
    return [
        Exchange(frozenset(gets), frozenset(loses))
        for _, (gets, loses) in sorted(parts.items(), key=lambda part: part[0])
    ]


def all_given(parts: Iterable[Exchange]) -> Grants:
    """Returns what a member gets in some parts."""
    return frozenset(grant for one in parts for grant in one.given)


def all_taken(parts: Iterable[Exchange]) -> Grants:
    """Returns what a member loses in some parts."""
    return frozenset(grant for one in parts for grant in one.taken)


def exchanged(plan: Plan) -> Mapping[str, Grants]:
    """Returns, by user id, what must go in the same breath as an overlapping grant comes, or the API would cancel one by the other.

    Args:
        plan: What is to be done.
    """
    added = {change.user_id: change.grants for change in plan.of(AddGrants)}
    return {
        change.user_id: frozenset(
            one for one in change.grants for other in added.get(change.user_id, frozenset()) if overlap(one, other)
        )
        for change in plan.of(RemoveGrants)
    }


def only_losses(plan: Plan) -> Plan:
    """Returns a plan with what takes access away alone, less what is exchanged while other access is given.

    Args:
        plan: What is to be done.
    """
    with_others = exchanged(plan)
    return _taking(
        plan,
        (
            replace(one, grants=one.grants - with_others[one.user_id]) if isinstance(one, RemoveGrants) else one
            for one in plan.changes
            if isinstance(one, LostAccess)
        ),
    )


def still_agreed(agreed: Plan, planned: Plan) -> Plan:
    """Returns what was to be taken away and, by a newer plan, still is: never more than was agreed.

    Args:
        agreed: What takes access away, as it was agreed.
        planned: What is to be done by now.
    """
    by_identity = {identity(change): change for change in agreed.changes}
    return _taking(
        planned,
        (_at_most(by_identity[identity(one)], one) for one in planned.changes if identity(one) in by_identity),
    )


def equal_invitations(changes: Iterable[Invite | Reinvite], most: int) -> Iterator[Invitations]:
    """Yields everybody whose invitation would say the same: the API takes many addresses with one set of roles.

    Args:
        changes: Whom to invite.
        most: How many at once.
    """
    batches: dict[tuple[Grants, str], list[Invite | Reinvite]] = {}
    for change in changes:
        batches.setdefault((change.grants, repr(unmodelled(change))), []).append(change)
    for batch in batches.values():
        yield from (batch[start : start + most] for start in range(0, len(batch), most))


def unmodelled(change: Invite | Reinvite) -> Mapping[str, Any]:
    """Returns the role assignments that go along as they are, from the invitation that this one replaces."""
    return change.invitation.unmodelled if isinstance(change, Reinvite) else {}


def _taking(plan: Plan, losses: Iterable[Change]) -> Plan:
    """The plan with these losses alone, less those of roles of which none is left."""
    return replace(plan, changes=tuple(one for one in losses if not isinstance(one, RemoveGrants) or one.grants))


def _at_most(agreed: Change, change: Change) -> Change:
    """What is still to be done, less roles that somebody has given the person since the plan was agreed."""
    if isinstance(change, RemoveGrants) and isinstance(agreed, RemoveGrants):
        return replace(change, grants=change.grants & agreed.grants)
    return change


def _role(grant: Grant) -> tuple[str, str]:
    return (grant.scope, grant.role_id)
