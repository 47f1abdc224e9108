"""What a program declares, and the lines of it that are changed from one revision to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN, Grant, format_grants, parse_grants
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.people import email_key
from pulumi_elastic_org.model.role_mappings import parse_mapping

DEPLOYMENTS = ("d-a", "d-b", "d-c")
OWN_KEY = "the key that the pipeline calls with"
"""Stands for that key's id where one is adopted."""
GONE = "d-gone"
"""The id of a deployment that is not there."""


ADMIN = Grant("organization", ORGANIZATION_ADMIN)


@dataclass(frozen=True)
class Part:
    """Something that a story can do without.

    Args:
        number: What names it in the story of its seed.
    """

    number: int


@dataclass(frozen=True)
class Edit(Part):
    """A line of the declaration that is changed."""

    what: str
    person: str = ""
    value: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.what, self.person, self.value and f"({self.value})")))


@dataclass(frozen=True)
class Key:
    """An API key as a program declares it."""

    description: str
    roles: str = "organization-admin"
    expiration: str = "4d"
    rotate_before: str = "1d"
    overlap: str = "3h"
    adopt: str = ""
    overrides: tuple[str, ...] = ()


SIGN_ON_PARTS = ("DomainClaim", "IdentityProvider", "RoleMappings", "OrganizationSettings")
"""The kinds of single sign-on, in their order."""

OWNERS = "group platform => organization-admin"
BREAK_GLASS, SHORT_KEY, POOR_KEY = "break-glass-key", "short-break-glass-key", "poor-break-glass-key"
"""The API key of an owner that lasts, one that ends too soon, and one that is no owner's."""


@dataclass(frozen=True)
class SignOn:
    """Single sign-on as a program declares it.

    Args:
        parts: How many of the kinds, in their order.
        enabled: Whether anybody can sign on.
        mode: Of the role mappings.
        mappings: By name, in text form.
        enforced: Whether it is the only way in.
        key: The break-glass key.
    """

    parts: int = len(SIGN_ON_PARTS)
    enabled: bool = True
    mode: str = "authoritative"
    mappings: tuple[tuple[str, str], ...] = (("owners", OWNERS),)
    enforced: bool = False
    key: str = BREAK_GLASS

    def declares(self, kind: str) -> bool:
        """Whether a kind of `SIGN_ON_PARTS` is declared."""
        return SIGN_ON_PARTS.index(kind) < self.parts

    @property
    def makes_owners(self) -> bool:
        """Whether one of the mappings makes owners."""
        return self.declares("RoleMappings") and any(parse_mapping(*one).gives_owner for one in self.mappings)

    def changed(self, what: str, name: str, value: str) -> SignOn:
        """Returns it after a line is changed.

        Args:
            what: Which line.
            name: Of a mapping.
            value: What it becomes.
        """
        mappings = {key: text for key, text in self.mappings if key != name}
        if what == "mapping":
            mappings |= {name: value}
        elif what == "mapping of owners":
            mappings = {key: text for key, text in mappings.items() if text != OWNERS} | {name: OWNERS}
        changes: dict[str, tuple[str, Any]] = {
            "parts": ("parts", int(value) if what == "parts" else 0),
            "enforcement": ("enforced", value == "on"),
            "provider": ("enabled", value == "enabled"),
            "break-glass key": ("key", value),
            "mode of mappings": ("mode", value),
            "mapping": ("mappings", tuple(sorted(mappings.items()))),
            "mapping of owners": ("mappings", tuple(sorted(mappings.items()))),
            "no mapping": ("mappings", tuple(sorted(mappings.items()))),
        }
        changed, will = changes[what]
        return replace(self, **{changed: will})


@dataclass
class Declared:
    """What a program declares.

    Args:
        members: Roles in text form by e-mail address.
        apart: Whether each person is a resource of their own, and not a line of one roster.
        invitations: Of whom only the invitation is declared, by `email_key`.
        keys: API keys by the resource's name.
        sign_on: Single sign-on; ``None`` where nothing is declared of it.
        heeds_mappings: Whether a roster leaves those alone to whom a single sign-on gave their roles.
    """

    members: dict[str, str] = field(default_factory=dict)
    apart: bool = False
    invitations: frozenset[str] = frozenset()
    keys: dict[str, Key] = field(default_factory=dict)
    sign_on: SignOn | None = None
    heeds_mappings: bool = False
    mode: str = "authoritative"
    guards: Guards = field(default_factory=Guards)
    single_sign_on: set[str] = field(default_factory=set)
    until: dict[str, str] = field(default_factory=dict)

    def edit(self, edit: Edit) -> None:
        """Changes a line, where it is there; what only a roster has changes nothing where each person is a resource."""
        if self.apart and edit.what in _OF_ROSTERS:
            return
        if edit.what not in _OF_MEMBERS or edit.person in self.members:
            _CHANGES[edit.what](self, edit.person, edit.value)

    def remove(self, person: str) -> None:
        """Takes a person out."""
        del self.members[person]
        self.single_sign_on.discard(person)
        self.until.pop(person, None)

    def remove_half(self) -> None:
        """Loses every second line, but those of whom a key is."""
        for person in [email for email in self.members if not email.startswith("root")][::2]:
            self.remove(person)

    def change_key(self, name: str, **properties: str) -> None:
        """Changes an API key, where it is declared."""
        if name in self.keys:
            self.keys[name] = replace(self.keys[name], **properties)  # type: ignore[arg-type]

    def change_sign_on(self, what: str, name: str, value: str) -> None:
        """Changes a line of single sign-on, where it is declared."""
        if self.sign_on is not None:
            self.sign_on = self.sign_on.changed(what, name, value)

    def let_key_past(self, name: str, guard: str) -> None:
        """Lets the keys of a resource past a guard."""
        if name in self.keys:
            self.keys[name] = replace(self.keys[name], overrides=(*self.keys[name].overrides, guard))

    def only_invite(self, person: str) -> None:
        """Declares the invitation of a person, and no longer their membership; only where each person is a resource."""
        if self.apart:
            self.invitations |= {email_key(person)}
            self.single_sign_on.discard(person)

    def protect(self, *people: str, no_more: str = "") -> None:
        """Protects people, or somebody no more."""
        protected = {*self.guards.protected, *people} - {no_more}
        self.guards = replace(self.guards, protected=tuple(sorted(protected)))

    def remove_protected(self) -> None:
        """Takes out whoever is protected, and protects nobody any more."""
        for person in set(self.guards.protected) & self.members.keys():
            self.remove(person)
        self.guards = replace(self.guards, protected=())

    def demote(self, person: str) -> None:
        """Takes the administrator's role from a person."""
        held = parse_grants(self.members[person])
        self.members[person] = format_grants(one for one in held if one.role_id != ORGANIZATION_ADMIN)

    def allow(self, **settings: object) -> None:
        """Changes what the guards allow."""
        self.guards = replace(self.guards, **settings)  # type: ignore[arg-type]

    def override(self, person: str, guard: str) -> None:
        """Lets a person past a guard."""
        known = self.guards.overrides.get(person, Override((), "it is meant"))
        guards = tuple(sorted({*known.guards, guard}))
        self.guards = replace(self.guards, overrides={**self.guards.overrides, person: replace(known, guards=guards)})

    def rename(self, old: str, new: str) -> None:
        """Writes an address otherwise."""
        self.members = {new if email == old else email: roles for email, roles in self.members.items()}
        self.until = {new if email == old else email: day for email, day in self.until.items()}
        self.single_sign_on = {new if email == old else email for email in self.single_sign_on}


SIGN_ON_EDITS = (
    "parts",
    "enforcement",
    "provider",
    "break-glass key",
    "mode of mappings",
    "mapping",
    "mapping of owners",
    "no mapping",
)


def _of_sign_on(what: str) -> Callable[[Declared, str, str], object]:
    return lambda declared, name, value: declared.change_sign_on(what, name, value)


_CHANGES: Mapping[str, Callable[[Declared, str, str], object]] = {
    "add": lambda declared, person, roles: declared.members.setdefault(person, roles),
    "remove": lambda declared, person, _: declared.remove(person),
    "roles of": lambda declared, person, roles: declared.members.update({person: roles}),
    "promote": lambda declared, person, _: declared.members.update(
        {person: with_grant(declared.members[person], ADMIN)}
    ),
    "demote": lambda declared, person, _: declared.demote(person),
    "move roles of": lambda declared, person, _: declared.members.update({person: _moved(declared.members[person])}),
    "write in capitals": lambda declared, person, _: declared.rename(person, person.upper()),
    "lose half the lines": lambda declared, *_: declared.remove_half(),
    "protect": lambda declared, person, _: declared.protect(person),
    "protect no more": lambda declared, person, _: declared.protect(no_more=person),
    "remove whoever is protected": lambda declared, *_: declared.remove_protected(),
    "at least administrators": lambda declared, _, number: declared.allow(min_admins=int(number)),
    "at most removals": lambda declared, _, most: declared.allow(max_removals=most),
    "by single sign-on": lambda declared, person, _: declared.single_sign_on.add(person),
    "by hand again": lambda declared, person, _: declared.single_sign_on.discard(person),
    "until": lambda declared, person, day: declared.until.update({person: day}),
    "mode": lambda declared, _, mode: setattr(declared, "mode", mode),
    "override": lambda declared, person, guard: declared.override(person, guard),
    "by invitation only": lambda declared, person, _: declared.only_invite(person),
    "declare key": lambda declared, name, roles: declared.keys.setdefault(name, Key(f"for {name}", roles)),
    "adopt the pipeline's key as": lambda declared, name, _: declared.keys.setdefault(
        name, Key(f"for {name}", expiration="9d", adopt=OWN_KEY)
    ),
    "drop key": lambda declared, name, _: declared.keys.pop(name, None),
    "roles of key": lambda declared, name, roles: declared.change_key(name, roles=roles),
    "description of key": lambda declared, name, text: declared.change_key(name, description=text),
    "overlap of key": lambda declared, name, overlap: declared.change_key(name, overlap=overlap),
    "lifetime of key": lambda declared, name, lifetime: declared.change_key(name, expiration=lifetime),
    "guard off for key": lambda declared, name, guard: declared.let_key_past(name, guard),
    **{what: _of_sign_on(what) for what in SIGN_ON_EDITS},
}
"""What each edit does to a declaration."""

_OF_ROSTERS = frozenset({"mode", "until"})

_OF_MEMBERS = frozenset(
    {
        "remove",
        "roles of",
        "promote",
        "demote",
        "move roles of",
        "write in capitals",
        "by single sign-on",
        "until",
        "by invitation only",
    }
)


def with_grant(roles: str, grant: Grant) -> str:
    return format_grants(parse_grants(roles) | {grant})


def _moved(roles: str) -> str:
    """Roles on all on one target instead, and the other way round."""
    moved = {
        one if one.scope != "deployment" else one._replace(target=DEPLOYMENTS[0] if one.target is None else None)
        for one in parse_grants(roles)
    }
    return format_grants(moved)
