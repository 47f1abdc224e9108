"""Finds groups of people with equal roles, and bundles of roles that several of those groups and people share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from pulumi_elastic_org.model.grants import ORGANIZATION, Grant, Grants, is_admin

MIN_USES = 3
"""How many groups and single people must share roles before a bundle of them makes the roster shorter."""

MAX_BUNDLES = 100

Holder = TypeVar("Holder", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody holds.

    Args:
        bundles: Indexes of bundles.
        entries: What is in none of them; each the grants of one role.
    """

    bundles: tuple[int, ...]
    entries: frozenset[Grants]


def split(grants: Grants) -> frozenset[Grants]:
    """Returns grants role by role, as they are written: one entry names all the targets of a role.

    Args:
        grants: What somebody holds.
    """
    entries: dict[Grant, set[Grant]] = {}
    for grant in grants:
        anywhere = grant.scope == ORGANIZATION or grant.target is None
        entries.setdefault(grant if anywhere else grant._replace(target=""), set()).add(grant)
    return frozenset(frozenset(entry) for entry in entries.values())


def group(people: Mapping[str, Grants]) -> tuple[dict[Grants, list[str]], list[str]]:
    """Returns the people who hold the same roles by those roles, and everybody else in their order.

    Administrators come first, then the largest group.

    Args:
        people: Grants by e-mail address.
    """
    holders: dict[Grants, list[str]] = {}
    for email, grants in people.items():
        holders.setdefault(grants, []).append(email)
    groups = {grants: emails for grants, emails in holders.items() if grants and len(emails) > 1}
    in_order = sorted(groups.items(), key=lambda one: (not is_admin(one[0]), -len(one[1])))
    return dict(in_order), [email for email, grants in people.items() if grants not in groups]


def bundle(held: Mapping[Holder, Grants]) -> tuple[list[frozenset[Grants]], dict[Holder, Holding]]:
    """Finds roles that are held together.

    Takes, again and again, the two roles that are most often held together, with everything else that all of those who hold both
    hold as well. That is not the shortest roster there could be, but one that is found in a moment for thousands of people.

    Args:
        held: Grants by whoever holds them: groups, and single people.

    Returns:
        The bundles, each of two entries or more, and what everybody holds by them. No bundle is used less than `MIN_USES` times.
    """
    split_up = {holder: split(grants) for holder, grants in held.items()}
    # Entries as numbers in the order of their roles: quick to count, and the same organization gives the same text.
    entries = sorted(frozenset().union(*split_up.values()), key=_order)
    numbers = {entry: number for number, entry in enumerate(entries)}
    left = {holder: {numbers[entry] for entry in theirs} for holder, theirs in split_up.items()}
    used: dict[Holder, list[int]] = {holder: [] for holder in held}
    pairs = Counter(pair for theirs in left.values() for pair in _pairs(theirs))
    bundles: list[frozenset[Grants]] = []
    while len(bundles) < MAX_BUNDLES:
        best = min(pairs, key=lambda pair: (-pairs[pair], pair), default=None)
        if best is None or pairs[best] < MIN_USES:
            break
        holders = [holder for holder, theirs in left.items() if theirs.issuperset(best)]
        common = set.intersection(*(left[holder] for holder in holders))
        for holder in holders:
            pairs.subtract(_pairs(left[holder]))
            left[holder] -= common
            pairs.update(_pairs(left[holder]))
            used[holder].append(len(bundles))
        bundles.append(frozenset(entries[number] for number in common))
    return bundles, {
        holder: Holding(tuple(used[holder]), frozenset(entries[number] for number in theirs))
        for holder, theirs in left.items()
    }


def _pairs(numbers: set[int]) -> Iterable[tuple[int, int]]:
    return combinations(sorted(numbers), 2)


def _order(entry: Grants) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return sorted((one.scope, one.role_id, one.target or "", one.application_roles or ()) for one in entry)
