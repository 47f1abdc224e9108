"""One person as a resource declares them: between Pulumi's property bags and values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pulumi_elastic_org.model.changes import Cause, Change, Reinvite
from pulumi_elastic_org.model.grants import format_grants, restate
from pulumi_elastic_org.model.matching import known_accounts, match_people
from pulumi_elastic_org.model.people import Applied, Invitation, Member, Organization, email_key
from pulumi_elastic_org.resources.properties import (
    ADDITIVE,
    Declaration,
    Properties,
    read_declaration,
    read_protected,
    write_addresses,
)

SETTINGS = ("email", "max_resends", "expires_in", "guards", "overrides", "organization_id", "single_sign_on")
"""Inputs beside the roles; kept in state so that a refresh can return them and a delete knows its guards."""

MEMBER = "member"
INVITED = "invited"
EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Found:
    """One person as they are in the organization.

    Args:
        member: Who belongs; ``None`` for who does not.
        invitation: The open invitation of somebody who does not belong.
        user_id: The account by which the person is known; ``None`` where there is none.
    """

    member: Member | None
    invitation: Invitation | None
    user_id: str | None

    @property
    def roles(self) -> str | None:
        """The roles that the person holds or was invited with, in text form; ``None`` where there is nobody."""
        who = self.member or self.invitation
        return None if who is None else format_grants(who.grants)


def read_person(inputs: Properties) -> Declaration:
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


def read_applied_person(outputs: Properties) -> Applied:
    """Reads what the last apply left in state about the person.

    Args:
        outputs: The outputs of a resource that declares one person.
    """
    email = str(outputs["email"])
    key = email_key(email)
    user_id = outputs.get("user_id")
    return Applied(
        members={email: restate(str(outputs.get("applied") or ""))},
        user_ids={key: str(user_id)} if user_id else {},
        resends={key: int(outputs.get("resends") or 0)},
        protected=read_protected(outputs),
    )


def find_person(
    email: str, actual: Organization, applied: Applied, changed_accounts: frozenset[str] = frozenset()
) -> Found:
    """Finds the person in the organization, by the account they were last known by, else by address.

    Args:
        email: The address as declared.
        actual: The organization as it is.
        applied: What the last apply left behind.
        changed_accounts: As in `Desired`.
    """
    match = match_people([email], actual, applied, changed_accounts)
    known = known_accounts([email], actual, applied, changed_accounts)
    return Found(match.members.get(email), match.invitations.get(email), known.get(email_key(email)))


def person_outputs(
    inputs: Properties,
    done: Iterable[Change],
    actual: Organization,
    applied: Applied,
    now: datetime,
    changed_accounts: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Returns the outputs of a resource once its changes are done.

    Args:
        inputs: As the engine gives them.
        done: What was done.
        actual: The organization after that.
        applied: What the apply before left behind.
        now: The time by which invitations are pending or expired.
        changed_accounts: As in `Desired`.
    """
    email = str(inputs["email"])
    sent_again = any(isinstance(change, Reinvite) and change.cause is Cause.EXPIRED for change in done)
    found = find_person(email, actual, applied, changed_accounts)
    return {
        **{key: inputs[key] for key in (*SETTINGS, "drift") if key in inputs},
        **live_outputs(found, now),
        "applied": inputs["roles"],
        "resends": 0 if found.member else applied.resends.get(email_key(email), 0) + sent_again,
    }


def live_outputs(found: Found, now: datetime) -> dict[str, Any]:
    """Returns the outputs that say how the person stands.

    Args:
        found: The person in the organization.
        now: The time by which an invitation is pending or expired.
    """
    if found.member is not None:
        return {"status": MEMBER, "user_id": found.user_id, "expires_at": None}
    if found.invitation is None:
        return {"status": None, "user_id": None, "expires_at": None}
    lapsed = found.invitation.lapsed(now)
    return {
        "status": EXPIRED if lapsed else INVITED,
        "user_id": None,
        "expires_at": found.invitation.expires_at.isoformat(),
    }
