"""What is changed of role mappings, one call a mapping: in which order, what refuses it, and what it does to people. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from pulumi_elastic_org.model.people import Member, email_key
from pulumi_elastic_org.model.role_mappings import RoleMapping, name_mistake
from pulumi_elastic_org.model.verdicts import Violation, names

OWNER_MAPPING = "owner-mapping"
"""The guard by which an enabled mapping gives organization-admin after every single call."""

DELETABLE_NAMES = "deletable-names"
"""The guard by which no mapping is deleted whose name cannot stand alone in the list that the call takes."""


class MappingChange(NamedTuple):
    """One call that changes one mapping.

    Args:
        before: The mapping as it is; ``None`` where there is none.
        after: The mapping as it will be; ``None`` where it is deleted.
    """

    before: RoleMapping | None
    after: RoleMapping | None

    @property
    def name(self) -> str:
        """The mapping's name."""
        mapping = self.after or self.before
        return "" if mapping is None else mapping.name

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.name}: {self.after}"
        if self.after is None:
            return f"- {self.name}: {self.before}"
        return f"~ {self.name}: {self.before} becomes {self.after}"


def plan_mappings(
    declared: Iterable[RoleMapping], applied: Collection[str], live: Iterable[RoleMapping], *, authoritative: bool
) -> tuple[MappingChange, ...]:
    """Returns what is to be done, in the order of the calls: nobody's way to be an owner ends before another one is there.

    Args:
        declared: What the code says.
        applied: The names that the last apply left behind.
        live: What Elastic Cloud shows.
        authoritative: Whether mappings that are not declared are deleted, or left alone unless an apply made them.
    """
    wanted = {one.name: one for one in declared}
    present = {one.name: one for one in live}
    changes = [MappingChange(None, one) for name, one in wanted.items() if name not in present]
    changes += [
        MappingChange(present[name], replace(one, unmodelled=present[name].unmodelled))
        for name, one in wanted.items()
        if name in present and present[name] != one
    ]
    changes += [
        MappingChange(one, None)
        for name, one in present.items()
        if name not in wanted and (authoritative or name in applied)
    ]
    return tuple(sorted(changes, key=_turn))


def _turn(change: MappingChange) -> tuple[int, int, str]:
    """First what gives organization-admin and last what takes it; among those, additions, then changes, then deletions."""
    kind = 0 if change.before is None else 1 if change.after is not None else 2
    gives = change.after is not None and change.after.gives_owner
    took = change.before is not None and change.before.gives_owner
    return int(took) - int(gives), kind, change.name


def after(live: Iterable[RoleMapping], changes: Iterable[MappingChange]) -> tuple[RoleMapping, ...]:
    """Returns the mappings as they will be.

    Args:
        live: As they are.
        changes: What is to be done.
    """
    left = {one.name: one for one in live}
    for change in changes:
        if change.after is None:
            left.pop(change.name, None)
        else:
            left[change.name] = change.after
    return tuple(left.values())


def mapping_violations(live: Collection[RoleMapping], changes: tuple[MappingChange, ...]) -> Iterator[Violation]:
    """Yields why changes of mappings are refused.

    Elastic's guide wants an enabled mapping that gives Organization owner at all times; its API is not known to see to it.

    Args:
        live: The mappings as they are.
        changes: What is to be done, in the order of the calls.
    """
    yield from _owner_mapping(live, changes)
    yield from _deletable_names(changes)


def _owner_mapping(live: Collection[RoleMapping], changes: tuple[MappingChange, ...]) -> Iterator[Violation]:
    for done in range(min(1, len(changes)), len(changes) + 1):
        if not any(one.gives_owner for one in after(live, changes[:done])):
            when = f" after '{changes[done - 1].name}' is changed" if done else ""
            yield Violation(
                OWNER_MAPPING,
                None,
                f"no enabled role mapping would give organization-admin{when}: whoever signs on could lose it, and nobody could "
                "become an owner by single sign-on",
                "Declare an enabled mapping with the role organization-admin, and keep it; depend on the RoleMappings that has it, "
                "if it is another one.",
            )
            return


def enabling_violations(mappings: Collection[RoleMapping], *, owner_mapping_follows: bool) -> Iterator[Violation]:
    """Yields why an identity provider is not enabled: mappings take effect with it, and those would make nobody an owner.

    No mappings at all are no reason: Elastic's guide wants an enabled identity provider before the first one.

    Args:
        mappings: As they are, or will be by then.
        owner_mapping_follows: Whether the program adds one that gives organization-admin once the identity provider is enabled.
    """
    if mappings and not owner_mapping_follows and not any(one.gives_owner for one in mappings):
        yield Violation(
            OWNER_MAPPING,
            None,
            f"the identity provider is not enabled: none of the role mappings that take effect with it gives organization-admin "
            f"({', '.join(sorted(one.name for one in mappings))}), so whoever signs on could lose it",
            "Declare an enabled mapping with the role organization-admin in a RoleMappings of the same program (in other languages "
            "than Python also ownerMappingFollows: true in the IdentityProvider), or delete these mappings in the console first.",
        )


def _deletable_names(changes: Iterable[MappingChange]) -> Iterator[Violation]:
    for change in changes:
        if change.after is None and (mistake := name_mistake(change.name)) is not None:
            yield Violation(
                DELETABLE_NAMES,
                None,
                f"the role mapping {change.name!r} cannot be deleted alone: {mistake}",
                "Rename or delete it in the console, or declare the mode additive.",
            )


def change_effects(changes: Iterable[MappingChange], members: Iterable[Member]) -> Iterator[str]:
    """Yields what each change does to the present members, as far as addresses tell: only the identity provider knows groups.

    Args:
        changes: What is to be done.
        members: Who belongs to the organization.
    """
    people = sorted((one for one in members if one.email), key=lambda one: email_key(one.email or ""))
    for change in changes:
        touched = [one for one in people if _affects(change, one) is True]
        possible = [one for one in people if _affects(change, one) is None]
        if touched:
            who = names([one.email or one.user_id for one in touched])
            yield f"{change.name}: for {who} at the next single sign-on; roles given by hand are overwritten then"
        if possible:
            yield (
                f"{change.name}: for whoever is in its groups, which only the identity provider knows, up to {len(possible)} of "
                "the present members; roles given by hand are overwritten at their next single sign-on"
            )


def _affects(change: MappingChange, member: Member) -> bool | None:
    rules = [one.rule for one in change if one is not None and one.enabled]
    found = {None if rule is None else rule.holds(member.email or "") for rule in rules}
    return True if True in found else None if None in found else False
