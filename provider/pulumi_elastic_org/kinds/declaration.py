"""Between Pulumi's property bags and values: inputs and state hold one flat string a person, so that a preview shows one line a
person and ten thousand people stay cheap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pulumi.output import Unknown

from pulumi_elastic_org.lifecycle.properties import Properties, PropertyError
from pulumi_elastic_org.model.grants import Grants, check_targets, format_grants, parse_stored_grants, restate
from pulumi_elastic_org.model.guard_settings import Guards, read_guards
from pulumi_elastic_org.model.guards import ChangedAccount
from pulumi_elastic_org.model.matching import match_people
from pulumi_elastic_org.model.people import (
    ADDITIVE,
    AUTHORITATIVE,
    INVITATION_LIFE,
    MAX_RESENDS,
    Applied,
    Desired,
    Invitation,
    Organization,
    check_somebody,
    email_key,
    life_mistake,
    read_addresses,
    read_day,
    repeated,
    write_addresses,
)

ABSENT = "not a member"


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
        if mistake := repeated(email, seen):
            mistakes.append(f"{email}: {mistake}")
        try:
            check_somebody(email)
            if isinstance(roles, Unknown):
                undetermined.append(email)
            else:
                people[email] = parse_stored_grants(str(roles))
                check_targets(people[email], names)
        except ValueError as error:
            mistakes.append(f"{email}: {error}")
    expires_in = str(inputs.get("expires_in", INVITATION_LIFE))
    if mistake := life_mistake(expires_in):
        mistakes.append(f"expires_in: {mistake}")
    until: dict[str, date] = {}
    for email, day in sorted((inputs.get("until") or {}).items()):
        try:
            until[email] = read_day(str(day))
        except ValueError as error:
            mistakes.append(f"until, {email}: {error}")
    guards = read_guards(inputs, mistakes)
    single_sign_on = read_addresses(inputs.get("single_sign_on"))
    for key in sorted(single_sign_on - seen.keys()):
        mistakes.append(f"single_sign_on: {key} is not among the members")
    if mistakes:
        raise PropertyError(mistakes)
    return Declaration(
        Desired(
            people,
            inputs.get("mode") == AUTHORITATIVE,
            int(inputs.get("max_resends", MAX_RESENDS)),
            tuple(undetermined),
            single_sign_on,
            read_addresses(inputs.get("managed_elsewhere")),
            until,
            frozenset(
                email_key(one) for one, waived in guards.overrides.items() if ChangedAccount.name in waived.guards
            ),
        ),
        guards,
        expires_in,
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
