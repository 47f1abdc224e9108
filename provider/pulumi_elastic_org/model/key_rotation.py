"""Which key of a resource is current, which is to be created, and which are to be deleted. Pure: by names and times only.

The API shows a key's secret once and cannot change a key, so whatever changes is another key. Every key of a resource carries the
resource in its description, so that a run which was killed between the call and the state is made good by the next one: a key that
the state does not know has a secret that nobody knows, and goes the way of every superseded key.

A superseded key is kept for the overlap, counted from when the current key was created, and never deleted by the run that creates
another one: whenever a run is killed, the key in state works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pulumi_elastic_org.model.grants import Grants, format_grants
from pulumi_elastic_org.model.keys import ApiKey

LOST_AT_MOST = timedelta(days=1)
"""How old a key may be that a killed run left behind. An older one may be in use by another stack of the same name."""

GONE = "the one in state has expired or was deleted"

_NAME = re.compile(r"(?P<description>.*) \[elastic-org (?P<resource>.+) (?P<instance>[0-9a-f]{8})\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class KeyName:
    """What Elastic Cloud shows as the description of a key that this package created.

    Args:
        description: What the program says.
        resource: Project, stack and name of the resource.
        instance: Tells a resource from one of the same name before or beside it: drawn when the resource is created.
    """

    description: str
    resource: str
    instance: str

    def __str__(self) -> str:
        return f"{self.description} [elastic-org {self.resource} {self.instance}]"


def read_name(text: str) -> KeyName | None:
    """Reads what `KeyName` writes; ``None`` where a key was created by anything else.

    Args:
        text: The description of a key.
    """
    match = _NAME.fullmatch(text)
    return KeyName(**match.groupdict()) if match else None


@dataclass(frozen=True, slots=True)
class DeclaredKey:
    """A key as a program declares it.

    Args:
        description: What it is for.
        grants: What it may do.
        expiration: How long it lives, as Elastic writes durations.
        rotate_before: How long before its end the next one is created; zero where it is created once the key has ended.
        overlap: How long a superseded key is kept.
        adopt: The id of a key that exists and is taken over, without its secret; ``""`` where one is created.
    """

    description: str
    grants: Grants
    expiration: str
    rotate_before: timedelta
    overlap: timedelta
    adopt: str = ""


@dataclass(frozen=True, slots=True)
class HeldKey:
    """The key whose secret the state holds.

    Args:
        id: Elastic's id of the key.
        instance: As for `KeyName`.
        description: As declared when it was created.
        grants: As declared then.
        expiration: As declared then.
        superseded: The ids of keys of an earlier instance that this resource took over.
    """

    id: str
    instance: str
    description: str
    grants: Grants
    expiration: str
    superseded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is to be done about the keys of one resource.

    Args:
        reason: Why another key is created; ``""`` where the current one stays.
        current: The key whose secret the state holds, as long as it works.
        superseded: The resource's other keys, which are kept for now.
        ended: Those whose overlap is over, to be deleted.
        others: Keys of the same name that may be in use by another stack: never touched.
    """

    reason: str
    current: ApiKey | None
    superseded: tuple[ApiKey, ...] = ()
    ended: tuple[ApiKey, ...] = ()
    others: tuple[ApiKey, ...] = ()


def rotation(
    declared: DeclaredKey, resource: str, held: HeldKey | None, listed: Iterable[ApiKey], now: datetime
) -> Rotation:
    """Says what is to be done about the keys of a resource.

    Args:
        declared: What the program says.
        resource: Project, stack and name of the resource.
        held: The key in state; ``None`` where there is none.
        listed: The keys that work, as the API lists them.
        now: The time, with a time zone.
    """
    working = [key for key in listed if key.expires_at is None or key.expires_at > now]
    if held is None:
        held = adopted(declared, working)
    current = next((key for key in working if held is not None and key.id == held.id), None)
    own, others = _by_name([key for key in working if key is not current], resource, held, now)
    reason = _reason(declared, held, current, now)
    over = current is not None and not reason and now >= current.created_at + declared.overlap
    return Rotation(reason, current, () if over else own, own if over else (), others)


def adopted(declared: DeclaredKey, listed: Iterable[ApiKey]) -> HeldKey | None:
    """Returns the key that a new resource takes over, as if the resource had created it; ``None`` where there is none.

    Args:
        declared: What the program says.
        listed: The keys that work.
    """
    found = next((key for key in listed if declared.adopt and key.id == declared.adopt), None)
    if found is None:
        return None
    name = read_name(found.description)
    description = name.description if name else found.description
    return HeldKey(found.id, "", description, found.grants or frozenset(), declared.expiration)


def keys_of_resource(held: HeldKey, listed: Iterable[ApiKey]) -> tuple[ApiKey, ...]:
    """Returns every key that goes with a resource: its own, those it superseded, and those that a killed run left behind.

    Args:
        held: The key in state.
        listed: The keys of the organization.
    """
    return tuple(key for key in listed if key.id == held.id or _is_own(key, held))


def _by_name(
    keys: Iterable[ApiKey], resource: str, held: HeldKey | None, now: datetime
) -> tuple[tuple[ApiKey, ...], tuple[ApiKey, ...]]:
    own: list[ApiKey] = []
    others: list[ApiKey] = []
    for key in keys:
        name = read_name(key.description)
        if held is not None and _is_own(key, held):
            own.append(key)
        elif name is not None and name.resource == resource:
            lost = held is None and now - key.created_at <= LOST_AT_MOST
            (own if lost else others).append(key)
    return tuple(own), tuple(others)


def _is_own(key: ApiKey, held: HeldKey) -> bool:
    return key.id in held.superseded or is_named_for(key, held)


def is_named_for(key: ApiKey, held: HeldKey) -> bool:
    """Whether a key was created for a resource; by the instance, since a resource may have had another name.

    Args:
        key: The key.
        held: The resource's key in state.
    """
    name = read_name(key.description)
    return name is not None and name.instance == held.instance


def _reason(declared: DeclaredKey, held: HeldKey | None, current: ApiKey | None, now: datetime) -> str:
    if held is None:
        return "there is none yet"
    if current is None:
        return GONE
    changed = [
        f"{what} from '{before}' to '{after}'"
        for what, before, after in (
            ("description", held.description, declared.description),
            ("roles", format_grants(held.grants), format_grants(declared.grants)),
            ("expiration", held.expiration, declared.expiration),
        )
        if before != after
    ]
    if changed:
        return f"a key cannot be changed: {', '.join(changed)}"
    if current.expires_at is not None and now >= current.expires_at - declared.rotate_before:
        return f"the one in use expires on {current.expires_at:%Y-%m-%d}"
    return ""
