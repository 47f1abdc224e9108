"""What a drift review finds: the same comparison that plans are made of, read for whoever has to decide. Pure.

========================== ====================================================================================================
declared, applied, live    finding
========================== ====================================================================================================
no, no, yes                added by hand (authoritative rosters only; an additive one leaves others alone)
yes, yes, no               removed by hand; for who had not accepted at the last apply: invitation cancelled or expired
live differs from both     roles changed by hand
declared differs from all  pending change from the code
========================== ====================================================================================================

Elastic Cloud's API names nobody who did it, and dates little: when a member joined, when an invitation was sent and expires.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from pulumi_elastic_org.model.changes import Plan, RemoveMember
from pulumi_elastic_org.model.comparison import Comparison, Delta, Known
from pulumi_elastic_org.model.grants import (
    GrantError,
    check_combination,
    format_grants,
    parse_held_grants,
    role_texts,
)
from pulumi_elastic_org.model.guard_settings import tag_command
from pulumi_elastic_org.model.guards import ChangedAccount, UnmanagedPeople
from pulumi_elastic_org.model.key_rotation import read_name
from pulumi_elastic_org.model.keys import ApiKey, Concern, concerns
from pulumi_elastic_org.model.people import Invitation, Member, email_key, unmodelled_text
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.model import Finding, Kind, severity

UP = "Run elastic-org up"

# Each of these is right for people in groups too: roles of a line and of groups add up, so a line alone may change nothing.
DECLARE = "Take them out of every group that gives other roles, and let their line read:"
TAKE_OUT = "Take them out of the code: their line, and every group that names them."
KEEP_KEY = "Declare it as an ApiKey with adopt, so that it is rotated, or acknowledge the finding."
DELETE_KEY = "Replace it where automation uses it, then delete it in Elastic Cloud's console."
SETTLED_WITH_OTHERS = "What is accepted at the pending changes settles this too."


def refusal(detail: str) -> Finding:
    """Returns that a guard would refuse something that is about no person.

    Args:
        detail: Why, and what to do about it.
    """
    return Finding(person=None, kind=Kind.GUARD_REFUSES, detail=detail, enforce="Until then an apply changes nothing.")


def find(comparison: Comparison, planned: Plan, verdict: Verdict, owner_tag: str) -> tuple[Finding, ...]:
    """Returns everything that somebody has to decide about.

    Args:
        comparison: Of the organization with what is declared and what was applied.
        planned: What the comparison asks for.
        verdict: What the guards say of that.
        owner_tag: The tag of deployments and projects that names their owner.
    """
    return (*find_differences(comparison), *find_obstacles(planned, verdict, owner_tag))


def find_differences(comparison: Comparison) -> tuple[Finding, ...]:
    """Returns what differs between declared, applied and live.

    Everybody for whom something is planned has a finding, and a finding promises no change that is not planned.

    Args:
        comparison: Of the organization with what is declared and what was applied.

    Returns:
        The findings, the most severe first; empty where only invitations are pending.
    """
    found: dict[tuple[str, Kind], Finding] = {}
    for delta in comparison.deltas:
        for one in _found(delta):  # several invitations of somebody are one finding
            found.setdefault((email_key(one.person or ""), one.kind), one)
    return tuple(sorted(found.values(), key=severity))


def find_obstacles(planned: Plan, verdict: Verdict, owner_tag: str) -> tuple[Finding, ...]:
    """Returns what stands in the way of the next apply.

    Args:
        planned: What the next apply would do.
        verdict: What the guards say of it.
        owner_tag: The tag of deployments and projects that names their owner.
    """
    found = [
        Finding(
            person=violation.person,
            kind=Kind.GUARD_REFUSES,
            detail=f"{violation.reason} [{violation.guard}]",
            accept=SETTLED_WITH_OTHERS,
            enforce=f"{violation.remedy} Until then an apply "
            f"{'leaves them as they are' if violation in verdict.skipped else 'changes nothing'}.",
        )
        for violation in (*verdict.violations, *verdict.skipped)
        if violation.guard not in (UnmanagedPeople.name, ChangedAccount.name)  # have findings of their own
    ]
    unowned = ", ".join(resource.unfound for resource in verdict.unowned)
    for change in planned.changes if unowned else ():
        if isinstance(change, RemoveMember):
            found.append(
                Finding(
                    person=change.person,
                    kind=Kind.OWNER_UNKNOWN,
                    detail=f"would be removed, and may own what names no owner among the members: {unowned}",
                    accept=SETTLED_WITH_OTHERS,
                    enforce=f"Set the tag '{owner_tag}' on each (`{tag_command(owner_tag)}`), then run elastic-org up.",
                )
            )
    return tuple(found)


def find_keys(keys: Iterable[ApiKey], members: Iterable[Member], now: datetime) -> tuple[Finding, ...]:
    """Returns the API keys that outlived their creator's membership or expire soon, one finding a person who created some.

    Keys that a program looks after have none; `elastic-org keys` shows every key, and more about it.

    Args:
        keys: The API keys of the organization.
        members: Who belongs to it.
        now: The time, with a time zone.
    """
    members = tuple(members)
    emails = {member.user_id: member.email for member in members}
    told: dict[str, list[str]] = {}
    for key in keys:
        about = [one.value for one in concerns(key, members, now) if one in (Concern.ORPHANED, Concern.EXPIRING)]
        if about and read_name(key.description) is None:
            told.setdefault(key.user_id, []).append(f"{key}: {', '.join(about)}")
    return tuple(
        Finding(
            person=emails.get(user_id) or (f"user {user_id}" if user_id else None),
            kind=Kind.API_KEY,
            detail=f"created {'; '.join(sorted(texts))}",
            accept=KEEP_KEY,
            enforce=DELETE_KEY,
        )
        for user_id, texts in sorted(told.items())
    )


def _found(delta: Delta) -> Iterator[Finding]:
    if delta.account is not None and not delta.account_accepted:
        yield _account_changed(delta)  # whose roles these would be is what is to be found out first
    elif delta.known is Known.LEFT_ALONE:
        if isinstance(delta.live, Member):
            why = "is a member without an e-mail address"
            if delta.live.email:
                why = f"shares the address with a second account, user {delta.live.user_id}"
            yield _left_alone(delta.person, why, delta.live)
    elif delta.known is Known.DECLARED:
        if not delta.single_sign_on:  # an identity provider lets these people in and gives them roles
            yield from _declared(delta)
    elif delta.known is Known.FORMER:
        if delta.changes:
            yield from _former(delta)
    elif delta.known is Known.FORMER_ELSEWHERE:
        yield _pending(delta, "is no longer declared by another resource", "Add the line again:")
    elif delta.live is not None:
        yield _stranger(delta.person, delta.live, lapsed=delta.lapsed)


def _account_changed(delta: Delta) -> Finding:
    holder = delta.account.holder if delta.account else None
    return Finding(
        person=delta.person,
        kind=Kind.ACCOUNT_CHANGED,
        detail=str(delta.account),
        before=delta.applied,
        after=format_grants(holder.grants) if holder else None,
        since=holder.member_since if holder else None,
        by_hand=True,
        accept=f"If the address means the other account, override {ChangedAccount.name} for {delta.person} with a reason, "
        "then run elastic-org up.",
        enforce="For the account that was known, declare the address that it has now.",
    )


def _declared(delta: Delta) -> Iterator[Finding]:
    live = delta.live
    if delta.lapsed and isinstance(live, Invitation):
        yield _expired(delta, live)
    elif live is None:
        if delta.applied is not None:
            yield _gone(delta)
    elif delta.applied is not None and format_grants(live.grants) not in (delta.applied, _declared_text(delta)):
        yield _roles_changed(delta, live)
    if delta.changes and delta.applied != _declared_text(delta) and (delta.applied is not None or not delta.lapsed):
        new = live is None and delta.applied is None
        yield _pending(delta, "the code adds this person" if new else "the code declares other roles")
    if isinstance(live, Member) and live.unmodelled:
        kinds = unmodelled_text(live.unmodelled)
        yield _left_alone(
            delta.person, f"also holds role assignments of a kind that code cannot declare: {kinds}", live
        )


def _former(delta: Delta) -> Iterator[Finding]:
    live = delta.live
    if live is not None and not delta.lapsed and delta.applied not in (None, format_grants(live.grants)):
        yield _roles_changed(delta, live)
    if delta.last_day is None:
        yield _pending(delta, "is no longer declared", "Add the line again:")
    else:
        again = "Give them a later last day or none: let their line read:"
        yield _pending(delta, f"had access until {delta.last_day}", again)


def _expired(delta: Delta, invitation: Invitation) -> Finding:
    limit = delta.resends >= delta.max_resends
    times = f", and was sent again {delta.resends} {'time' if delta.resends == 1 else 'times'} before" if limit else ""
    return Finding(
        person=delta.person,
        kind=Kind.RESEND_LIMIT if limit else Kind.INVITATION_LOST,
        detail=f"the invitation expired{times}",
        before=format_grants(invitation.grants) if delta.applied is None else delta.applied,
        since=invitation.expires_at,
        accept=TAKE_OUT,
        enforce="Ask the person, then raise max_resends and run elastic-org up."
        if limit
        else f"{UP}: it sends the invitation again.",
    )


def _gone(delta: Delta) -> Finding:
    cancelled = "the invitation was cancelled, or accepted and the person removed since"
    return Finding(
        person=delta.person,
        kind=Kind.REMOVED if delta.accepted else Kind.INVITATION_LOST,
        detail="is no longer a member" if delta.accepted else cancelled,
        before=delta.applied,
        by_hand=True,
        accept=TAKE_OUT,
        enforce=f"{UP}: it invites them again.",
    )


def _roles_changed(delta: Delta, live: Member | Invitation) -> Finding:
    now = format_grants(live.grants)
    pending = isinstance(live, Invitation)
    accept, line = declaring(delta.person, now, DECLARE, delta.last_day)
    return Finding(
        person=delta.person,
        kind=Kind.ROLES_CHANGED,
        detail=f"roles{' of the pending invitation' if pending else ''} are not those that were applied",
        before=delta.applied,
        after=now,
        since=live.created_at if isinstance(live, Invitation) else None,
        by_hand=True,
        accept=accept,
        line=line,
        enforce=f"{UP}: it makes what the code declares so.",
    )


def _stranger(person: str, live: Member | Invitation, *, lapsed: bool) -> Finding:
    roles = format_grants(live.grants)
    add = "Add the line, and they are invited again:" if lapsed else "Add the line:"
    accept, line = declaring(person, roles, add)
    what = "is a member"
    if isinstance(live, Invitation):
        what = f"has an invitation ({'expired' if lapsed else 'pending'})"
    return Finding(
        person=person,
        kind=Kind.ADDED,
        detail=f"{what} and was never part of the code",
        after=roles,
        since=live.created_at if isinstance(live, Invitation) else live.member_since,
        by_hand=True,
        accept=accept,
        line=line,
        enforce=f"Override {UnmanagedPeople.name} for {person} with a reason, then run elastic-org up: it removes them.",
    )


def _pending(delta: Delta, detail: str, accept: str = DECLARE) -> Finding:
    before = None if delta.held is None else format_grants(delta.held)
    after = _declared_text(delta)
    line = ""
    if before is None:
        accept = TAKE_OUT if after is not None else "There is nothing live to declare."
    else:
        accept, line = declaring(delta.person, before, accept)
    return Finding(
        person=delta.person,
        kind=Kind.PENDING_CHANGE,
        detail=detail,
        before=before,
        after=after,
        accept=accept,
        line=line,
        enforce=f"{UP}: it makes the change.",
    )


def _left_alone(person: str, detail: str, member: Member) -> Finding:
    held = format_grants(member.grants)
    return Finding(
        person=person,
        kind=Kind.LEFT_ALONE,
        detail=f"{detail}: this package leaves that alone",
        before=held,
        after=held,
        since=member.member_since,
        accept="Acknowledge it with a reason: code cannot declare it.",
        enforce="Change it in Elastic Cloud's console.",
    )


def _declared_text(delta: Delta) -> str | None:
    return None if delta.declared is None else format_grants(delta.declared)


def declaring(person: str, roles: str, accept: str, until: date | None = None) -> tuple[str, str]:
    """Returns how the code is made to declare what a person holds: what to do, and the line to do it with.

    Args:
        person: The e-mail address.
        roles: Roles in text form, as they are live.
        accept: What to do with the line.
        until: The person's last day in a roster file, which the line keeps.
    """
    try:
        return accept, code_line(person, roles, until)
    except GrantError as error:
        return f"This cannot be declared as it is ({error}): change it in Elastic Cloud's console first.", ""


def code_line(person: str, roles: str, until: date | None = None) -> str:
    """Returns the line that declares a person, for a roster file and, without a last day, for a Python program alike.

    Args:
        person: The e-mail address.
        roles: Roles in text form.
        until: The last day.

    Raises:
        GrantError: The API lets people hold what no roster may declare, and these do.
    """
    grants = parse_held_grants(roles)
    check_combination(grants)
    entry: Any = role_texts(grants)
    if until is not None:
        entry = {"roles": entry, "until": str(until)}
    return f"{json.dumps(person, ensure_ascii=False)}: {json.dumps(entry, ensure_ascii=False)}"
