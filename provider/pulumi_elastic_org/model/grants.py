"""One role on one target, its text form, and the roles that Elastic Cloud has published. Pure."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

KNOWN_ROLES: Mapping[str, tuple[str, ...]] = {
    "organization": ("organization-admin", "billing-admin"),
    "deployment": ("deployment-admin", "deployment-editor", "deployment-viewer"),
    "elasticsearch": ("elasticsearch-admin", "elasticsearch-developer", "elasticsearch-viewer"),
    "observability": ("observability-admin", "observability-editor", "observability-viewer"),
    "security": tuple(
        f"security-{role}"
        for role in (
            "admin",
            "editor",
            "viewer",
            "t1-analyst",
            "t2-analyst",
            "t3-analyst",
            "threat-intel-analyst",
            "rule-author",
            "soc-manager",
            "endpoint-operations-analyst",
            "platform-engineer",
            "detections-admin",
            "endpoint-policy-manager",
        )
    ),
}
"""Role ids by scope. New ones appear over time."""

_SCOPES = {role_id: scope for scope, role_ids in KNOWN_ROLES.items() for role_id in role_ids}
_CONSOLE_NAMES = {"organization-owner": "organization-admin"}
"""What Elastic's console calls a role whose id is another."""


def scope_of(role_id: str) -> str | None:
    """Returns the scope of a role that Elastic has published, or ``None`` for any other."""
    return _SCOPES.get(role_id)


def scope_of_prefix(role_id: str) -> str | None:
    """Returns the scope that a role id begins with, or ``None`` where it begins with none."""
    prefix = role_id.partition("-")[0]
    return prefix if prefix in KNOWN_ROLES else None


def nearest_role(name: str, valid: Iterable[str]) -> str | None:
    """Returns the valid name that a misspelled role is most like; ``None`` where it is like none.

    Args:
        name: What was written.
        valid: The names to choose from.
    """
    by_spelling = {one.casefold(): one for one in valid}
    near = difflib.get_close_matches(name.casefold(), by_spelling, n=1)
    return by_spelling[near[0]] if near else None


def unknown_role_message(name: str, others: Iterable[str] = ()) -> str:
    """Says that a name is no role, with the nearest one that is.

    Args:
        name: What was written.
        others: Further names that would be valid in that place, such as bundles.
    """
    near = _CONSOLE_NAMES.get(name.casefold()) or nearest_role(name, (*others, *_SCOPES))
    scope = scope_of_prefix(name)
    scoped = f"{scope}:{name}" if scope else "deployment:NAME"
    newer = f"a role newer than this package is written with its scope, as in '{scoped}'"
    if near is None:
        return f"'{name}' is not a known role; {newer}"
    return f"'{name}' is not a known role; did you mean '{near}'?" + (f" ({newer})" if scope else "")


ORGANIZATION = "organization"
DEPLOYMENT = "deployment"
PROJECT_TYPES = ("elasticsearch", "observability", "security")

ORGANIZATION_ADMIN = "organization-admin"

NO_ROLES = "no roles"
_ALL = "all"
_WORDS = frozenset({_ALL, "on", "as", "no", "roles"})
_TARGET_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_BARE = re.compile(r"[A-Za-z0-9_.@+/*-]+")
_TOKEN = re.compile(
    r'\s*(?:(?P<name>[A-Za-z0-9_.@+/*-]+)|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>\(console only\)|[;,:]))'
)


class Grant(NamedTuple):
    """One role on one target.

    Args:
        scope: ``"organization"``, ``"deployment"``, or a project type such as ``"security"``.
        role_id: Elastic's role id, for instance ``"deployment-editor"``.
        target: The id of the deployment or project; ``None`` for all of them, and for a role of the organization.
        application_roles: The roles inside the deployments and projects, sorted. ``None`` is the default access, ``()`` the
            console only: the API keeps absent and empty apart, and so does this.
    """

    scope: str
    role_id: str
    target: str | None = None
    application_roles: tuple[str, ...] | None = None


Grants = frozenset[Grant]


class GrantError(ValueError):
    """A role in text form, or a combination of roles, that is invalid. The message says what to write instead."""


def is_known(grant: Grant) -> bool:
    """Whether Elastic's published list of roles holds the grant's role for the grant's scope."""
    return grant.role_id in KNOWN_ROLES.get(grant.scope, ())


@lru_cache(maxsize=8192)  # as for `_role_texts`
def unknown_roles(grants: Grants) -> Grants:
    """Returns those grants whose role Elastic has not published."""
    return frozenset(grant for grant in grants if not is_known(grant))


def is_admin(grants: Iterable[Grant]) -> bool:
    """Whether somebody who holds these may manage the members of the organization.

    Application roles only say what else the role opens: with none of them (console only) it still administers the organization.
    """
    return any(grant.scope == ORGANIZATION and grant.role_id == ORGANIZATION_ADMIN for grant in grants)


def overlap(one: Grant, other: Grant) -> bool:
    """Whether two grants are of one role and share a target.

    The API merges such assignments, so removing one can cancel the other: they are exchanged as a pair, never added first.
    """
    return (
        one.scope == other.scope
        and one.role_id == other.role_id
        and (one.target == other.target or one.target is None or other.target is None)
    )


def check_combination(grants: Iterable[Grant]) -> None:
    """Refuses grants of one person that the API would merge into something else.

    Args:
        grants: What one person is to hold.

    Raises:
        GrantError: One role is given on a target both by itself and through ``all``, or twice with different application roles.
    """
    ordered = sorted(
        set(grants), key=lambda one: (one.scope, one.role_id, one.target or "", one.application_roles or ())
    )
    for at, grant in enumerate(ordered):
        clash = next((other for other in ordered[:at] if overlap(grant, other)), None)
        if clash is None:
            continue
        if clash.target != grant.target:
            raise GrantError(
                f"{grant.role_id} on all already covers {clash.target or grant.target}: keep one of the two"
            )
        where = "the organization" if grant.scope == ORGANIZATION else grant.target or "all"
        raise GrantError(
            f"{grant.role_id} is given twice on {where} with different application roles: keep one of "
            f"'{format_grants([clash])}' and '{format_grants([grant])}'"
        )


def check_targets(grants: Iterable[Grant], names: Collection[str] = ()) -> None:
    """Refuses targets that cannot be ids, before they are sent to Elastic Cloud.

    Args:
        grants: What one person is to hold.
        names: What may stand for an id as well.

    Raises:
        GrantError: A target is blank or holds what no id has; all such targets are named.
    """
    targets = {grant.target for grant in grants if grant.target is not None and grant.target not in names}
    if strange := sorted(target for target in targets if not is_target_id(target)):
        raise GrantError(f"{', '.join(map(repr, strange))}: not the id of a deployment or project")


def is_target_id(text: str) -> bool:
    """Whether a text has the form of an id: Elastic Cloud's are 32 lower-case letters and digits, others' may differ a little."""
    return _TARGET_ID.fullmatch(text) is not None


def format_grants(grants: Iterable[Grant]) -> str:
    """Returns the canonical text of a person's grants: equal sets give equal text, whatever their order.

    Args:
        grants: What the person holds; may be empty.
    """
    return "; ".join(_role_texts(frozenset(grants))) or NO_ROLES


@lru_cache(maxsize=8192)  # thousands of people share a few hundred combinations
def _role_texts(grants: Grants) -> tuple[str, ...]:
    grouped: dict[Grant, list[str]] = {}
    for grant in grants:
        named = grouped.setdefault(grant if grant.target is None else grant._replace(target=""), [])
        if grant.target is not None:
            named.append(grant.target)
    entries = []
    for grant, named in grouped.items():
        entry = quote_name(grant.role_id)
        if not is_known(grant):
            entry = f"{quote_name(grant.scope)}:{entry}"
        if named:
            entry += " on " + ", ".join(quote_name(target) for target in sorted(named))
        elif grant.scope != ORGANIZATION:
            entry += " on all"
        if grant.application_roles is not None:
            names = ", ".join(map(quote_name, grant.application_roles))
            entry += f" as {names}" if names else " (console only)"
        entries.append(entry)
    return tuple(sorted(entries))


def role_texts(grants: Iterable[Grant]) -> list[str]:
    """Returns one text a role, each with all its targets: what `format_grants` puts into one line.

    Args:
        grants: What the person holds; may be empty.
    """
    return list(_role_texts(frozenset(grants)))


@lru_cache(maxsize=8192)
def parse_grants(text: str) -> Grants:
    """Reads what ``format_grants`` writes; order, white space and repetition do not matter.

    Args:
        text: Grants in text form, for instance ``"billing-admin; deployment-editor on a1b2"``.

    Raises:
        GrantError: The text cannot be read, or the grants contradict each other; the message names the place and the nearest
            known role.
    """
    grants = _Parser(text, scope_of).grants()
    check_combination(grants)
    return grants


@lru_cache(maxsize=8192)
def parse_stored_grants(text: str) -> Grants:
    """Reads what any version of ``format_grants`` has written into state, a saved plan or a log.

    Up to version 0.2.0 a role id that was not known stood without its scope where it began with one.

    Args:
        text: Grants in text form.

    Raises:
        GrantError: As for `parse_grants`.
    """
    grants = parse_held_grants(text)
    check_combination(grants)
    return grants


@lru_cache(maxsize=8192)
def parse_held_grants(text: str) -> Grants:
    """Reads what ``format_grants`` has written of somebody live, who may hold by hand what no roster may declare.

    Args:
        text: Grants in text form; they may contradict each other.

    Raises:
        GrantError: The text cannot be read.
    """
    return _Parser(text, lambda role_id: scope_of(role_id) or scope_of_prefix(role_id)).grants()


def restate(text: str) -> str:
    """Returns stored grants as this version writes them, so that texts of several versions can be compared.

    Args:
        text: Grants in text form; what cannot be read is returned as it is.
    """
    try:
        return format_grants(parse_stored_grants(text))
    except GrantError:
        return text


class _Token(NamedTuple):
    kind: str
    value: str
    column: int


class _Parser:
    """Recursive descent over one person's text; each method reads one rule of its grammar."""

    def __init__(self, text: str, scope_of_role: Callable[[str], str | None]) -> None:
        self._text = text
        self._scope_of_role = scope_of_role
        self._tokens = list(self._tokenize())
        self._next = 0

    def _tokenize(self) -> Iterator[_Token]:
        position = 0
        while position < len(self._text.rstrip()):
            match = _TOKEN.match(self._text, position)
            if match is None:
                column = len(self._text) - len(self._text[position:].lstrip())
                raise self._error(column, "this character needs double quotes around the name that holds it")
            kind = str(match.lastgroup)
            value = match.group(kind)
            column = match.start(kind)
            if kind == "quoted":
                try:
                    value = json.loads(value)
                except json.JSONDecodeError:
                    raise self._error(column, "a name in double quotes follows the rules of a JSON string") from None
                if not value:
                    raise self._error(column, "a name cannot be empty")
            yield _Token(kind, value, column)
            position = match.end()

    def grants(self) -> Grants:
        if self._text.strip() == NO_ROLES:
            return frozenset()
        grants = {*self._entry()}
        while self._take("mark", ";"):
            grants.update(self._entry())
        if (token := self._peek()) is not None:
            raise self._error(token.column, "expected ';' between two roles")
        return frozenset(grants)

    def _entry(self) -> Iterator[Grant]:
        start = self._peek()
        role_id = self._name("a role", _WORDS)
        scope = self._scope_of_role(role_id)
        if self._take("mark", ":"):
            scope, role_id = role_id, self._name("a role", _WORDS)
        if scope is None or start is None:
            raise self._error(start.column if start else 0, unknown_role_message(role_id))
        targets: list[str | None] = [None]
        if self._take("name", "on"):
            if scope == ORGANIZATION:
                raise self._error(start.column, f"{role_id} is a role of the whole organization and takes no 'on'")
            if not self._take("name", _ALL):
                targets = list(self._names("a deployment or project id, or 'all'"))
        elif scope != ORGANIZATION:
            raise self._error(start.column, f"{role_id} needs 'on all' or 'on ID, ID'")
        application_roles: tuple[str, ...] | None = None
        if self._take("mark", "(console only)"):
            application_roles = ()
        elif self._take("name", "as"):
            application_roles = tuple(sorted(set(self._names("an application role"))))
        for target in targets:
            yield Grant(scope, role_id, target, application_roles)

    def _names(self, wanted: str) -> Iterator[str]:
        yield self._name(wanted)
        while self._take("mark", ","):
            yield self._name(wanted)

    def _name(self, wanted: str, words: Collection[str] = (_ALL,)) -> str:
        """Takes a name; `words` are none in this place, unless they are quoted."""
        token = self._peek()
        if token is None:
            raise self._error(len(self._text), f"expected {wanted} here")
        if token.kind == "quoted" or (token.kind == "name" and token.value not in words):
            self._next += 1
            return token.value
        raise self._error(token.column, f"expected {wanted}, found '{token.value}'")

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, kind: str, value: str) -> bool:
        token = self._peek()
        if token is None or (token.kind, token.value) != (kind, value):
            return False
        self._next += 1
        return True

    def _error(self, column: int, what: str) -> GrantError:
        return GrantError(f"cannot read '{self._text}' at character {column + 1}: {what}")


def quote_name(name: str) -> str:
    """Returns a name as it stands in the text form of grants: in double quotes where it would be read as something else."""
    return name if _BARE.fullmatch(name) and name not in _WORDS else json.dumps(name)
