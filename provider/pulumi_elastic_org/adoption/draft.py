"""What there is to write of a live organization, whatever it is written as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from pulumi_elastic_org.adoption.access import Access
from pulumi_elastic_org.adoption.factoring import Holding, bundle, group
from pulumi_elastic_org.adoption.naming import RESERVED, Names, describe
from pulumi_elastic_org.model.grants import DEPLOYMENT, Grants, check_combination
from pulumi_elastic_org.model.matching import Match, match_people
from pulumi_elastic_org.model.ownership import CloudResource, Ownership
from pulumi_elastic_org.model.people import (
    NOTHING_APPLIED,
    Invitation,
    Member,
    Organization,
    check_somebody,
    email_key,
    unmodelled_text,
)

_SHORT_ID = 8
NOTHING = Access()


@dataclass(frozen=True, slots=True)
class Target:
    """A deployment or project under a name.

    Args:
        name: What the roster calls it.
        id: Elastic's id.
        note: What it is, and whose.
    """

    name: str
    id: str
    note: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Roles under a name; each entry holds the grants of one role."""

    name: str
    entries: frozenset[Grants]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write: the e-mail address, and what is to be known (empty for most)."""

    email: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """People who hold the same.

    Args:
        name: What the roster calls them.
        people: At least two.
        holding: What each of them holds; its bundles are those of the draft.
    """

    name: str
    people: tuple[Person, ...]
    holding: Holding


@dataclass(frozen=True, slots=True)
class Single:
    """Somebody who holds what nobody else holds, or nothing; arguments as for `Group`."""

    person: Person
    holding: Holding


@dataclass(frozen=True, slots=True)
class Draft:
    """A roster to write.

    Args:
        organization_id: Whose people they are.
        targets: Every deployment and project that is listed, and those that only roles name.
        bundles: Roles that several share.
        groups: People with equal roles, administrators first, then the largest group.
        singles: Everybody else.
        notes: What is live and is not written, and why; a line each.
        access: Role mappings and settings.
    """

    organization_id: str
    targets: tuple[Target, ...]
    bundles: tuple[Bundle, ...]
    groups: tuple[Group, ...]
    singles: tuple[Single, ...]
    notes: tuple[str, ...]
    access: Access = NOTHING

    @property
    def target_names(self) -> dict[str, str]:
        """Names of targets by id."""
        return {target.id: target.name for target in self.targets}


def draft(actual: Organization, owned: Ownership, now: datetime, access: Access = NOTHING) -> Draft:
    """Returns the roster that changes nothing: everybody who is a member or has a pending invitation, with the roles they have.

    Args:
        actual: The organization as it is.
        owned: Who owns what in it.
        now: The time by which invitations are pending or expired, with a time zone.
        access: Role mappings and settings.
    """
    match = match_people(_addresses(actual), actual, NOTHING_APPLIED)
    live: dict[str, Grants] = {email: one.grants for email, one in match.members.items()}
    live |= {email: one.grants for email, one in match.invitations.items() if not one.lapsed(now)}
    unwritable = {email: reason for email in live if (reason := _why_unwritable(email, live[email]))}
    people = {email: live[email] for email in sorted(live, key=email_key) if email not in unwritable}

    targets = tuple(_targets(owned, actual.members, {one.target for grants in people.values() for one in grants}))
    named = {target.id: target.name for target in targets}
    grouped, single = group(people)
    held: dict[Grants | str, Grants] = {
        **{grants: grants for grants in grouped},
        **{one: people[one] for one in single},
    }
    found, holdings = bundle(held)
    names = Names()
    # A bundle's name must not begin like a role.
    bundles = tuple(Bundle(names.give(f"bundle-{describe(entries, named)}"), entries) for entries in found)

    notes = {
        email: f"invited, can accept until {one.expires_at:%Y-%m-%d %H:%M} UTC"
        for email, one in match.invitations.items()
    }
    group_names = Names()
    return Draft(
        organization_id=actual.id,
        targets=targets,
        bundles=bundles,
        groups=tuple(
            Group(
                group_names.give(describe(_all_entries(holdings[grants], found), named)),
                tuple(Person(email, notes.get(email, "")) for email in emails),
                holdings[grants],
            )
            for grants, emails in grouped.items()
        ),
        singles=tuple(Single(Person(email, notes.get(email, "")), holdings[email]) for email in single),
        notes=(*_notes(actual, match, unwritable, now), *access.notes),
        access=access,
    )


def _addresses(actual: Organization) -> Iterable[str]:
    """Every address once, as the members spell it, else as the invitations do."""
    spelled: dict[str, str] = {}
    for email in (*(member.email for member in actual.members), *(one.email for one in actual.invitations)):
        if email is not None:
            spelled.setdefault(email_key(email), email)
    return spelled.values()


def _why_unwritable(email: str, grants: Grants) -> str:
    try:
        check_somebody(email)
        check_combination(grants)
    except ValueError as error:
        return str(error)
    strange = next((one.target for one in grants if one.target and len(one.target.split()) != 1), None)
    return "" if strange is None else f"{strange!r} cannot be an id"


def _targets(owned: Ownership, members: Iterable[Member], used: Set[str | None]) -> Iterator[Target]:
    emails = {member.user_id: member.email or member.user_id for member in members}
    owners = {
        resource.id: f"owned by {emails[user_id]} ({resource.owners[0].evidence.value})"
        for user_id, resources in owned.by_user_id.items()
        for resource in resources
    }
    resources = sorted(owned.resources, key=lambda one: (one.kind, one.name, one.id))
    listed = {resource.id for resource in resources}
    names = Names({*RESERVED, *listed, *filter(None, used)})  # no name may stand for an id of something else
    for resource in resources:
        kind = resource.kind if resource.kind == DEPLOYMENT else f"{resource.kind} project"
        name = names.give(resource.name, f"{resource.name}-{resource.kind}")
        owner = owners.get(resource.id) or _unknown_owner(resource)
        yield Target(name, resource.id, f"{kind} '{resource.name}', {owner}")
    for unlisted in sorted(filter(None, used - listed)):
        name = names.give(f"unlisted-{unlisted[:_SHORT_ID]}")
        yield Target(name, unlisted, "not among the deployments and projects that are listed")


def _unknown_owner(resource: CloudResource) -> str:
    if not resource.owners:
        return "owner unknown"
    named = ", ".join(f"{owner.name} ({owner.evidence.value})" for owner in resource.owners)
    return f"owner unknown: {named} is not a member"


def _all_entries(holding: Holding, bundles: list[frozenset[Grants]]) -> frozenset[Grants]:
    return holding.entries.union(*(bundles[index] for index in holding.bundles))


def _notes(actual: Organization, match: Match, unwritable: Mapping[str, str], now: datetime) -> Iterator[str]:
    for email, reason in unwritable.items():
        yield f"{email}: cannot be written: {reason}"
    for member in actual.members:
        if member.email is None:
            yield f"user {member.user_id}: a member without an e-mail address, left alone"
    holders: dict[str, Member | Invitation] = {**match.members, **match.invitations}
    for email, one in holders.items():
        if one.unmodelled:
            yield f"{email}: also holds role assignments of a kind that is left alone: {unmodelled_text(one.unmodelled)}"
    for email, invitation in match.invitations.items():
        if invitation.lapsed(now):
            yield f"{email}: an invitation expired at {invitation.expires_at:%Y-%m-%d %H:%M} UTC; add the person to invite again"
