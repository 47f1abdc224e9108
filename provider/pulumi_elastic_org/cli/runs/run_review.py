"""A run as a review. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pulumi_elastic_org.cli.runs.operations import Operation, Run
from pulumi_elastic_org.cli.runs.steps import changed_properties, resource_steps
from pulumi_elastic_org.review.acknowledgements import Acknowledgement
from pulumi_elastic_org.review.changes import refreshed_people
from pulumi_elastic_org.review.leaving import organization_of, people_of
from pulumi_elastic_org.review.model import (
    Message,
    OrganizationReview,
    Review,
    ReviewedResource,
    review_findings,
    review_plan,
)
from pulumi_elastic_org.review.plan_log import JudgedPlan
from pulumi_elastic_org.variables import SHOWN_AT_ONCE
from pulumi_embedded.port import SECRET, UNKNOWN, Diagnostic, Step

_CLASS = re.compile(r"^(?:Failed|Refused|Unfinished): ")
"""Pulumi's SDK puts the class of a dynamic provider's error before its text."""


def run_review(run: Run, now: datetime, acknowledgements: Sequence[Acknowledgement] = ()) -> Review:
    """Returns what a run did, found, or in a preview would do, for whoever reads it.

    Args:
        run: Any run.
        now: When it was made.
        acknowledgements: Findings of a drift review that somebody has taken note of.
    """
    review = Review(
        command=run.operation.value,
        preview=run.preview,
        stack=run.stack,
        engine=run.engine,
        made_at=now,
        succeeded=run.result.succeeded,
        complete=run.result.succeeded,
        has_changes=run.result.has_changes,
        resources=tuple(map(_resource, resource_steps(run.result.steps))),
        messages=tuple(_messages(run)),
        outputs=dict(run.result.outputs),
    )
    if run.operation is Operation.DRIFT:
        return review.model_copy(update=_drift(run, acknowledgements, now))
    refused = any(judged.verdict.violations for judged in run.plans)
    failed_otherwise = any(message.severity == "error" for message in review.messages)
    organizations = _refreshed(run.result.steps) if run.operation is Operation.REFRESH else map(review_plan, run.plans)
    return review.model_copy(
        update={
            "complete": review.complete or (run.preview and refused and not failed_otherwise),
            "organizations": tuple(organizations),
        }
    )


def _drift(run: Run, acknowledgements: Sequence[Acknowledgement], now: datetime) -> dict[str, Any]:
    found = [(finding, judged.plan.organization_id) for judged in run.plans for finding in judged.findings]
    settled = [one for one in acknowledgements if not any(one.is_about(*each) for each in found)]
    succeeded = not run.result.errors  # a refusal by a guard is a finding, and no reason to stop looking
    return {
        "succeeded": succeeded,
        "complete": succeeded,
        "organizations": tuple(review_findings(judged, acknowledgements, now.date()) for judged in run.plans),
        "settled_acknowledgements": tuple(map(str, settled)) if succeeded else (),
    }


def _resource(step: Step) -> ReviewedResource:
    return ReviewedResource(
        operation=step.op,
        name=step.name,
        type=step.type,
        urn=step.urn,
        failed=step.failed,
        properties=tuple(changed_properties(step)),
    )


def _refreshed(steps: Sequence[Step]) -> Iterator[OrganizationReview]:
    """What a refresh found changed, by organization."""
    by_organization: dict[str, list[Step]] = {}
    for step in steps:
        inputs = step.new_inputs or step.old_inputs or {}
        by_organization.setdefault(organization_of(inputs), []).append(step)
    for organization_id, of_one in by_organization.items():
        people = ((_people(step.type, step.old_inputs), _people(step.type, step.new_inputs)) for step in of_one)
        if changes := tuple(change for before, after in people for change in refreshed_people(before, after)):
            yield OrganizationReview(organization_id=organization_id, changes=changes)


def _people(type_: str, inputs: Mapping[str, Any] | None) -> Mapping[str, str]:
    """The roles of each person in the inputs of a resource, as far as they are known."""
    return {email: roles for email, roles in people_of(type_, inputs).items() if roles not in (UNKNOWN, SECRET)}


def _messages(run: Run) -> Iterator[Message]:
    for diagnostic in run.result.diagnostics:
        told_already = diagnostic.severity == "info" and SHOWN_AT_ONCE.search(diagnostic.message)
        if not told_already and not _is_refusal(diagnostic, run.plans):
            yield Message(severity=diagnostic.severity, text=_CLASS.sub("", diagnostic.message.rstrip()))


def _is_refusal(diagnostic: Diagnostic, plans: Iterable[JudgedPlan]) -> bool:
    """Whether an error says again what the plan has shown already."""
    refusals = (judged.verdict.violations for judged in plans)
    return diagnostic.severity == "error" and any(
        violations and all(violation.reason in diagnostic.message for violation in violations)
        for violations in refusals
    )
