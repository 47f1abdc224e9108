"""The API keys of an organization as values, what about them somebody should know, and the guards of those that would be deleted.

A key belongs to the organization: it goes on working after whoever created it has left, until it expires or is deleted. The API
shows no last use, does not tell which key calls it, and has no way to change a key. What is known of the keys in use is compared
by fingerprint where a key's secret was ever seen; else by whose it is, and by the second in which it expires, as the API tells of
the calling key. A guard that cannot be sure refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any

from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN, Grants, format_grants, is_admin, parse_held_grants
from pulumi_elastic_org.model.people import Member

SOON = timedelta(days=30)
"""How long before its end a key counts as expiring."""

UNLIMITED = "whatever its creator may do"

_LIFETIME = re.compile(r"([1-9][0-9]{0,3})([hd])")
_UNITS = {"h": "hours", "d": "days"}


class Concern(str, Enum):
    """What about a key somebody should know; the values are what people and programs read."""

    ORPHANED = "its creator is no longer a member"
    ENDLESS = "never expires"
    OWNER = "administers the organization"
    EXPIRING = "expires within 30 days"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key for Elastic Cloud, without its secret.

    Args:
        id: Elastic's id of the key.
        description: What its creator wrote.
        user_id: The account of its creator; ``""`` where the API does not show it.
        grants: What it may do; ``None`` for whatever its creator may do.
        created_at: When it was created.
        expires_at: When it expires; ``None`` for never.
        has_more: Whether it holds role assignments that this package does not model.
    """

    id: str
    description: str
    user_id: str
    grants: Grants | None
    created_at: datetime
    expires_at: datetime | None
    has_more: bool = False

    @property
    def roles(self) -> str:
        """What it may do, in text form."""
        if self.grants is None:
            return UNLIMITED
        return format_grants(self.grants) + (" and roles of a newer kind" if self.has_more else "")

    @property
    def lifetime(self) -> str:
        """Until when it works, in words."""
        return "never expires" if self.expires_at is None else f"expires {self.expires_at:%Y-%m-%d}"

    @property
    def expiration(self) -> str:
        """How long it lives from when it was created, as Elastic writes durations; ``""`` for ever."""
        if self.expires_at is None:
            return ""
        hours = max(1, round((self.expires_at - self.created_at) / timedelta(hours=1)))
        return f"{hours}h" if hours % 24 else f"{hours // 24}d"

    def to_json(self) -> dict[str, Any]:
        """Returns the key as JSON."""
        return {
            "id": self.id,
            "description": self.description,
            "user_id": self.user_id or None,
            "roles": None if self.grants is None else format_grants(self.grants),
            "created_at": self.created_at.isoformat(),
            "expires_at": None if self.expires_at is None else self.expires_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ApiKey:
        """Reads what `to_json` returns."""
        roles, expires_at = data["roles"], data["expires_at"]
        return cls(
            data["id"],
            data["description"],
            data["user_id"] or "",
            None if roles is None else parse_held_grants(roles),
            datetime.fromisoformat(data["created_at"]),
            None if expires_at is None else datetime.fromisoformat(expires_at),
        )

    def __str__(self) -> str:
        about = f"{self.roles}; {self.lifetime}"
        return f"'{self.description}' ({self.id}: {about})" if self.description else f"{self.id} ({about})"


def as_on_a_key(grants: Grants) -> Grants:
    """Returns grants as a key holds them.

    On keys, absent application roles and the empty list of them mean the same: Elastic Cloud's API only. (For people, absent ones
    are the default access.) The rule is that of Elastic's documentation of API keys.

    Args:
        grants: What a key holds, or is to hold.
    """
    return frozenset(grant if grant.application_roles else grant._replace(application_roles=None) for grant in grants)


def is_owner_key(key: ApiKey, members: Iterable[Member]) -> bool:
    """Whether a key may administer the organization.

    Args:
        key: The key.
        members: The members of the organization, whose roles an unlimited key has.
    """
    if key.grants is not None:
        return is_admin(key.grants)
    return any(member.user_id == key.user_id and is_admin(member.grants) for member in members)


def concerns(key: ApiKey, members: Iterable[Member], now: datetime) -> tuple[Concern, ...]:
    """Returns what about a key somebody should know.

    Args:
        key: The key.
        members: The members of the organization.
        now: The time, with a time zone.
    """
    members = tuple(members)
    found = {
        # not where the API does not show who created it
        Concern.ORPHANED: bool(key.user_id) and all(member.user_id != key.user_id for member in members),
        Concern.ENDLESS: key.expires_at is None,
        Concern.OWNER: is_owner_key(key, members),
        Concern.EXPIRING: key.expires_at is not None and key.expires_at <= now + SOON,
    }
    return tuple(concern for concern, is_so in found.items() if is_so)


def created_by(keys: Iterable[ApiKey], user_id: str) -> tuple[ApiKey, ...]:
    """Returns the keys that a person created, those that expire last first.

    Args:
        keys: The keys of the organization.
        user_id: Elastic's id of the person's account.
    """
    return tuple(sorted((key for key in keys if key.user_id == user_id), key=_latest_end_first))


def parse_lifetime(text: str) -> timedelta:
    """Reads how long a key lives, as Elastic writes it: ``12h``, ``90d``.

    Args:
        text: A number of hours or days.

    Raises:
        ValueError: It is anything else. How the API asks for a key that never expires is not published.
    """
    match = _LIFETIME.fullmatch(text)
    if match is None:
        raise ValueError(f"must be a number of hours or days such as '12h' or '90d', not {text!r}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _latest_end_first(key: ApiKey) -> tuple[bool, float, str]:
    return key.expires_at is not None, -key.expires_at.timestamp() if key.expires_at else 0.0, key.id


NOT_LISTED = "the API keys that they created, which go on working, cannot be listed"


def in_words(keys: Iterable[ApiKey]) -> str:
    """Returns keys in words.

    Args:
        keys: One at least.
    """
    keys = tuple(keys)
    return f"the API key{'s' if len(keys) > 1 else ''} {', '.join(map(str, keys))}"


KEY_IN_USE = "key-in-use"
STACK_NEEDS_KEY = "stack-needs-key"
LAST_OWNER_KEY = "last-owner-key"
KEY_GUARD_NAMES = (KEY_IN_USE, STACK_NEEDS_KEY, LAST_OWNER_KEY)


def fingerprint(secret: str) -> str:
    """Returns what tells a key's secret from others and reveals nothing of it: keys are long and random.

    Args:
        secret: A key as Elastic Cloud showed it.
    """
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """What is known of the keys that a run and its stack need.

    Args:
        calling: The fingerprint of the key that makes the calls.
        calling_expires_at: When that one expires, as the API tells; ``None`` where it did not say.
        needed: Where else a key is configured, by fingerprint.
        user_id: Whose key makes the calls, as the operator says; ``""`` where they have not said.
        endless: Whether the key that makes the calls is known never to expire.
    """

    calling: str
    calling_expires_at: datetime | None = None
    needed: Mapping[str, str] = field(default_factory=dict)
    user_id: str = ""
    endless: bool = False

    def may_be(self, key: ApiKey) -> bool:
        """Whether a key whose secret was never seen may be the calling one."""
        is_theirs = key.user_id == self.user_id or not (key.user_id and self.user_id)
        alike = key.expires_at is None if self.endless else may_end_alike(key.expires_at, self.calling_expires_at)
        return is_theirs and alike


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a key is not deleted.

    Args:
        guard: The guard's name.
        key: The key.
        reason: What is wrong.
        remedy: What to do about it.
    """

    guard: str
    key: ApiKey
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"API key {self.key}: {self.reason} [{self.guard}]. {self.remedy}"


def key_in_use(doomed: Iterable[ApiKey], fingerprints: Mapping[str, str], in_use: KeysInUse) -> Iterator[Refusal]:
    """Yields the keys that make the calls of this run, or may.

    Args:
        doomed: The keys that would be deleted.
        fingerprints: Those of keys whose secret was seen, by id.
        in_use: What is known of the keys in use.
    """
    remedy = "Have the run use another key first."
    ends = "Have the run use a key that ends" + ("." if in_use.user_id else ", or say whose it is (EC_API_KEY_USER).")
    for key in doomed:
        known = fingerprints.get(key.id)
        if known == in_use.calling:
            yield Refusal(KEY_IN_USE, key, "is the key that would delete it", remedy)
        elif known is None and in_use.may_be(key):
            reason = "may be the key that would delete it: "
            if in_use.calling_expires_at is not None:
                reason += "it expires in the same second, and Elastic Cloud shows no more"
                yield Refusal(KEY_IN_USE, key, reason, remedy)
            elif in_use.endless:
                yield Refusal(KEY_IN_USE, key, f"{reason}neither expires, and Elastic Cloud shows no more", remedy)
            else:
                yield Refusal(KEY_IN_USE, key, f"{reason}Elastic Cloud does not tell when that one expires", ends)


def stack_needs_key(doomed: Iterable[ApiKey], fingerprints: Mapping[str, str], in_use: KeysInUse) -> Iterator[Refusal]:
    """Yields the keys that the stack is configured with, for this organization or others.

    Args:
        doomed: The keys that would be deleted.
        fingerprints: Those of keys whose secret was seen, by id.
        in_use: What is known of the keys in use.
    """
    for key in doomed:
        if (where := in_use.needed.get(fingerprints.get(key.id, ""))) is not None:
            yield Refusal(STACK_NEEDS_KEY, key, f"is the key in {where}", f"Put another key into {where} first.")


def last_owner_key(doomed: Iterable[ApiKey], listed: Iterable[ApiKey], members: Iterable[Member]) -> Iterator[Refusal]:
    """Yields the keys after which none would be left that administers the organization.

    Args:
        doomed: The keys that would be deleted.
        listed: The keys that work.
        members: The members of the organization, whose roles unlimited keys have.
    """
    doomed, members = tuple(doomed), tuple(members)
    ids = {key.id for key in doomed}
    if any(is_owner_key(key, members) for key in listed if key.id not in ids):
        return
    for key in doomed:
        whose_is_not_told = key.grants is None and not key.user_id
        if whose_is_not_told or is_owner_key(key, members):
            reason = f"{'may be' if whose_is_not_told else 'is'} the last key with the role {ORGANIZATION_ADMIN}"
            yield Refusal(LAST_OWNER_KEY, key, reason, f"Create another one with the role {ORGANIZATION_ADMIN} first.")


def key_refusals(
    doomed: Iterable[ApiKey],
    listed: Iterable[ApiKey],
    members: Iterable[Member],
    fingerprints: Mapping[str, str],
    in_use: KeysInUse,
) -> tuple[Refusal, ...]:
    """Returns what all guards of API keys say.

    Args:
        doomed: The keys that would be deleted.
        listed: The keys that work.
        members: The members of the organization.
        fingerprints: Those of keys whose secret was seen, by id.
        in_use: What is known of the keys in use.
    """
    doomed = tuple(doomed)
    return (
        *key_in_use(doomed, fingerprints, in_use),
        *stack_needs_key(doomed, fingerprints, in_use),
        *last_owner_key(doomed, listed, members),
    )


def may_end_alike(end: datetime | None, calling_end: datetime | None) -> bool:
    """Whether a key with an end may be the calling key.

    Args:
        end: When the key expires; ``None`` for never.
        calling_end: When the calling key expires, as the API tells, which leaves out fractions of seconds in some places; ``None``
            where it does not tell, which rules nothing out.
    """
    if calling_end is None:
        return True
    return end is not None and abs(end - calling_end) < timedelta(seconds=1)
