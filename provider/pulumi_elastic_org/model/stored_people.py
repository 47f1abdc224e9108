"""People as inputs and state hold them: one flat string each, so that a preview shows one line a person and ten thousand people
stay cheap. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from pulumi_elastic_org.model.grants import restate
from pulumi_elastic_org.model.people import Applied, email_key

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
