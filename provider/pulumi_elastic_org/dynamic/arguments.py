"""What a program may pass to a resource: Python checks no types, so a slip shows here, in words, instead of as a traceback or as
another meaning.

Each function returns what is wrong with one argument, so that a resource names everything at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

import pulumi

from pulumi_elastic_org.dynamic.roles import known_grants
from pulumi_elastic_org.model.guards import OVERRIDE_NAMES
from pulumi_elastic_org.model.people import check_email, check_somebody, email_key
from pulumi_elastic_org.model.printable import is_blank
from pulumi_elastic_org.model.verdicts import Guards, Override, allowed_removals

_DURATION = re.compile(r"[1-9][0-9]{0,4}[smhd]")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_NEEDS_A_VALUE = "is an output, and the resource needs it before it is made; use outputs inside a person's roles"


def wrong(check: Callable[[], object]) -> Iterator[str]:
    """Yields why a check refuses; nothing where it passes.

    Args:
        check: Raises a `ValueError`.
    """
    try:
        check()
    except ValueError as error:
        yield str(error)


def wrong_members(members: Any) -> Iterator[str]:
    """Yields what is wrong with people and their roles.

    Args:
        members: Roles by e-mail address.
    """
    if not isinstance(members, Mapping):
        yield (
            f"members: {_NEEDS_A_VALUE}"
            if isinstance(members, pulumi.Output)
            else (f"members: is a mapping such as {{'ada@acme.example': ['billing-admin']}}, not {_kind(members)}")
        )
        return
    seen: dict[str, str] = {}
    for email, roles in members.items():
        if isinstance(email, str) and (earlier := seen.setdefault(email_key(email), email)) != email:
            yield f"{email}: is the same address as {earlier}; keep one of them"
        yield from (f"{email}: {what}" for what in wrong(partial(check_somebody, email)))
        yield from (f"{email}: {what}" for what in wrong(partial(known_grants, roles)))


def wrong_people(name: str, emails: Any) -> Iterator[str]:
    """Yields what is wrong with a collection of e-mail addresses.

    Args:
        name: The argument's name.
        emails: The addresses.
    """
    if not _is_list(emails):
        yield f"{name}: is a list such as ['ada@acme.example'], not {_kind(emails)}"
        return
    for email in emails:
        yield from (f"{name}: {what}" for what in wrong(partial(check_somebody, email)))


def wrong_settings(guards: Any, max_resends: Any, expires_in: Any) -> Iterator[str]:
    """Yields what is wrong with the arguments that every resource with people has.

    Args:
        guards: What the guards allow; ``None`` for the defaults.
        max_resends: How often an expired invitation is sent again.
        expires_in: How long invitations last.
    """
    if guards is not None:
        yield from _wrong_guards(guards)
    if not _is_count(max_resends):
        yield f"max_resends: is a whole number, 0 or more, not {max_resends!r}"
    if not isinstance(expires_in, str) or not _DURATION.fullmatch(expires_in):
        yield f"expires_in: is a number and s, m, h or d, such as '72h' or '7d', not {expires_in!r}"


def _wrong_guards(guards: Any) -> Iterator[str]:
    if not isinstance(guards, Guards):
        yield f"guards: is made by Guards(...), not {_kind(guards)}"
        return
    yield from (f"guards: {what}" for what in wrong(partial(allowed_removals, guards.max_removals, 0)))
    if not _is_count(guards.min_admins):
        yield f"guards: min_admins is a whole number, 0 or more, not {guards.min_admins!r}"
    if not _is_text(guards.owner_tag):
        yield f"guards: owner_tag is the key of a tag, not {guards.owner_tag!r}"
    yield from wrong_people("guards: protected", guards.protected)
    domains = guards.allowed_domains
    if not _is_list(domains):
        yield f"guards: allowed_domains is a list such as ['acme.example'], not {_kind(domains)}"
    else:
        for domain in domains:
            text = domain.removeprefix("@") if isinstance(domain, str) else domain
            if any(wrong(partial(check_email, f"name@{text}"))):
                yield f"guards: allowed_domains: {domain!r} is not a domain such as acme.example"
    if not isinstance(guards.overrides, Mapping):
        yield f"guards: overrides is a mapping of overrides by e-mail address, not {_kind(guards.overrides)}"
        return
    for person, override in guards.overrides.items():
        yield from (f"overrides, {person}: {wrong}" for wrong in _wrong_override(person, override))


def _wrong_override(person: Any, override: Any) -> Iterator[str]:
    yield from wrong(partial(check_somebody, person))
    if not isinstance(override, Override):
        yield f"is made by Override(guards, reason), not {_kind(override)}"
        return
    if not _is_list(override.guards) or not override.guards:
        yield f"guards is a list of names such as ('owns-resources',), not {override.guards!r}"
    elif unknown := [str(name) for name in override.guards if name not in OVERRIDE_NAMES]:
        yield f"there is no guard {', '.join(unknown)}; there are {', '.join(OVERRIDE_NAMES)}"
    if not _is_text(override.reason) or is_blank(override.reason):
        yield "give a reason in words for whoever reviews the change"


def _is_list(value: Any) -> bool:
    """Whether it can be gone through more than once, and is no text, of which every letter would count as an entry."""
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)


def _is_text(value: Any) -> bool:
    """Whether it says something and can be sent to the engine, which half a character cannot."""
    return isinstance(value, str) and bool(value.strip()) and not _HALF_CHARACTER.search(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _kind(value: Any) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"
