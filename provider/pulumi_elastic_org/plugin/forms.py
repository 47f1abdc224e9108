"""What a property looks like in programs of every language, beside the flat form in which the lifecycle and state have it.

A person's roles are flat text, so that a preview shows one line a person; a program may write them as a list. Lists of addresses
are one text in the flat form, which costs Pulumi less.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pulumi.output import Unknown

from pulumi_elastic_org.lifecycle.properties import UNKNOWN, Property, Type
from pulumi_elastic_org.model.grants import Grant, GrantError, check_combination, format_grants, parse_grants
from pulumi_elastic_org.model.people import check_somebody, email_key, read_addresses, repeated, write_addresses
from pulumi_elastic_org.plugin.names import camel, step

Mistakes = list[tuple[str, str]]
"""What is wrong, each with the path of the property."""

_LONGEST_SHOWN = 60


class Form:
    """How programs write one property: as it is in the flat form, unless a subclass says otherwise."""

    def flat(self, value: Any, path: str, mistakes: Mistakes) -> Any:  # noqa: ARG002
        """Returns the flat form of what a program wrote.

        Args:
            value: What it wrote; parts of it may be unknown.
            path: Of the property, for messages.
            mistakes: Receives what is wrong.
        """
        return value

    def written(self, value: Any) -> Any:
        """Returns the flat form as the engine keeps it, which a program may write so, too."""
        return value

    def stored(self, value: Any) -> Any:
        """Returns the flat form of what the engine kept: the inverse of `written`."""
        return value


class Roles(Form):
    """One person's roles: a list of strings, or one text."""

    def flat(self, value: Any, path: str, mistakes: Mistakes) -> Any:
        if isinstance(value, Unknown):
            return value
        parts = value if isinstance(value, list) else [value]
        grants: set[Grant] = set()
        before = len(mistakes)
        for index, part in enumerate(parts):
            where = step(path, index) if isinstance(value, list) else path
            if isinstance(part, Unknown):
                continue
            if not isinstance(part, str):
                mistakes.append((where, f'is text such as "billing-admin", not {_shown(part)}'))
                continue
            try:
                grants |= parse_grants(part)
            except GrantError as error:
                mistakes.append((where, str(error)))
        if len(mistakes) > before:
            return None
        try:
            check_combination(grants)
        except GrantError as error:
            mistakes.append((path, str(error)))
        if any(isinstance(part, Unknown) for part in parts):
            return UNKNOWN
        return format_grants(grants)


class People(Form):
    """Roles by e-mail address."""

    _roles = Roles()

    def flat(self, value: Any, path: str, mistakes: Mistakes) -> Any:
        if isinstance(value, Unknown):
            mistakes.append(
                (
                    path,
                    "is only known after another resource exists; write the addresses here, and outputs inside a person's roles",
                )
            )
            return None
        if not isinstance(value, Mapping):
            mistakes.append(
                (path, f'must be a map such as {{"ada@acme.example": ["billing-admin"]}}, not {_shown(value)}')
            )
            return None
        seen: dict[str, str] = {}
        found = {}
        for email, roles in sorted(value.items()):
            where = step(path, email)
            if mistake := repeated(email, seen):
                mistakes.append((where, mistake))
            try:
                check_somebody(email)
            except ValueError as error:
                mistakes.append((where, str(error)))
            found[email] = self._roles.flat(roles, where, mistakes)
        return found


class Addresses(Form):
    """A list of e-mail addresses."""

    def flat(self, value: Any, path: str, mistakes: Mistakes) -> Any:
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, list):
            mistakes.append((path, f'must be a list such as ["ada@acme.example"], not {_shown(value)}'))
            return None
        for index, email in enumerate(value):
            if isinstance(email, Unknown):
                return email
            try:
                check_somebody(email)
            except ValueError as error:
                mistakes.append((step(path, index), str(error)))
        return write_addresses({email_key(one) for one in value if isinstance(one, str)})

    def written(self, value: Any) -> Any:
        return value if isinstance(value, Unknown) else sorted(read_addresses(value))

    def stored(self, value: Any) -> Any:
        return write_addresses(value) if isinstance(value, list) else value


class Record(Form):
    """An object with properties of its own."""

    def __init__(self, fields: Mapping[str, Property], forms: Mapping[str, Form]) -> None:
        self._fields = fields
        self._forms = forms

    def flat(self, value: Any, path: str, mistakes: Mistakes) -> Any:
        if isinstance(value, Unknown) or not isinstance(value, Mapping):
            return value
        names = {camel(name): name for name in self._fields}
        found = {}
        for key, part in sorted(value.items()):  # the engine hands objects over in any order
            if key.startswith("__"):  # what older SDKs note beside the properties
                continue
            if (name := names.get(key)) is None:
                near = get_close_matches(key, names, 1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names))}"
                mistakes.append((step(path, key), f"there is no such property; {hint}"))
            elif part is not None:
                found[name] = self._forms[name].flat(part, step(path, key), mistakes)
        return found

    def written(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {
            camel(name): self._forms[name].written(part) if name in self._forms else part
            for name, part in value.items()
            if part is not None
        }

    def stored(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        names = {camel(name): name for name in self._fields}
        return {
            names[key]: self._forms[names[key]].stored(part)
            for key, part in value.items()
            if key in names and part is not None
        }


_SPECIAL: Mapping[str, Form] = {
    "members": People(),
    "roles": Roles(),
    "single_sign_on": Addresses(),
    "managed_elsewhere": Addresses(),
}
"""Properties whose flat form is text, and which programs write otherwise."""


def form_of(one: Property) -> Form:
    """Returns how programs write a property."""
    if one.fields:
        return record(one.fields)
    if one.name in _SPECIAL and one.type in (Type.TEXT, Type.MAP):
        return _SPECIAL[one.name]
    return Form()


def record(table: tuple[Property, ...]) -> Record:
    """Returns how programs write the properties of a table."""
    return Record({one.name: one for one in table}, {one.name: form_of(one) for one in table})


def _shown(value: Any) -> str:
    return repr(value)[:_LONGEST_SHOWN] if isinstance(value, str | int | float) else f"of type {type(value).__name__}"
