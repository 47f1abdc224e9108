"""Role mappings: who gets which roles at each single sign-on. What they match, what differs, and what each change does to people.

A mapping in text form, canonical and short enough for one line in a preview::

    group platform or email *@acme.example => organization-admin
    disabled: group soc-* and email "*@acme.example" => security-t1-analyst on all; billing-admin

The rules of matching are those of Elastic's guide "Configure SAML SSO": ``*`` stands for zero or more characters, any or all of the
conditions must match, there is no nesting and no negation. Elastic evaluates the mappings at each single sign-on, never before, and
the roles that they give then take the place of those that were given by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, get_args

from pulumi_elastic_org.model.grants import (
    GrantError,
    Grants,
    check_combination,
    check_targets,
    format_grants,
    is_admin,
    parse_stored_grants,
)
from pulumi_elastic_org.model.people import Member, email_key
from pulumi_elastic_org.model.verdicts import Violation

Match = Literal["any", "all"]
ATTRIBUTES = ("group", "email")

OWNER_MAPPING = "owner-mapping"
"""The guard by which an enabled mapping gives organization-admin after every single call."""

DELETABLE_NAMES = "deletable-names"
"""The guard by which no mapping is deleted whose name cannot stand alone in the list that the call takes."""

_JOINED: Mapping[Match, str] = {"any": " or ", "all": " and "}
_ARROW = " => "
_DISABLED = "disabled: "
_BARE = re.compile(r"[^\s\"=]+")
_CONDITION = re.compile(r'\s*(group|email)\s+("(?:[^"\\]|\\.)*"|[^\s"=]+)(?:\s+(or|and)\b)?')
_EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s]+|\*")
_NOT_IN_NAME = re.compile(r"[,/\\]")
_KEYS = ("any", "all", "roles", "enabled")
_SHOWN_PEOPLE = 10


class RoleMappingError(ValueError):
    """Role mappings that are invalid; one line a mistake."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class Condition(NamedTuple):
    """One thing that a rule asks of whoever signs on.

    Args:
        attribute: ``"group"``, as the identity provider names one, or ``"email"``.
        pattern: What it must be; ``*`` stands for zero or more characters.
    """

    attribute: str
    pattern: str

    @property
    def mistake(self) -> str | None:
        """What is wrong with it; ``None`` where nothing is."""
        if self.attribute == "email" and not _EMAIL_PATTERN.fullmatch(self.pattern):
            return f"{self.pattern!r} is not an e-mail address, with * for any characters"
        return None

    def holds(self, email: str, groups: Collection[str] | None) -> bool | None:
        """Whether it holds for a person; ``None`` where that cannot be told.

        Args:
            email: The person's address.
            groups: The person's groups; ``None`` where they are not known, as only the identity provider knows them.
        """
        if self.attribute == "email":
            return _matches(email_key(self.pattern), email_key(email))
        return None if groups is None else any(_matches(self.pattern, group) for group in groups)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom a mapping is for. `of` makes one in which equal rules are equal values.

    Args:
        match: Whether any or all of the conditions must hold.
        conditions: At least one, sorted.
    """

    match: Match
    conditions: tuple[Condition, ...]

    @staticmethod
    def of(match: Match, conditions: Iterable[Condition]) -> Rule:
        """Returns a rule; order and repetition of conditions do not matter, nor any or all where there is one."""
        distinct = tuple(sorted(set(conditions)))
        return Rule("any" if len(distinct) == 1 else match, distinct)

    def holds(self, email: str, groups: Collection[str] | None = None) -> bool | None:
        """As for `Condition.holds`."""
        found = {one.holds(email, groups) for one in self.conditions}
        decisive = self.match == "any"  # one that holds decides "any", one that does not decides "all"
        if decisive in found:
            return decisive
        return None if None in found else not decisive

    def __str__(self) -> str:
        return _JOINED[self.match].join(f"{one.attribute} {_quoted(one.pattern)}" for one in self.conditions)


@dataclass(frozen=True, slots=True)
class RoleMapping:
    """Who gets which roles at a single sign-on.

    Args:
        name: Unique in the organization.
        rule: Whom it is for; ``None`` where Elastic Cloud shows a rule of a form that is newer than this package.
        grants: The roles.
        enabled: Whether it has any effect.
        unmodelled: What of the role assignments, and of a newer rule, is kept as it came.
    """

    name: str
    rule: Rule | None
    grants: Grants
    enabled: bool = True
    unmodelled: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)

    @property
    def gives_owner(self) -> bool:
        """Whether it makes somebody an owner of the organization: it is enabled, and whom it is for is understood."""
        return self.enabled and self.rule is not None and is_admin(self.grants)

    @property
    def whom(self) -> str:
        """Whom it is for: its text form up to the roles."""
        rule = "a rule of a newer form" if self.rule is None else str(self.rule)
        return f"{'' if self.enabled else _DISABLED}{rule}{_ARROW}"

    def __str__(self) -> str:
        return f"{self.whom}{format_grants(self.grants)}"


def name_mistake(name: str) -> str | None:
    """Returns why a mapping cannot have a name; ``None`` where it can.

    The names of mappings to delete are one list in an address, separated by commas, so that a name with a comma cannot be deleted
    alone.

    Args:
        name: The name.
    """
    if not name.strip() or name != name.strip():
        return "a name is not empty, and has no spaces around it"
    if name in (".", ".."):
        return "'.' and '..' would lead to another address of the API"
    if not name.isprintable():
        return "a name contains no invisible characters"
    if found := _NOT_IN_NAME.search(name):
        return f"'{found.group()}' would make another address of the API, or another list of names; take it out"
    return None


def parse_mapping(name: str, text: str) -> RoleMapping:
    """Reads what `str` makes of a mapping.

    Args:
        name: The mapping's name.
        text: The text form, as in this module's docstring.

    Raises:
        RoleMappingError: The text cannot be read; the message says how one is written.
    """
    enabled = not text.startswith(_DISABLED)
    rule_text, arrow, roles = text.removeprefix(_DISABLED).partition(_ARROW)
    position, joints, conditions = 0, list[str](), list[Condition]()
    while match := _CONDITION.match(rule_text, position):
        attribute, pattern, joint = match.groups()
        conditions.append(Condition(attribute, _unquoted(pattern)))
        position = match.end()
        if joint is None:
            break
        joints.append(joint)
    read = (
        len(conditions) == len(joints) + 1
        and not rule_text[position:].strip()
        and all(one.pattern for one in conditions)
    )
    if not read or not arrow or len(set(joints)) > 1:
        raise RoleMappingError(
            [
                f"{name}: cannot read {text!r}; write it as 'group platform or email *@acme.example => organization-admin'"
            ]
        )
    try:
        grants = parse_stored_grants(roles)
    except GrantError as error:
        raise RoleMappingError([f"{name}: {error}"]) from None
    mapping = RoleMapping(name, Rule.of("all" if "and" in joints else "any", conditions), grants, enabled)
    if mistakes := list(_mistakes(mapping)):
        raise RoleMappingError(mistakes)
    return mapping


def read_mapping(name: str, given: object) -> RoleMapping:
    """Reads a mapping as programs and files write it.

    Args:
        name: The mapping's name.
        given: ``{"any": [{"group": "platform"}], "roles": ["organization-admin"]}`` with ``any`` or ``all``, conditions of one
            ``group`` or ``email`` each, roles as in a roster, and ``enabled`` (true by default); or the text form.

    Raises:
        RoleMappingError: Something is wrong; all of it is named.
    """
    if isinstance(given, RoleMapping):
        return replace(given, name=name)
    if isinstance(given, str):
        return parse_mapping(name, given)
    if not isinstance(given, Mapping):
        raise RoleMappingError([f"{name}: a mapping is a dictionary with any or all and roles, or a string"])
    mistakes = [f"{name}: '{key}' is not a key here; there are {', '.join(_KEYS)}" for key in given.keys() - {*_KEYS}]
    rule = _read_rule(name, given, mistakes)
    grants = _read_roles(name, given.get("roles"), mistakes)
    enabled = given.get("enabled", True)
    if not isinstance(enabled, bool):
        mistakes.append(f"{name}: enabled is true or false")
    mapping = RoleMapping(name, rule, grants, enabled is True)
    mistakes += _mistakes(mapping)
    if mistakes:
        raise RoleMappingError(mistakes)
    return mapping


def _read_rule(name: str, given: Mapping[str, Any], mistakes: list[str]) -> Rule | None:
    written = [match for match in get_args(Match) if given.get(match)]
    if len(written) != 1:
        mistakes.append(
            f"{name}: needs one of any and all, with at least one condition such as {{'group': 'platform'}}"
        )
        return None
    [match] = written
    conditions: list[Condition] = []
    for one in given[match] if isinstance(given[match], list | tuple) else [given[match]]:
        attribute, pattern = next(iter(one.items())) if isinstance(one, Mapping) and len(one) == 1 else ("", None)
        if attribute in ATTRIBUTES and isinstance(pattern, str) and pattern.strip():
            conditions.append(Condition(attribute, str(pattern)))
        else:
            mistakes.append(
                f"{name}: each entry of '{match}' is one group or one email, such as {{'group': 'platform'}}"
            )
    return Rule.of(match, conditions) if conditions else None


def _read_roles(name: str, given: object, mistakes: list[str]) -> Grants:
    entries = [given] if isinstance(given, str) else given
    if not isinstance(entries, list | tuple | set | frozenset) or not entries:
        mistakes.append(f"{name}: needs roles, such as ['deployment-viewer on all']")
        return frozenset()
    grants: set[Any] = set()
    for entry in entries:
        try:
            grants |= parse_stored_grants(str(entry))
        except GrantError as error:
            mistakes.append(f"{name}: {error}")
    return frozenset(grants)


def _mistakes(mapping: RoleMapping) -> Iterator[str]:
    if (mistake := name_mistake(mapping.name)) is not None:
        yield f"{mapping.name}: {mistake}"
    for one in mapping.rule.conditions if mapping.rule else ():
        if one.mistake is not None:
            yield f"{mapping.name}: {one.mistake}"
    try:
        check_combination(mapping.grants)
        check_targets(mapping.grants)
    except GrantError as error:
        yield f"{mapping.name}: {error}"


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
    """Additions, then changes, then deletions; among those, first what gives organization-admin and last what takes it."""
    kind = 0 if change.before is None else 1 if change.after is not None else 2
    gives = change.after is not None and change.after.gives_owner
    took = change.before is not None and change.before.gives_owner
    return kind, int(took) - int(gives), change.name


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
                "Declare an enabled mapping with the role organization-admin, and keep it.",
            )
            return


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
            yield f"{change.name}: for {_listed(touched)} at the next single sign-on; roles given by hand are overwritten then"
        if possible:
            yield (
                f"{change.name}: for whoever is in its groups, which only the identity provider knows, up to {len(possible)} of "
                "the present members; roles given by hand are overwritten at their next single sign-on"
            )


def _affects(change: MappingChange, member: Member) -> bool | None:
    rules = [one.rule for one in change if one is not None and one.enabled]
    found = {None if rule is None else rule.holds(member.email or "") for rule in rules}
    return True if True in found else None if None in found else False


def given_at_sign_on(member: Member, mappings: Iterable[RoleMapping]) -> bool:
    """Whether a member's roles are those that a single sign-on gave, which is no drift: the mappings decide, at each login.

    They are where they are the sum of the mappings that surely match and of some of those that may.

    Args:
        member: The member, as Elastic Cloud shows them.
        mappings: The organization's mappings.
    """
    if not member.email:
        return False
    given: Grants = frozenset()
    for mapping in mappings:
        holds = mapping.enabled and mapping.rule is not None and mapping.rule.holds(member.email)
        if holds is True and not mapping.grants <= member.grants:
            return False
        if holds is not False and mapping.grants <= member.grants:
            given |= mapping.grants
    return bool(given) and given == member.grants


def signed_on(members: Iterable[Member], mappings: Collection[RoleMapping]) -> frozenset[str]:
    """Returns the members whose roles a single sign-on gave, by `email_key`.

    Args:
        members: As Elastic Cloud shows them.
        mappings: The organization's mappings.
    """
    return frozenset(email_key(one.email or "") for one in members if mappings and given_at_sign_on(one, mappings))


def _listed(people: list[Member]) -> str:
    names = ", ".join(one.email or one.user_id for one in people[:_SHOWN_PEOPLE])
    return names + (f" and {len(people) - _SHOWN_PEOPLE} more" if len(people) > _SHOWN_PEOPLE else "")


def _matches(pattern: str, text: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest or not text.startswith(first):
        return text == first
    *middle, last = rest
    position = len(first)
    for part in middle:
        if (found := text.find(part, position)) < 0:
            return False
        position = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= position


def _quoted(pattern: str) -> str:
    return pattern if _BARE.fullmatch(pattern) else json.dumps(pattern, ensure_ascii=False)


def _unquoted(written: str) -> str:
    try:
        return str(json.loads(written)) if written.startswith('"') else written
    except json.JSONDecodeError:
        return ""
