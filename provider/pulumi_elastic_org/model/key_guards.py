"""Guards of API keys: each looks at keys that would be deleted and refuses what people would regret. Pure.

The API shows neither which key calls it nor when a key was used last. What is known of the keys in use is compared by fingerprint
where a key's secret was ever seen; else by whose it is, and by the second in which it expires, as the API tells of the calling key.
A guard that cannot be sure refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN
from pulumi_elastic_org.model.keys import ApiKey, is_owner_key
from pulumi_elastic_org.model.people import Member

KEY_IN_USE = "key-in-use"
STACK_NEEDS_KEY = "stack-needs-key"
LAST_OWNER_KEY = "last-owner-key"
KEY_GUARD_NAMES = (KEY_IN_USE, STACK_NEEDS_KEY, LAST_OWNER_KEY)


def fingerprint(secret: str) -> str:
    """Returns what tells a key's secret from others and reveals nothing of it: keys are long and random.

    Args:
        secret: A key as Elastic Cloud showed it.
    """
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeysInUse:
    """What is known of the keys that a run and its stack need.

    Args:
        calling: The fingerprint of the key that makes the calls.
        calling_expires_at: When that one expires, as the API tells; ``None`` where it did not say, or never.
        needed: Where else a key is configured, by fingerprint.
        user_id: Whose key makes the calls, as the operator says; ``""`` where they have not said.
    """

    calling: str
    calling_expires_at: datetime | None = None
    needed: Mapping[str, str] = field(default_factory=dict)
    user_id: str = ""

    def may_be(self, key: ApiKey) -> bool:
        """Whether a key whose secret was never seen may be the calling one."""
        is_theirs = key.user_id == self.user_id or not (key.user_id and self.user_id)
        return is_theirs and _second(key.expires_at) == _second(self.calling_expires_at)


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
    for key in doomed:
        known = fingerprints.get(key.id)
        if known == in_use.calling:
            yield Refusal(KEY_IN_USE, key, "is the key that would delete it", remedy)
        elif known is None and in_use.may_be(key):
            reason = (
                "may be the key that would delete it: it expires in the same second, and Elastic Cloud shows no more"
            )
            yield Refusal(KEY_IN_USE, key, reason, remedy)


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
        if is_owner_key(key, members):
            reason = f"is the last key with the role {ORGANIZATION_ADMIN}"
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


def _second(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(microsecond=0)
