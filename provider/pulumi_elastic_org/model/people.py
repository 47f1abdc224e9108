"""The people of an organization as values: as they are (`Organization`) and as they are wanted (`Desired`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.printable import printable, shortened

MAX_RESENDS = 3
"""How often an expired invitation is sent again before it is only reported, unless the roster says otherwise."""

INVITATION_LIFE = "72h"
"""How long Elastic Cloud's own invitations last, as Elastic writes durations."""

_MAX_EMAIL_LENGTH = 254  # the longest path that RFC 5321 lets a mail server see, less its angle brackets
_NOT_IN_EMAIL = re.compile(r'[\s,;:"()<>\[\]\\]')
_DOMAIN = re.compile(r"([^\W_]([\w-]{0,61}[^\W_])?\.)+(?!\d+$)[^\W_]([\w-]{0,61}[^\W_])?")


def email_key(email: str) -> str:
    """Returns the form in which e-mail addresses are compared; they are always shown as written.

    Args:
        email: An e-mail address as somebody wrote it.
    """
    email = email.strip()
    if email.isascii():
        return email.lower()
    from pulumi_elastic_org.model.international import international_key  # noqa: PLC0415 - few addresses need it

    return international_key(email)


def email_mistake(email: str) -> str | None:
    """Returns why no invitation should go to an address; ``None`` where all is well.

    The rule is stricter than RFC 5321, which allows quoted local parts and bare host names: hardly anybody signs in to Elastic
    Cloud with those, and a comma or an invisible character in an address is a slip of the hand. Letters beyond ASCII are those of
    one alphabet, or the address imitates another.

    Args:
        email: An e-mail address as somebody wrote it.
    """
    name, _, domain = email.partition("@")
    reason: str | None = None
    if len(email) > _MAX_EMAIL_LENGTH:
        reason = f"it is longer than {_MAX_EMAIL_LENGTH} characters"
    elif (bad := _NOT_IN_EMAIL.search(email)) or not email.isprintable():
        reason = f"{bad.group()!r} cannot be part of one" if bad else "it contains an invisible character"
    elif email.count("@") != 1:
        reason = "it needs one '@'"
    elif not name:
        reason = "nothing stands before '@'"
    elif name.startswith(".") or name.endswith(".") or ".." in name:
        reason = f"'{name}' begins or ends with a dot, or holds two in a row"
    elif not _DOMAIN.fullmatch(domain):
        reason = f"'{domain}' is not a domain such as example.com"
    elif not email.isascii() or "xn--" in domain.lower():
        from pulumi_elastic_org.model.international import letters_mistake  # noqa: PLC0415 - few addresses need it

        reason = letters_mistake(email)
    return reason


def check_email(email: str) -> None:
    """Refuses an address to which no invitation should go.

    Args:
        email: An e-mail address as somebody wrote it.

    Raises:
        ValueError: It is not of the form ``name@example.com``; the message says which part is wrong.
    """
    if not isinstance(email, str):
        raise ValueError(f"an e-mail address is text, not of type {type(email).__name__}")
    if (reason := email_mistake(email)) is not None:
        raise ValueError(f"{shortened(email)!r} is not an e-mail address: {reason}; write it as name@example.com")


def check_somebody(email: str) -> None:
    """Refuses what cannot name anybody: who is in the organization already is named as Elastic Cloud shows them, however odd.

    Args:
        email: An e-mail address as somebody wrote it.

    Raises:
        ValueError: It has no name or no domain, blanks around it, or what is invisible in it; the message is that of `check_email`.
    """
    if isinstance(email, str) and email.isprintable() and email == email.strip():
        name, _, domain = email.rpartition("@")
        if name and domain:
            return
    check_email(email)


def has_ended(last_day: date, now: datetime) -> bool:
    """Whether a last day with access has passed in UTC at the time `now` (with a time zone)."""
    return now.astimezone(timezone.utc).date() > last_day


def unmodelled_text(unmodelled: Mapping[str, Any]) -> str:
    """Returns the kinds of role assignments that are left alone, each with its role ids as far as the answer shows them.

    Args:
        unmodelled: As for `Member`.
    """
    return printable(", ".join(f"{kind}{_role_ids(entries)}" for kind, entries in sorted(unmodelled.items())))


def _role_ids(entries: Any) -> str:
    shown = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    role_ids = sorted({str(entry["role_id"]) for entry in shown if entry.get("role_id")})
    return f" ({', '.join(role_ids)})" if role_ids else ""


@dataclass(frozen=True, slots=True)
class Member:
    """A person who belongs to the organization; the user id is the identity, since an e-mail address can change.

    Args:
        user_id: Elastic's id of the account.
        email: The address of the account; ``None`` where the API does not show it.
        grants: The roles that this package models.
        unmodelled: What the API returned of the role assignments beside that, as JSON; it is reported and never touched.
        name: The person's name; ``""`` where there is none.
        member_since: When the person joined, where known.
    """

    user_id: str
    email: str | None
    grants: Grants
    unmodelled: Mapping[str, Any] = field(default_factory=dict, hash=False)
    name: str = ""
    member_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation, pending or expired.

    Args:
        token: The secret by which the invitation is accepted or cancelled; never printed.
        email: Whom it invites.
        grants: The roles that the person gets on acceptance.
        created_at: When it was sent.
        expires_at: When it lapses: 72 hours after it was sent, unless asked otherwise.
        expired: Whether the API calls it expired; ``None`` where it does not say.
        unmodelled: As for a member; sent along when the invitation is sent again.
    """

    token: str = field(repr=False)
    email: str
    grants: Grants
    created_at: datetime
    expires_at: datetime
    expired: bool | None
    unmodelled: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def lapsed(self, now: datetime) -> bool:
        """Whether the person can no longer accept.

        Args:
            now: This machine's time, with a time zone; it decides only where the API does not, since a clock can be wrong.
        """
        return self.expires_at <= now if self.expired is None else self.expired


@dataclass(frozen=True, slots=True)
class Organization:
    """Who is in the organization at one moment.

    Args:
        id: Elastic's id of the organization.
        members: Everybody who belongs to it.
        invitations: Every open invitation, expired ones included.
    """

    id: str
    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True)
class Desired:
    """Who ought to be in the organization.

    Args:
        people: Grants by e-mail address as written; no two addresses are equal under `email_key`.
        authoritative: Whether people who are not named are removed (`True`) or left alone (`False`).
        max_resends: How often an expired invitation is sent again.
        undetermined: E-mail addresses of further people whose roles are not known yet, because they name deployments that a
            preview has not created; they count as declared.
        single_sign_on: Declared people whom an identity provider lets in and gives roles at each login, by `email_key`: they are
            never invited and their roles never changed, and what differs is only reported.
        managed_elsewhere: People whom other resources of the same program declare, by `email_key`; they are left alone.
        until: Last days (UTC) with access, by e-mail address; from the next day on a person counts as not named, and as known.
        changed_accounts: People who are whoever has their address now, by `email_key`, although another account was known by it.
    """

    people: Mapping[str, Grants]
    authoritative: bool
    max_resends: int = MAX_RESENDS
    undetermined: tuple[str, ...] = ()
    single_sign_on: frozenset[str] = frozenset()
    managed_elsewhere: frozenset[str] = frozenset()
    until: Mapping[str, date] = field(default_factory=dict)
    changed_accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Applied:
    """What the last apply left behind, so that people are known again and strangers are told from those who were managed.

    Args:
        members: Grants in text form by e-mail address, as last applied.
        user_ids: User ids by `email_key`: the account of each applied person who has accepted, under every address that it is known
            by, and those of people whom guards or other resources name.
        resends: How often the open invitation of a person was sent again, by `email_key`.
        managed_elsewhere: Whom other resources of the program declared then, by `email_key`; they are no strangers either.
        protected: Whom the guards protected then.
    """

    members: Mapping[str, str] = field(default_factory=dict)
    user_ids: Mapping[str, str] = field(default_factory=dict)
    resends: Mapping[str, int] = field(default_factory=dict)
    managed_elsewhere: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()
