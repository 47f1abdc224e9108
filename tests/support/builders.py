"""Short ways to write the values that the roster's tests are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pulumi_elastic_org.model.grants import Grants, parse_grants
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member, Organization, email_key
from pulumi_elastic_org.roster_file.reading import RosterFileError, parse_roster

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
INVITATION_LIFE = timedelta(hours=72)

ADMIN = "organization-admin"
BILLING = "billing-admin"


def roles(text: str) -> Grants:
    return parse_grants(text)


def member(email: str | None, held: str = "no roles", **more: Any) -> Member:
    """A member whose user id is that of the address, unless it is given."""
    return Member(**{"user_id": user_id(email), "email": email, "grants": roles(held), **more})


def user_id(email: str | None) -> str:
    return f"id-{email_key(email or 'nobody')}"


def invitation(email: str, held: str = "no roles", *, sent: datetime = NOW, **more: Any) -> Invitation:
    """An invitation that lapses 72 hours after it was sent."""
    expires_at = sent + INVITATION_LIFE
    given = {"token": f"token-{email}", "expires_at": expires_at, "expired": expires_at <= NOW, **more}
    return Invitation(email=email, grants=roles(held), created_at=sent, **given)


def lapsed(email: str, held: str = "no roles") -> Invitation:
    return invitation(email, held, sent=NOW - INVITATION_LIFE)


def organization(*people: Member | Invitation) -> Organization:
    return Organization(
        "acme",
        tuple(one for one in people if isinstance(one, Member)),
        tuple(one for one in people if isinstance(one, Invitation)),
    )


def key(
    id: str = "k1", held: str | None = "billing-admin", *, days: int | None = 90, age: int = 0, **more: Any
) -> ApiKey:
    """An API key that was created `age` days ago and lives for `days`; roles of `None` are those of its creator."""
    created_at = NOW - timedelta(days=age)
    expires_at = None if days is None else created_at + timedelta(days=days)
    grants = None if held is None else roles(held)
    return ApiKey(
        **{
            "id": id,
            "description": f"key {id}",
            "user_id": "id-ada@acme.io",
            "grants": grants,
            "created_at": created_at,
            "expires_at": expires_at,
            **more,
        }
    )


def desired(people: Mapping[str, str], *, authoritative: bool = True, **more: Any) -> Desired:
    return Desired({email: roles(text) for email, text in people.items()}, authoritative, **more)


def applied(
    *people: str, user_ids: Mapping[str, str] | None = None, resends: Mapping[str, int] | None = None
) -> Applied:
    """What an apply left behind that knew these people."""
    return Applied(dict.fromkeys(people, "no roles"), user_ids or {}, resends or {})


def names(violations: Iterable[Any]) -> list[tuple[str, str | None]]:
    """The guard and the person of each violation."""
    return [(one.guard, one.person) for one in violations]


def mistakes(text: str, *bindings: str) -> list[str]:
    """Each mistake in a roster file's text as ``line:column: message``."""
    with pytest.raises(RosterFileError) as caught:
        parse_roster(text, bindings=bindings)
    return [f"{one.line}:{one.column}: {one.message}" for one in caught.value.mistakes]
