"""`plan`: the changes that a comparison asks for, and in words what to know of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any

from pulumi_elastic_org.model.changes import Plan, Report, Topic
from pulumi_elastic_org.model.comparison import Comparison, Delta, Known, compare
from pulumi_elastic_org.model.grants import Grants, format_grants, unknown_roles
from pulumi_elastic_org.model.people import (
    NOTHING_APPLIED,
    Applied,
    Desired,
    Invitation,
    Member,
    Organization,
    email_key,
    unmodelled_text,
)

MANY_STRANGERS = 5
"""From how many strangers on, if they are most of the organization, a plan says how to begin instead of naming each."""

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
    return plan_of(compare(desired, actual, now, applied))


def plan_of(comparison: Comparison) -> Plan:
    """Returns what a comparison asks for.

    Args:
        comparison: Of an organization with what is declared.
    """
    return Plan(
        organization_id=comparison.organization_id,
        changes=tuple(change for delta in comparison.deltas for change in delta.changes),
        reports=(
            *_first_run(comparison),
            *(report for delta in comparison.deltas for report in _reports(delta, comparison.made_at)),
        ),
        made_at=comparison.made_at,
        headcount=comparison.headcount,
    )


def _first_run(comparison: Comparison) -> Iterator[Report]:
    """Says where to begin, where a roster would take out most people whom an organization has had before it."""
    strangers = sum(delta.known is Known.STRANGER and not delta.lapsed for delta in comparison.deltas)
    if strangers >= MANY_STRANGERS and 2 * strangers > comparison.headcount:
        who = f"{strangers} of {comparison.headcount} people"
        yield Report("", Topic.NOT_IN_ROSTER, f"{who} are not in this roster: start with `elastic-org import`")


def _reports(delta: Delta, now: datetime) -> Iterator[Report]:
    person = delta.person
    if delta.known is Known.LEFT_ALONE:
        yield from _left_alone(delta)
    elif delta.known is Known.DECLARED:
        yield from _declared(delta)
    if delta.account is not None:
        yield Report(person, Topic.ACCOUNT_CHANGED, str(delta.account))
    if delta.last_day is not None:
        yield from _last_day(person, delta.last_day, now)
    if not person.isascii() and delta.changes:
        yield from _look_alike(person)


def _look_alike(person: str) -> Iterator[Report]:
    from pulumi_elastic_org.model.international import reads_as, spelled_out  # noqa: PLC0415 - few addresses need it

    if (read := reads_as(person)) is not None:
        yield Report(person, Topic.LOOK_ALIKE, f"reads like {read} and is another address: {spelled_out(person)}")


def _declared(delta: Delta) -> Iterator[Report]:
    person, live, declared = delta.person, delta.live, delta.declared
    if declared is None:
        yield Report(
            person, Topic.UNDETERMINED, "roles are known once the deployments or projects that they name exist"
        )
        return
    if delta.single_sign_on:
        yield from _signed_on(person, declared, live)
    elif isinstance(live, Member):
        if live.email is not None and email_key(live.email) != email_key(person) and delta.account is None:
            text = f"now has the e-mail address {live.email}; known again by user id {live.user_id}"
            yield Report(person, Topic.EMAIL_CHANGED, text)
        yield from _unmodelled(person, live.unmodelled)
    elif live is not None:
        yield from _invited(delta, live)
        yield from _unmodelled(person, live.unmodelled)
    if unknown := unknown_roles(declared):
        text = f"{format_grants(unknown)}: not among the roles that Elastic has published so far; passed on as written"
        yield Report(person, Topic.UNKNOWN_ROLE, text)


def _signed_on(person: str, declared: Grants, live: Member | Invitation | None) -> Iterator[Report]:
    """Elastic lets these people in at their first login, and gives them the roles of its role mappings at every login."""
    if not isinstance(live, Member):
        yield Report(person, Topic.SINGLE_SIGN_ON, "joins at the first login by single sign-on; is not invited")
    elif live.grants != declared:
        yield Report(
            person,
            Topic.SINGLE_SIGN_ON,
            f"holds {format_grants(live.grants)} by single sign-on where {format_grants(declared)} is declared: left alone; "
            "role mappings decide at the next login",
        )


def _invited(delta: Delta, invitation: Invitation) -> Iterator[Report]:
    when = f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    if delta.changes:
        return
    if delta.lapsed:
        yield Report(
            delta.person,
            Topic.RESEND_LIMIT,
            f"the invitation expired at {when} and was sent again {delta.resends} times: ask the person, "
            "then raise max_resends or take them out",
        )
    else:
        yield Report(delta.person, Topic.PENDING, f"has until {when} to accept")


def _unmodelled(person: str, unmodelled: Mapping[str, Any]) -> Iterator[Report]:
    if unmodelled:
        text = f"also holds role assignments of a kind that is left alone: {unmodelled_text(unmodelled)}"
        yield Report(person, Topic.UNMODELLED, text)


def _left_alone(delta: Delta) -> Iterator[Report]:
    live = delta.live
    if delta.account is not None or live is None:
        return
    if isinstance(live, Member) and not live.email:
        yield Report(delta.person, Topic.NO_EMAIL, "is a member without an e-mail address and is left alone")
        return
    if isinstance(live, Member):
        text = f"a second account has this e-mail address (user {live.user_id}: {format_grants(live.grants)})"
    elif not delta.lapsed:
        text = f"a second invitation to this e-mail address is open ({format_grants(live.grants)})"
    else:
        return
    yield Report(delta.person, Topic.SAME_EMAIL, f"{text}; it is left alone: look at it in Elastic Cloud's console")


def _last_day(person: str, day: date, now: datetime) -> Iterator[Report]:
    left = (day - now.astimezone(timezone.utc).date()).days
    if left < 0:
        yield Report(person, Topic.LAST_DAY, f"had access until {day}; take the line out of the roster")
    elif left <= NOTICE_DAYS:
        when = "today" if left == 0 else f"in {left} {'day' if left == 1 else 'days'}"
        text = f"has access until {day}, which is {when}; after that the plan removes them"
        yield Report(person, Topic.LAST_DAY, text)
