"""Who is who: finds declared people among the members and invitations of an organization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pulumi_elastic_org.roster.people import Applied, Invitation, Member, Organization, email_key


@dataclass(frozen=True, slots=True)
class Match:
    """Declared people found in the organization, and everybody else in it.

    Args:
        members: Those who belong, by e-mail address as declared.
        invitations: Those who do not belong yet but are invited, likewise; of several invitations the one that lasts longest.
        other_members: Members who are not declared.
        other_invitations: Open invitations of people who are not declared, and of members who are not declared.
        namesakes: Whatever else has the address of a declared person: a second account, a second invitation.
    """

    members: Mapping[str, Member]
    invitations: Mapping[str, Invitation]
    other_members: tuple[Member, ...]
    other_invitations: tuple[Invitation, ...]
    namesakes: tuple[Member | Invitation, ...] = ()


def match_people(people: Iterable[str], actual: Organization, applied: Applied) -> Match:
    """Finds each declared person by e-mail address, else by the account they were last known by.

    An account keeps its user id when its e-mail address changes, so a person who was applied once is known again. Of two accounts
    with one address, the person is the account they were last known by.

    Args:
        people: E-mail addresses as declared, no two equal under `email_key`.
        actual: The organization as it is.
        applied: What the last apply left behind.
    """
    by_user_id = {member.user_id: member for member in actual.members}
    by_email: dict[str, Member] = {}
    for member in actual.members:
        if member.email and by_email.setdefault(key := email_key(member.email), member) is not member:
            by_email[key] = by_user_id.get(applied.user_ids.get(key, ""), by_email[key])
    invited: dict[str, Invitation] = {}
    for invitation in sorted(actual.invitations, key=_lasting):
        invited[email_key(invitation.email)] = invitation

    keys = {email: email_key(email) for email in people}
    members = {email: by_email[key] for email, key in keys.items() if key in by_email}
    claimed = {member.user_id for member in members.values()}
    for email, key in keys.items():
        renamed = by_user_id.get(applied.user_ids.get(key, ""))
        if email not in members and renamed is not None and renamed.user_id not in claimed:
            members[email] = renamed
            claimed.add(renamed.user_id)

    declared = set(keys.values())
    invitations = {email: invited[key] for email, key in keys.items() if email not in members and key in invited}
    others = [member for member in actual.members if member.user_id not in claimed]
    namesakes = {one.user_id: one for one in others if one.email and email_key(one.email) in declared}
    chosen = {email_key(one.email): one.token for one in invitations.values()}
    return Match(
        members=members,
        invitations=invitations,
        other_members=tuple(member for member in others if member.user_id not in namesakes),
        other_invitations=tuple(one for one in actual.invitations if email_key(one.email) not in declared),
        namesakes=(*namesakes.values(), *(one for one in actual.invitations if _is_second(one, chosen))),
    )


def headcount(actual: Organization, now: datetime) -> int:
    """Counts the members and those who could still become members by an open invitation.

    Args:
        actual: The organization as it is.
        now: The time, with a time zone.
    """
    return len(actual.members) + sum(not invitation.lapsed(now) for invitation in actual.invitations)


def _is_second(invitation: Invitation, chosen: Mapping[str, str]) -> bool:
    token = chosen.get(email_key(invitation.email))
    return token is not None and token != invitation.token


def _lasting(invitation: Invitation) -> tuple[bool, datetime]:
    return (invitation.expired is not True, invitation.expires_at)
