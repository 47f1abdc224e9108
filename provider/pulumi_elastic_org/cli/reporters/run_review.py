"""A run as a review. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pulumi_elastic_org.cli.reporters.sections import shown_diagnostics
from pulumi_elastic_org.cli.reporters.steps import changed_properties, resource_steps, roster_drift
from pulumi_elastic_org.cli.runs.operations import Operation, Run
from pulumi_elastic_org.engine import Step
from pulumi_elastic_org.review.acknowledgements import Acknowledgement
from pulumi_elastic_org.review.assemble import review_drift, review_plan, reviewed_change
from pulumi_elastic_org.review.review import Message, OrganizationReview, Review, ReviewedResource


def run_review(run: Run, now: datetime) -> Review:
    """Returns what a run did, or in a preview would do, for whoever reads it.

    Args:
        run: Any run.
        now: When it was made.
    """
    messages = tuple(_messages(run))
    failed_otherwise = any(message.severity == "error" for message in messages)
    refused = any(plan.violations for plan in run.plans)
    organizations = _drifted(run.result.steps) if run.operation is Operation.REFRESH else map(review_plan, run.plans)
    return Review(
        command=run.operation.value,
        preview=run.preview,
        stack=run.stack,
        engine=run.engine,
        made_at=now,
        succeeded=run.result.succeeded,
        complete=run.result.succeeded or (run.preview and refused and not failed_otherwise),
        has_changes=run.result.has_changes,
        organizations=tuple(organizations),
        resources=tuple(_resources(resource_steps(run.result.steps))),
        messages=messages,
        outputs=dict(run.result.outputs),
    )


def drift_review(run: Run, acknowledgements: Sequence[Acknowledgement], now: datetime) -> Review:
    """Returns what a preview in a drift review found.

    Args:
        run: A preview during which the providers logged their findings.
        acknowledgements: Findings that somebody has taken note of.
        now: When it was made.
    """
    found = [finding for plan in run.plans for finding in plan.findings]
    settled = [one for one in acknowledgements if not any(one.is_about(finding) for finding in found)]
    succeeded = not run.result.errors  # a refusal by a guard is a finding, and no reason to stop looking
    return run_review(run, now).model_copy(
        update={
            "command": "drift",
            "succeeded": succeeded,
            "complete": succeeded,
            "organizations": tuple(review_drift(plan, acknowledgements, now.date()) for plan in run.plans),
            "settled_acknowledgements": tuple(map(str, settled)) if succeeded else (),
        }
    )


def _resources(steps: Sequence[Step]) -> Iterator[ReviewedResource]:
    for step in steps:
        yield ReviewedResource(
            operation=step.op,
            name=step.name,
            type=step.type,
            urn=step.urn,
            failed=step.failed,
            properties=tuple(changed_properties(step)),
        )


def _drifted(steps: Sequence[Step]) -> Iterator[OrganizationReview]:
    """What a refresh found changed, by organization."""
    by_organization: dict[str, list[Step]] = {}
    for step in steps:
        inputs = step.new_inputs or step.old_inputs or {}
        by_organization.setdefault(str(inputs.get("organization_id") or ""), []).append(step)
    for organization_id, of_one in by_organization.items():
        if changes := roster_drift(of_one):
            yield OrganizationReview(organization_id=organization_id, changes=tuple(map(reviewed_change, changes)))


def _messages(run: Run) -> Iterator[Message]:
    for diagnostic in shown_diagnostics(run):
        yield Message(severity=diagnostic.severity, text=diagnostic.message.rstrip())
