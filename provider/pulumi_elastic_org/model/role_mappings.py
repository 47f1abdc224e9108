"""Role mappings: who gets which roles at each single sign-on. What one says, whom it matches, and what it has given.

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
    Grant,
    GrantError,
    Grants,
    check_combination,
    check_targets,
    format_grants,
    is_admin,
    parse_stored_grants,
)
from pulumi_elastic_org.model.people import Member, email_key

Match = Literal["any", "all"]
ATTRIBUTES = ("group", "email")

_JOINED: Mapping[Match, str] = {"any": " or ", "all": " and "}
_ARROW = " => "
_DISABLED = "disabled: "
_BARE = re.compile(r"[^\s\"=]+")
_CONDITION = re.compile(r'\s*(group|email)\s+("(?:[^"\\]|\\.)*"|[^\s"=]+)(?:\s+(or|and)\b)?')
_EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s]+|\*")
_NOT_IN_NAME = re.compile(r"[,/\\]")
_KEYS = ("any", "all", "roles", "enabled")


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


def may_give(mapping: RoleMapping, grant: Grant, email: str) -> bool | None:
    """Whether a mapping gives a person a role at a single sign-on; `None` where only their groups decide.

    Args:
        mapping: Of the organization; one whose rule is newer than this package may match anybody.
        grant: The role.
        email: The person's address.
    """
    if not mapping.enabled or grant not in mapping.grants:
        return False
    return None if mapping.rule is None else mapping.rule.holds(email)


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
