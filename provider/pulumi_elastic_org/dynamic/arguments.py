"""What a program may pass to a resource: Python checks no types, so a slip shows here, in words, instead of as a traceback or as
another meaning.

Each function returns what is wrong with one argument, so that a resource names everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pulumi

from pulumi_elastic_org.dynamic.roles import known_grants
from pulumi_elastic_org.model.guard_settings import (
    SETTINGS,
    Guards,
    is_count,
    is_list,
    kind_of,
    wrong_guards,
    wrong_overrides,
)
from pulumi_elastic_org.model.people import check_somebody, life_mistake, repeated
from pulumi_elastic_org.model.printable import shown

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
            else (
                f"members: must be a mapping such as {{'ada@acme.example': ['billing-admin']}}, not {kind_of(members)}"
            )
        )
        return
    seen: dict[str, str] = {}
    for email, roles in members.items():
        if isinstance(email, str) and (mistake := repeated(email, seen)):
            yield f"{email}: {mistake}"
        yield from (f"{email}: {what}" for what in wrong(partial(check_somebody, email)))
        yield from (f"{email}: {what}" for what in wrong(partial(known_grants, roles)))


def wrong_people(name: str, emails: Any) -> Iterator[str]:
    """Yields what is wrong with a collection of e-mail addresses.

    Args:
        name: The argument's name.
        emails: The addresses.
    """
    if not is_list(emails):
        yield f"{name}: must be a list such as ['ada@acme.example'], not {kind_of(emails)}"
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
    if not is_count(max_resends):
        yield f"max_resends: must be a whole number, 0 or more, not {shown(max_resends)}"
    if mistake := life_mistake(expires_in):
        yield f"expires_in: {mistake}"


def _wrong_guards(guards: Any) -> Iterator[str]:
    if not isinstance(guards, Guards):
        yield f"guards: must be made by Guards(...), not {kind_of(guards)}"
        return
    settings = {one.name: getattr(guards, one.name) for one in SETTINGS}
    yield from (f"guards: {one.reason}" for one in wrong_guards(settings))
    if not isinstance(guards.overrides, Mapping):
        yield f"guards: overrides must be a mapping of overrides by e-mail address, not {kind_of(guards.overrides)}"
        return
    yield from wrong_overrides(guards.overrides)
