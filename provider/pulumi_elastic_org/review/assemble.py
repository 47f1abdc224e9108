"""Makes the review of an organization from what the provider logged. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from pulumi_elastic_org.model.changes import Topic
from pulumi_elastic_org.model.grants import NO_ROLES
from pulumi_elastic_org.model.guards import UnmanagedPeople
from pulumi_elastic_org.review.acknowledgements import Acknowledgement
from pulumi_elastic_org.review.finding import SETTLED_WITH_OTHERS, UP, Kind
from pulumi_elastic_org.review.people import Action, PersonChange, RoleChange, planned_changes, role_changes
from pulumi_elastic_org.review.records import FindingRecord, PlanRecord
from pulumi_elastic_org.review.review import (
    ACTOR_UNKNOWN,
    AcknowledgedFinding,
    Note,
    OrganizationReview,
    Refusal,
    ReviewedChange,
    ReviewedFinding,
    RoleDifference,
    Waived,
)

_FOUND = {Topic.PENDING, Topic.RESEND_LIMIT, Topic.NO_EMAIL, Topic.UNMODELLED}
"""Topics that a drift review tells as findings, or as pending."""


def review_plan(plan: PlanRecord) -> OrganizationReview:
    """Returns what a preview has to say about an organization.

    Args:
        plan: As it was logged.
    """
    return OrganizationReview(
        organization_id=plan.organization_id,
        changes=tuple(reviewed_change(change) for change in planned_changes(plan)),
        refusals=tuple(
            Refusal(guard=one.guard, person=one.person, reason=one.reason, remedy=one.remedy) for one in plan.violations
        ),
        waived=tuple(
            Waived(guard=one.guard, person=one.person, reason=one.reason, override_reason=one.override_reason)
            for one in plan.waivers
        ),
        notes=tuple(_notes(plan, without={Topic.PENDING})),
        pending=tuple(_notes(plan, only={Topic.PENDING})),
    )


def review_drift(plan: PlanRecord, acknowledgements: Iterable[Acknowledgement], today: date) -> OrganizationReview:
    """Returns what a drift review has to say about an organization.

    Args:
        plan: As it was logged, with its findings.
        acknowledgements: What somebody has taken note of.
        today: The day in UTC by which acknowledgements hold or have lapsed.
    """
    noted = list(acknowledgements)
    findings: list[ReviewedFinding] = []
    acknowledged: list[AcknowledgedFinding] = []
    for record in (*plan.findings, *_unexplained(plan)):
        found = _finding(record)
        about = [one for one in noted if one.is_about(record)]
        holding = next((one for one in about if one.until >= today), None)
        if holding is not None:
            acknowledged.append(AcknowledgedFinding(finding=found, reason=holding.reason, until=holding.until))
        elif about:
            lapsed = f"acknowledged until {about[0].until}, which has passed: {about[0].reason}"
            findings.append(found.model_copy(update={"lapsed_acknowledgement": lapsed}))
        else:
            findings.append(found)
    return review_plan(plan).model_copy(
        update={
            "findings": tuple(sorted(findings, key=_by_person)),
            "acknowledged": tuple(acknowledged),
            "notes": tuple(_notes(plan, without=_FOUND)),
        }
    )


def _unexplained(plan: PlanRecord) -> Iterator[FindingRecord]:
    """What is planned without a finding that says why, such as the removal of a member whose resource is gone from the program."""
    explained = {finding.person for finding in plan.findings}
    for change in planned_changes(plan):
        if change.person not in explained:
            yield FindingRecord(
                person=change.person,
                kind=Kind.PENDING_CHANGE,
                detail=f"the code asks for it: {change.action.value}",
                before=_text(role.before for role in change.roles if change.action is not Action.INVITE),
                after=_text(role.after for role in change.roles if change.action not in _ENDING),
                accept="Take back in the code what asks for it.",
                enforce=f"{UP}: it makes the change.",
            )
    refused = {(finding.person, finding.detail) for finding in plan.findings}
    for one in plan.violations:
        detail = f"{one.reason} [{one.guard}]"
        if one.guard != UnmanagedPeople.name and (one.person, detail) not in refused:
            yield FindingRecord(
                person=one.person,
                kind=Kind.GUARD_REFUSES,
                detail=detail,
                accept=SETTLED_WITH_OTHERS,
                enforce=one.remedy,
            )


_ENDING = (Action.REMOVE, Action.CANCEL_INVITATION)


def _text(roles: Iterable[str | None]) -> str | None:
    held = [role for role in roles if role is not None]
    return "; ".join(held) if held else None


def _finding(record: FindingRecord) -> ReviewedFinding:
    return ReviewedFinding(
        person=record.person,
        kind=record.kind,
        detail=record.detail,
        before=record.before,
        after=record.after,
        roles=_differences(_role_changes(record.before, record.after)),
        since=record.since,
        by_hand=record.by_hand,
        actor=ACTOR_UNKNOWN if record.by_hand else None,
        accept=record.accept,
        line=record.line,
        enforce=record.enforce,
    )


def _role_changes(before: str | None, after: str | None) -> tuple[RoleChange, ...]:
    if before is None and after is None:
        return ()
    if before is None or after is None:
        return role_changes(before or NO_ROLES, after or NO_ROLES)
    return role_changes(before, after)


def reviewed_change(change: PersonChange) -> ReviewedChange:
    """Returns what happens to a person as it is shown.

    Args:
        change: Planned, or found by a refresh.
    """
    lost = change.action is Action.CHANGE_ROLES and any(role.after is None for role in change.roles)
    removed = change.action is Action.REMOVE or (change.action is Action.CANCEL_INVITATION and change.note != "expired")
    return ReviewedChange(
        person=change.person,
        action=change.action,
        roles=_differences(change.roles),
        note=change.note,
        loses_access=lost or removed,
    )


def _differences(roles: Iterable[RoleChange]) -> tuple[RoleDifference, ...]:
    return tuple(RoleDifference(before=role.before, after=role.after) for role in roles)


def _notes(plan: PlanRecord, *, only: set[Topic] | None = None, without: set[Topic] | None = None) -> Iterator[Note]:
    for report in plan.reports:
        if (only is None or report.topic in only) and report.topic not in (without or ()):
            topic = report.topic.value if isinstance(report.topic, Topic) else report.topic
            yield Note(person=report.person, topic=topic, text=report.text)


def _by_person(finding: ReviewedFinding) -> tuple[str, int]:
    return (finding.person or "", list(Kind).index(finding.kind))
