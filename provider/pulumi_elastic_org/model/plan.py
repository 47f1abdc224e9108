"""`plan`: the changes between the people who are wanted and the organization as it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Change,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    Report,
    Topic,
)
from pulumi_elastic_org.model.grants import Grants, format_grants, unknown_roles
from pulumi_elastic_org.model.international import reads_as, spelled_out
from pulumi_elastic_org.model.matching import ChangedAccount, Match, headcount, match_people
from pulumi_elastic_org.model.people import (
    Applied,
    Desired,
    Invitation,
    Member,
    Organization,
    email_key,
    has_ended,
    unmodelled_text,
)

NOTHING_APPLIED = Applied()

NOTICE_DAYS = 30
"""How long before a person's last day a plan begins to tell of it."""


def plan(desired: Desired, actual: Organization, now: datetime, applied: Applied = NOTHING_APPLIED) -> Plan:
    """Says what makes `actual` what is `desired`, and nothing more.

    Args:
        desired: The people who are wanted, and whether they are all.
        actual: The organization as it is.
        now: The time by which invitations are pending or expired, with a time zone.
        applied: What the last apply left behind; nothing when there was none.

    Returns:
        The changes, person by person; empty where the organization already is what is desired, however many people have yet to
        accept their invitation.
    """
    desired = without_ended(desired, now)
    match = match_people((*desired.people, *desired.undetermined), actual, applied, desired.changed_accounts)
    steps = [
        *_declared(desired, match, now, applied),
        *_others(desired, match, now, applied),
        *(Report(email, Topic.ACCOUNT_CHANGED, str(changed)) for email, changed in match.changed_accounts.items()),
        *_namesakes(match, now),
        *_last_days(desired, now),
    ]
    changes = tuple(step for step in steps if not isinstance(step, Report))
    return Plan(
        organization_id=actual.id,
        changes=changes,
        reports=(*(step for step in steps if isinstance(step, Report)), *_look_alikes(changes)),
        made_at=now,
        headcount=headcount(actual, now),
    )


def without_ended(desired: Desired, now: datetime) -> Desired:
    """Returns who is wanted at the time `now` (with a time zone): without the people whose last day has passed.

    Args:
        desired: Who is declared.
        now: The time.
    """
    ended = {email_key(email) for email, day in desired.until.items() if has_ended(day, now)}
    people = {email: grants for email, grants in desired.people.items() if email_key(email) not in ended}
    return replace(desired, people=people) if ended else desired


def _declared(desired: Desired, match: Match, now: datetime, applied: Applied) -> Iterator[Change | Report]:
    for email, grants in desired.people.items():
        if email_key(email) in desired.single_sign_on:
            yield from _signed_on(email, grants, match)
        elif (member := match.members.get(email)) is not None:
            yield from _member(email, grants, member, changed=email in match.changed_accounts)
        elif (invitation := match.invitations.get(email)) is not None:
            resends = applied.resends.get(email_key(email), 0)
            yield from _invited(email, grants, invitation, now, resends, desired.max_resends)
        else:
            yield Invite(email, grants)
        yield from _unknown_roles(email, grants)
    for email in desired.undetermined:
        yield Report(email, Topic.UNDETERMINED, "roles are known once the deployments or projects that they name exist")


def _signed_on(email: str, grants: Grants, match: Match) -> Iterator[Report]:
    """Elastic lets these people in at their first login, and gives them the roles of its role mappings at every login."""
    if (member := match.members.get(email)) is None:
        yield Report(email, Topic.SINGLE_SIGN_ON, "joins at the first login by single sign-on; is not invited")
    elif member.grants != grants:
        yield Report(
            email,
            Topic.SINGLE_SIGN_ON,
            f"holds {format_grants(member.grants)} by single sign-on where {format_grants(grants)} is declared: left alone; "
            "role mappings decide at the next login",
        )


def _member(email: str, grants: Grants, member: Member, *, changed: bool) -> Iterator[Change | Report]:
    if added := grants - member.grants:
        yield AddGrants(email, member.user_id, added)
    if removed := member.grants - grants:
        yield RemoveGrants(email, member.user_id, removed)
    if member.email is not None and email_key(member.email) != email_key(email) and not changed:
        yield Report(
            email,
            Topic.EMAIL_CHANGED,
            f"now has the e-mail address {member.email}; known again by user id {member.user_id}",
        )
    yield from _left_alone(email, member.unmodelled)


def _left_alone(email: str, unmodelled: Mapping[str, Any]) -> Iterator[Report]:
    if unmodelled:
        text = f"also holds role assignments of a kind that is left alone: {unmodelled_text(unmodelled)}"
        yield Report(email, Topic.UNMODELLED, text)


def _invited(
    email: str, grants: Grants, invitation: Invitation, now: datetime, resends: int, max_resends: int
) -> Iterator[Change | Report]:
    if invitation.lapsed(now):
        when = f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC"
        if resends < max_resends:
            yield Reinvite(email, grants, invitation, Cause.EXPIRED)
        else:
            yield Report(
                email,
                Topic.RESEND_LIMIT,
                f"the invitation expired at {when} and was sent again {resends} times: ask the person, "
                "then raise max_resends or take them out",
            )
    elif grants != invitation.grants:
        yield Reinvite(email, grants, invitation, Cause.ROLES_CHANGED)
    else:
        yield Report(email, Topic.PENDING, f"has until {invitation.expires_at:%Y-%m-%d %H:%M} UTC to accept")
    yield from _left_alone(email, invitation.unmodelled)


def _others(desired: Desired, match: Match, now: datetime, applied: Applied) -> Iterator[Change | Report]:
    managed_emails = {email_key(email) for email in (*applied.members, *desired.until)}
    keys_of: dict[str, set[str]] = {}
    for key, user_id in applied.user_ids.items():
        keys_of.setdefault(user_id, set()).add(key)
    by_user_id = {member.user_id: member for member in (*match.members.values(), *match.other_members)}
    for member in match.other_members:
        keys = keys_of.get(member.user_id, set())
        address = {email_key(member.email)} if member.email else set()
        if (keys | address) & desired.managed_elsewhere:
            continue
        taken_over = {key for key in address - keys if key in applied.user_ids}
        for key in taken_over & managed_emails:
            changed = ChangedAccount(applied.user_ids[key], by_user_id.get(applied.user_ids[key]), member)
            yield Report(key, Topic.ACCOUNT_CHANGED, str(changed))
        keys = keys | address - taken_over
        managed = bool(keys & managed_emails)
        known = managed or bool(keys & applied.managed_elsewhere)
        if member.email is None:
            yield Report(
                f"user {member.user_id}", Topic.NO_EMAIL, "is a member without an e-mail address and is left alone"
            )
        elif desired.authoritative or managed:
            yield RemoveMember(member.email, member.user_id, member.grants, known)
    for invitation in match.other_invitations:
        key = email_key(invitation.email)
        if key in desired.managed_elsewhere:
            continue
        managed = key in managed_emails
        if desired.authoritative or managed:
            known = managed or key in applied.managed_elsewhere
            yield CancelInvitation(invitation.email, invitation, invitation.lapsed(now), known)


def _namesakes(match: Match, now: datetime) -> Iterator[Report]:
    holders = {changed.holder.user_id for changed in match.changed_accounts.values()}
    for one in match.namesakes:
        if isinstance(one, Member) and one.user_id in holders:
            continue
        roles = format_grants(one.grants)
        if isinstance(one, Member):
            text = f"a second account has this e-mail address (user {one.user_id}: {roles})"
        elif not one.lapsed(now):
            text = f"a second invitation to this e-mail address is open ({roles})"
        else:
            continue
        yield Report(
            str(one.email), Topic.SAME_EMAIL, f"{text}; it is left alone: look at it in Elastic Cloud's console"
        )


def _look_alikes(changes: Iterable[Change]) -> Iterator[Report]:
    """Whose address nobody tells from another one, said wherever somebody decides about the person."""
    for person in dict.fromkeys(change.person for change in changes):
        if (read := reads_as(person)) is not None:
            yield Report(person, Topic.LOOK_ALIKE, f"reads like {read} and is another address: {spelled_out(person)}")


def _last_days(desired: Desired, now: datetime) -> Iterator[Report]:
    for email, day in desired.until.items():
        left = (day - now.astimezone(timezone.utc).date()).days
        if left < 0:
            yield Report(email, Topic.LAST_DAY, f"had access until {day}; take the line out of the roster")
        elif left <= NOTICE_DAYS:
            when = "today" if left == 0 else f"in {left} {'day' if left == 1 else 'days'}"
            yield Report(
                email, Topic.LAST_DAY, f"has access until {day}, which is {when}; after that the plan removes them"
            )


def _unknown_roles(email: str, grants: Grants) -> Iterator[Report]:
    if unknown := unknown_roles(grants):
        yield Report(
            email,
            Topic.UNKNOWN_ROLE,
            f"{format_grants(unknown)}: not among the roles that Elastic has published so far; passed on as written",
        )
