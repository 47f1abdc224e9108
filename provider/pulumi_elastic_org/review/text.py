"""A plan as lines of plain text, one change a line: what the stock commands show, since they print what a provider prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

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
    Topic,
)
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.printable import listed, printable
from pulumi_elastic_org.model.verdicts import Verdict

SIGNS = {
    Invite.verb: "+",
    Reinvite.verb: "+",
    CancelInvitation.verb: "-",
    AddGrants.verb: "~",
    RemoveGrants.verb: "~",
    RemoveMember.verb: "-",
}


def plan_lines(plan: Plan, verdict: Verdict) -> Iterator[str]:
    """Yields a headline, then a line for each change, report and waiver.

    Args:
        plan: What would be done.
        verdict: What the guards say of it.
    """
    pending = sum(report.topic is Topic.PENDING for report in plan.reports)
    yield f"Organization {plan.organization_id}: {summary(plan)}" + (f" ({pending} pending)" if pending else "")
    yield from change_lines(plan, verdict)


def change_lines(plan: Plan, verdict: Verdict) -> Iterator[str]:
    """Yields a line for each change, report and waiver.

    Args:
        plan: What would be done.
        verdict: What the guards say of it.
    """
    for change in plan.changes:
        yield f"  {SIGNS[change.verb]} {printable(f'{change.person}: {describe(change)}')}"
    for report in (*plan.reports, *verdict.reports):
        if report.topic is not Topic.PENDING:
            yield f"  ! {printable(f'{report.person}: {report.text}')}"
    for waiver in verdict.waivers:
        yield f"  ! {printable(str(waiver))}"


NOTHING_CHANGED = "nothing was changed"
PERSON_UNCHANGED = "nothing was changed about this person"
STOPPED_BEFORE_REMOVALS = (
    "stopped before anything was removed; invitations and roles that were to be added are in place"
)


def refusal(verdict: Verdict, so_far: str = NOTHING_CHANGED) -> str:
    """Returns what a person reads when the guards refuse: every reason at once, each with its way out.

    Args:
        verdict: What the guards said; with at least one violation.
        so_far: What the run has done when they refuse.
    """
    count = len(verdict.violations)
    return listed(f"{so_far}: {count} {'reason' if count == 1 else 'reasons'} to refuse", verdict.violations)


def summary(plan: Plan) -> str:
    """Returns the plan in a few words: how many of each kind of change."""
    if not plan.changes:
        return "nothing to do"
    counts = Counter(change.verb for change in plan.changes)
    return ", ".join(f"{verb} {counts[verb]}" for verb in SIGNS if counts[verb])


def describe(change: Change) -> str:
    """Returns one change in words, without the person.

    Args:
        change: Any change of a plan.
    """
    if isinstance(change, Reinvite):
        if change.cause is Cause.EXPIRED:
            return f"{change.verb}, expired {change.invitation.expires_at:%Y-%m-%d %H:%M} UTC: {format_grants(change.grants)}"
        return (
            f"{change.verb}, roles changed: {format_grants(change.invitation.grants)} => {format_grants(change.grants)}"
        )
    if isinstance(change, CancelInvitation):
        return f"{change.verb} ({'expired' if change.lapsed else 'pending'}): {format_grants(change.invitation.grants)}"
    return f"{change.verb}: {format_grants(change.grants)}"
