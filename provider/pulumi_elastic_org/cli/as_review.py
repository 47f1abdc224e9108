"""A run of a preview as a review. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pulumi_elastic_org.cli.operations import Run
from pulumi_elastic_org.cli.report import shown_diagnostics
from pulumi_elastic_org.cli.steps import changed_properties, resource_steps
from pulumi_elastic_org.engine import Step
from pulumi_elastic_org.review.acknowledgements import Acknowledgement
from pulumi_elastic_org.review.assemble import review_drift, review_plan
from pulumi_elastic_org.review.review import Message, Review, ReviewedResource


def preview_review(run: Run, now: datetime) -> Review:
    """Returns what a preview says, for whoever reviews a change of the code.

    Args:
        run: A preview.
        now: When it was made.
    """
    return Review(
        command="preview",
        stack=run.stack,
        engine=run.engine,
        made_at=now,
        succeeded=run.result.succeeded,
        organizations=tuple(map(review_plan, run.plans)),
        resources=tuple(_resources(resource_steps(run.result.steps))),
        messages=tuple(_messages(run)),
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
    return preview_review(run, now).model_copy(
        update={
            "command": "drift",
            "succeeded": not run.result.errors,  # a refusal by a guard is a finding, and no reason to stop looking
            "organizations": tuple(review_drift(plan, acknowledgements, now.date()) for plan in run.plans),
            "settled_acknowledgements": tuple(map(str, settled)) if not run.result.errors else (),
        }
    )


def _resources(steps: Sequence[Step]) -> Iterator[ReviewedResource]:
    for step in steps:
        yield ReviewedResource(
            operation=step.op, name=step.name, type=step.type, properties=tuple(changed_properties(step))
        )


def _messages(run: Run) -> Iterator[Message]:
    for diagnostic in shown_diagnostics(run):
        yield Message(severity=diagnostic.severity, text=diagnostic.message.rstrip())
