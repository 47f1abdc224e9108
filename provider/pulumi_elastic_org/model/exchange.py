"""What of a change of roles can be done without the rest of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi_elastic_org.model.grants import Grant, Grants


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


def _role(grant: Grant) -> tuple[str, str]:
    return (grant.scope, grant.role_id)
