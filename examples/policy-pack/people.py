"""Who gets what by a resource, whichever language declared it.

A program in Python declares dynamic resources, any other one those of the plugin: their types differ, and their properties have the
names of Python, or of every other language. What is checked is the same: one text of roles a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TYPE = re.compile(r"(?:elastic-org:index|pulumi-python:dynamic/elastic-org):(?P<kind>\w+)")


def kind_of(resource_type: str) -> str | None:
    """Returns the kind of a resource of this package, such as ``Roster``; ``None`` for a resource of another one."""
    found = _TYPE.fullmatch(resource_type)
    return found["kind"] if found else None


def roles_by_person(resource_type: str, props: Mapping[str, Any]) -> dict[str, list[str]]:
    """Returns the roles that a resource gives, each as text such as ``deployment-editor on all``, by e-mail address.

    A policy of one resource is given what the program declares, one of the whole stack what the update would leave: ``applied``.
    """
    kind, applied = kind_of(resource_type), props.get("applied")
    if kind == "Roster":
        people = props["members"] if "members" in props else dict(map(_person, str(applied or "").splitlines()))
    elif kind in ("Member", "Invitation"):
        people = {props["email"]: props.get("roles", applied)}
    else:
        return {}
    return {email: _each(roles) for email, roles in people.items()}


def _person(line: str) -> tuple[str, str]:
    email, _, roles = line.partition(": ")
    return email, roles


def _each(roles: object) -> list[str]:
    """An unknown role, such as one on a deployment that is yet to be made, is nothing that a preview can look at."""
    return [one.strip() for one in roles.split(";") if one.strip() != "no roles"] if isinstance(roles, str) else []
