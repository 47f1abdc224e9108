"""The people of an organization as values: as they are (`Organization`), as they are wanted (`Desired`), and as inputs and state
hold them: one flat string each, so that a preview shows one line a person and ten thousand people stay cheap. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from pulumi_elastic_org.model.grants import Grants, restate
from pulumi_elastic_org.model.printable import printable, shortened, shown

MAX_RESENDS = 3
"""How often an expired invitation is sent again before it is only reported, unless the roster says otherwise."""

INVITATION_LIFE = "72h"
"""How long Elastic Cloud's own invitations last, as Elastic writes durations."""

_LIFE = re.compile(r"[1-9][0-9]{0,4}[smhd]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_MAX_EMAIL_LENGTH = 254  # the longest path that RFC 5321 lets a mail server see, less its angle brackets
_NOT_IN_EMAIL = re.compile(r'[\s,;:"()<>\[\]\\]')
_DOMAIN = re.compile(r"([^\W_]([\w-]{0,61}[^\W_])?\.)+(?!\d+$)[^\W_]([\w-]{0,61}[^\W_])?")


@lru_cache(maxsize=1 << 15)
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


def repeated(email: str, seen: dict[str, str]) -> str | None:
    """Returns why an address is a mistake among others: it stands there in another spelling; ``None`` where it does not.

    Args:
        email: The address.
        seen: The addresses before it, by `email_key`; takes this one in.
    """
    earlier = seen.setdefault(email_key(email), email)
    return None if earlier == email else f"is the same address as {earlier}; keep one of them"


def life_mistake(life: object) -> str | None:
    """Returns why an invitation cannot last so long; ``None`` where it can.

    Args:
        life: How long, as Elastic writes durations; anything that a program gave.
    """
    if isinstance(life, str) and _LIFE.fullmatch(life):
        return None
    return f"must be a number and s, m, h or d, such as '72h' or '7d', not {shown(life)}"


def read_day(text: str) -> date:
    """Returns the day that a text names.

    Args:
        text: Such as ``"2027-01-31"``.

    Raises:
        ValueError: It names none.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # one that no calendar has
    raise ValueError(f"must be a day such as 2027-01-31, not {shown(text)}")


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


NOTHING_APPLIED = Applied()

AUTHORITATIVE = "authoritative"
ADDITIVE = "additive"
_SEPARATOR = re.compile(r'[\s,:"\\]')
_ADDRESS = re.compile(r'\s*"(?:[^"\\]|\\.)*"|[^,]+')
_DECODER = json.JSONDecoder()


def read_applied(outputs: Mapping[str, Any]) -> Applied:
    """Reads what the last apply left in state.

    Args:
        outputs: A roster's outputs; empty where there has been no apply.
    """
    return Applied(
        members={email: restate(roles) for email, roles in read_people(outputs.get("applied")).items()},
        user_ids=read_accounts(str(outputs.get("accounts") or "")),
        resends={key: int(count) for key, count in dict(outputs.get("resends") or {}).items()},
        managed_elsewhere=read_addresses(outputs.get("managed_elsewhere")),
        protected=read_protected(outputs),
    )


def read_protected(outputs: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns whom the guards protected at the last apply.

    Args:
        outputs: A resource's outputs; empty where there has been no apply.
    """
    return tuple(map(str, (outputs.get("guards") or {}).get("protected") or ()))


def read_people(value: object) -> dict[str, str]:
    """Reads what `write_people` writes: roles in text form by e-mail address.

    Args:
        value: The text; or a mapping, as which it was kept by the first release; nothing where there is none.
    """
    if isinstance(value, Mapping):
        return dict(value)
    return dict(map(_read_person, str(value).split("\n"))) if value else {}


def _read_person(line: str) -> tuple[str, str]:
    email, end = _DECODER.raw_decode(line) if line.startswith('"') else (line.partition(": ")[0], line.find(": "))
    return email, line[end + len(": ") :]


def write_people(members: Mapping[str, str]) -> str:
    """Returns roles in text form by e-mail address as one string, a line each, for the reason that `write_accounts` gives."""
    return "\n".join(f"{_quoted(email)}: {roles}" for email, roles in sorted(members.items()))


def write_single_sign_on(emails: Iterable[str]) -> dict[str, Any]:
    """Returns the mark of people managed by single sign-on as inputs; nothing where nobody has it."""
    marked = write_addresses(map(email_key, emails))
    return {"single_sign_on": marked} if marked else {}


def read_addresses(text: object) -> frozenset[str]:
    """Reads what `write_addresses` writes: each address as its `email_key`."""
    found = (one.strip() for one in _ADDRESS.findall(str(text or "")))
    return frozenset(email_key(json.loads(one) if one.startswith('"') else one) for one in found if one)


def write_addresses(emails: Iterable[str]) -> str | None:
    """Returns e-mail addresses as one string, which costs Pulumi less than a list; ``None`` where there are none."""
    return ", ".join(map(_quoted, sorted(emails))) or None


def _quoted(email: str) -> str:
    """Returns an address that holds what separates addresses, or quotes, as a JSON string; others, which are most, as they are."""
    return json.dumps(email, ensure_ascii=False) if _SEPARATOR.search(email) else email


def read_accounts(text: str) -> dict[str, str]:
    """Reads what `write_accounts` writes: user ids by `email_key`."""
    pairs = (line.split("=", 1) for line in text.split("\n") if "=" in line)
    return {email_key(email): unquote(user_id) for user_id, email in pairs}


def read_user_ids(accounts: str, applied: object) -> dict[str, str]:
    """Returns the user ids of the people who were applied, without former addresses, and without others whom guards name.

    Args:
        accounts: As `write_accounts` returns.
        applied: As `read_people` reads.
    """
    people = set(map(email_key, read_people(applied)))
    return {key: user_id for key, user_id in read_accounts(accounts).items() if key in people}


def write_accounts(user_ids: Mapping[str, str]) -> str:
    """Returns user ids by e-mail address as one string: a map of ten thousand entries costs Pulumi seconds, a string nothing."""
    return "\n".join(f"{quote(user_id, safe='')}={key}" for key, user_id in sorted(user_ids.items()))
