"""A run as the sections of a report that a person reads. Pure."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from pulumi_elastic_org.cli.reporters.steps import render_steps, resource_steps, roster_drift, summarize_steps
from pulumi_elastic_org.cli.runs.operations import Operation, Run
from pulumi_elastic_org.engine import Diagnostic
from pulumi_elastic_org.review.people import PersonChange, count_actions, planned_changes
from pulumi_elastic_org.review.terminal import Aligned, printable, render_people, render_plan, summarize

if TYPE_CHECKING:
    from pulumi_elastic_org.review.records import PlanRecord

_DIAGNOSTICS = {"info": ("", "dim"), "warning": ("warning: ", "yellow"), "error": ("error: ", "red")}
_LONGEST_OUTPUT = 80


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Args:
        heading: What it is about; sections that follow each other under the same heading share it. Empty where the content has
            a heading of its own.
        content: What is shown.
        identity: Equal for sections that say the same, of which a person wants to see one.
    """

    heading: str
    content: RenderableType
    identity: Hashable


def sections(run: Run) -> Iterator[Section]:
    """Yields what there is to show of a run, without its summary.

    Args:
        run: What was done, or in a preview would be done.
    """
    for plan in run.plans:
        yield Section("", render_plan(plan), ("plan", plan.organization_id, planned_changes(plan)))
    if drift := _drift(run):
        yield Section("People", render_people(drift), ("people", drift))
    if steps := resource_steps(run.result.steps):
        yield Section(
            "Resources", render_steps(steps), ("steps", *((step.op, step.urn, step.failed) for step in steps))
        )
    for diagnostic in shown_diagnostics(run):
        prefix, style = _DIAGNOSTICS[diagnostic.severity]
        text = prefix + printable(diagnostic.message.rstrip())
        yield Section("Diagnostics", Text(text, style=style), ("diagnostic", text))
    if run.result.outputs and not run.preview:
        yield Section("Outputs", _outputs(run.result.outputs), "outputs")


def shown_diagnostics(run: Run) -> Iterator[Diagnostic]:
    """Returns the messages of a run, without those that say again why a plan is refused.

    Args:
        run: Any run.
    """
    return (diagnostic for diagnostic in run.result.diagnostics if not _is_refusal(diagnostic, run.plans))


def summary(run: Run) -> Text:
    """Returns a run in one line.

    Args:
        run: What was done, or in a preview would be done.
    """
    refused = sum(len(plan.violations) for plan in run.plans)
    if not run.result.succeeded:
        why = f", refused for {refused} {'reason' if refused == 1 else 'reasons'}" if refused else ""
        return Text(f"The {'preview' if run.preview else run.operation.noun} failed{why}.", style="bold red")
    people = summarize(count_actions([*_drift(run), *(one for plan in run.plans for one in planned_changes(plan))]))
    resources = summarize_steps(resource_steps(run.result.steps))
    parts = [people, f"resources: {resources}" if resources else ""]
    what = "; ".join(part for part in parts if part)
    if not what and run.result.has_changes:
        what = "nothing but to bring the state up to date"
    if not what:
        return Text("No drift." if run.operation is Operation.REFRESH else "Nothing to do.", style="bold")
    outcome = "Done" if not run.preview else "Drift" if run.operation is Operation.REFRESH else "Plan"
    return Text(f"{outcome}: {what}.", style="bold")


def _drift(run: Run) -> tuple[PersonChange, ...]:
    return roster_drift(run.result.steps) if run.operation is Operation.REFRESH else ()


def _outputs(outputs: Mapping[str, Any]) -> RenderableType:
    texts = {
        name: value if isinstance(value, str) else json.dumps(value, default=str) for name, value in outputs.items()
    }
    return Aligned([(Text(printable(name)), Text(printable(_cut(text)))) for name, text in sorted(texts.items())])


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_OUTPUT else f"{text[:_LONGEST_OUTPUT]} ..."


def _is_refusal(diagnostic: Diagnostic, plans: Iterable[PlanRecord]) -> bool:
    """Whether an error says again what the plan has shown already."""
    return diagnostic.severity == "error" and any(
        plan.violations and all(violation.reason in diagnostic.message for violation in plan.violations)
        for plan in plans
    )
