"""Between Pulumi's property bags and values: inputs and state hold one flat string a person, so that a preview shows one line a
person and ten thousand people stay cheap."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pulumi.output import Unknown

from pulumi_elastic_org.lifecycle.properties import Properties, PropertyError
from pulumi_elastic_org.model.grants import Grants, check_targets, format_grants, parse_stored_grants, restate
from pulumi_elastic_org.model.guard_settings import Guards, read_guards, write_guards
from pulumi_elastic_org.model.guards import ChangedAccount
from pulumi_elastic_org.model.matching import match_people
from pulumi_elastic_org.model.people import (
    MAX_RESENDS,
    Applied,
    Desired,
    Invitation,
    Organization,
    check_somebody,
    email_key,
)

if TYPE_CHECKING:  # it loads the YAML and validation libraries, which are only for files
    from pulumi_elastic_org.roster_file.reading import RosterFile

AUTHORITATIVE = "authoritative"
ADDITIVE = "additive"
ABSENT = "not a member"

_SEPARATOR = re.compile(r'[\s,:"\\]')
_ADDRESS = re.compile(r'\s*"(?:[^"\\]|\\.)*"|[^,]+')
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a program declares, as values.

    Args:
        desired: The people.
        guards: What the guards allow.
        expires_in: How long invitations last, as Elastic writes durations.
    """

    desired: Desired
    guards: Guards
    expires_in: str


def read_declaration(inputs: Properties) -> Declaration:
    """Reads the inputs of a roster and finds every mistake in them.

    Args:
        inputs: A roster's inputs; values that a preview does not know yet are Pulumi's marker for the unknown.

    Raises:
        PropertyError: Something is wrong; all of it is named at once.
    """
    mistakes: list[str] = []
    people: dict[str, Grants] = {}
    undetermined: list[str] = []
    seen: dict[str, str] = {}
    names: Mapping[str, str] = inputs.get("target_names") or {}
    members = inputs.get("members")
    if not isinstance(members, Mapping):
        raise PropertyError(
            ["members: is only known after another resource exists; make the map here and use outputs inside a person"]
        )
    for email, roles in sorted(members.items()):  # the engine hands maps over in any order
        if (earlier := seen.setdefault(email_key(email), email)) != email:
            mistakes.append(f"{email}: is the same address as {earlier}; keep one of them")
        try:
            check_somebody(email)
            if isinstance(roles, Unknown):
                undetermined.append(email)
            else:
                people[email] = parse_stored_grants(str(roles))
                check_targets(people[email], names)
        except ValueError as error:
            mistakes.append(f"{email}: {error}")
    mode = inputs.get("mode")
    if mode not in (AUTHORITATIVE, ADDITIVE):
        mistakes.append(f"mode: must be '{AUTHORITATIVE}' or '{ADDITIVE}', not {mode!r}")
    guards = read_guards(inputs, mistakes)
    single_sign_on = read_addresses(inputs.get("single_sign_on"))
    for key in sorted(single_sign_on - seen.keys()):
        mistakes.append(f"single_sign_on: {key} is not among the members")
    if mistakes:
        raise PropertyError(mistakes)
    return Declaration(
        Desired(
            people,
            mode == AUTHORITATIVE,
            int(inputs.get("max_resends", MAX_RESENDS)),
            tuple(undetermined),
            single_sign_on,
            read_addresses(inputs.get("managed_elsewhere")),
            {email: date.fromisoformat(day) for email, day in (inputs.get("until") or {}).items()},
            frozenset(
                email_key(one) for one, waived in guards.overrides.items() if ChangedAccount.name in waived.guards
            ),
        ),
        guards,
        str(inputs.get("expires_in", "72h")),
    )


def read_one_person(inputs: Properties) -> Declaration:
    """Reads the inputs of a resource that declares one person and leaves everybody else alone.

    Args:
        inputs: As the engine gives them.

    Raises:
        PropertyError: Something is wrong; all of it is named at once.
    """
    email = str(inputs["email"])
    one = {"members": {email: inputs.get("roles")}, "mode": ADDITIVE}
    return read_declaration(
        {**inputs, **one, "single_sign_on": write_addresses([email]) if inputs.get("single_sign_on") else None}
    )


def file_inputs(file: RosterFile) -> dict[str, Any]:
    """Returns what a roster file says as inputs of a roster, but for the people.

    Args:
        file: As it was read.
    """
    return {
        "mode": AUTHORITATIVE if file.authoritative else ADDITIVE,
        "max_resends": file.max_resends,
        **write_guards(file.guards),
        **write_single_sign_on(file.single_sign_on),
        **({"target_names": dict(file.names)} if file.names else {}),
        **({"until": {email: str(day) for email, day in file.until.items()}} if file.until else {}),
    }


def read_applied(outputs: Properties) -> Applied:
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


def read_protected(outputs: Properties) -> tuple[str, ...]:
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


def live_members(
    declared: Iterable[str],
    actual: Organization,
    applied: Applied,
    now: datetime,
    managed_elsewhere: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Returns who is in the organization, or could still join by an open invitation, as a program would write it.

    Args:
        declared: E-mail addresses as the program writes them; people who are known keep that spelling.
        actual: The organization as it is.
        applied: What the last apply left behind.
        now: The time by which invitations are pending or expired.
        managed_elsewhere: Whom to leave out because other resources of the program declare them, by `email_key`.
    """
    match = match_people(declared, actual, applied)
    members = {email: format_grants(member.grants) for email, member in match.members.items()}
    members |= {email: format_grants(one.grants) for email, one in match.invitations.items() if not one.lapsed(now)}
    members |= {
        one.email: format_grants(one.grants)
        for one in match.other_members
        if one.email and email_key(one.email) not in managed_elsewhere
    }
    for one in match.other_invitations:
        if not one.lapsed(now) and email_key(one.email) not in managed_elsewhere:
            members.setdefault(one.email, format_grants(one.grants))
    return members


def drift(olds: Properties, news: Properties, live: Mapping[str, str]) -> dict[str, str]:
    """Returns the people whose live roles are neither what the code says now nor what it said before.

    What the code changes shows in the preview by itself; this is the rest of what an apply would do, so that it shows too, and
    binds an update plan. In additive mode only people whom the code names count; people managed by single sign-on never do.

    Args:
        olds: The inputs before.
        news: The inputs now.
        live: As `live_members` returns.
    """
    before: Mapping[str, str] = {person: restate(roles) for person, roles in (olds.get("members") or {}).items()}
    after: Mapping[str, str] = news["members"]
    people = {*before, *after} if news["mode"] == ADDITIVE else {*before, *after, *live}
    signed_on = read_addresses(news.get("single_sign_on"))
    found = {}
    for person in sorted(one for one in people if email_key(one) not in signed_on):
        now = live.get(person)
        if not isinstance(after.get(person), Unknown) and now not in (before.get(person), after.get(person)):
            found[person] = ABSENT if now is None else now
    return found


def as_stored(live: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """Returns live people with their roles in the words of state where those mean the same, so that a refresh changes nothing.

    Args:
        live: As `live_members` returns.
        stored: As `read_people` returns.
    """
    same = {person: roles for person, roles in stored.items() if restate(roles) == live.get(person)}
    return {**live, **same}


def since_applied(applied: Mapping[str, str], live: Mapping[str, str]) -> dict[str, str]:
    """Returns what has changed by hand since the last apply, as ``before => now`` by e-mail address.

    Args:
        applied: Roles in text form by e-mail address, as last applied.
        live: As `live_members` returns.
    """
    return {
        person: f"{applied.get(person, ABSENT)} => {live.get(person, ABSENT)}"
        for person in sorted({*applied, *live})
        if applied.get(person) != live.get(person)
    }


def open_invitations(invitations: Mapping[str, Invitation], now: datetime) -> tuple[dict[str, str], dict[str, str]]:
    """Returns pending and expired invitations, each as the time of expiry by e-mail address.

    Args:
        invitations: By e-mail address as declared.
        now: The time by which they are pending or expired.
    """
    pending: dict[str, str] = {}
    expired: dict[str, str] = {}
    for email, invitation in sorted(invitations.items()):
        (expired if invitation.lapsed(now) else pending)[email] = invitation.expires_at.isoformat()
    return pending, expired
