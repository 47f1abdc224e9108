"""A run for a person: rich text on a terminal, plain text elsewhere."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from pulumi_elastic_org.cli.carry_out import Request
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.operations import Operation, Run
from pulumi_elastic_org.cli.steps import render_steps, resource_steps, roster_drift, summarize_steps
from pulumi_elastic_org.engine import Diagnostic, EngineError, Event, OnEvent
from pulumi_elastic_org.review.people import count_actions, planned_changes
from pulumi_elastic_org.review.records import PlanRecord
from pulumi_elastic_org.review.terminal import printable, render_people, render_plan, summarize

WIDEST = 120
"""Lines longer than this are hard to read, however wide the terminal; it is also the width where there is no terminal."""

_DIAGNOSTICS = {"info": ("", "dim"), "warning": ("warning: ", "yellow"), "error": ("error: ", "red")}
_PROGRESS = {
    Operation.UP: "Updating",
    Operation.REFRESH: "Refreshing",
    Operation.DESTROY: "Destroying",
}


class TerminalReporter:
    """Shows runs as they come; nothing is shown twice.

    Args:
        out: Where the report goes.
        err: Where progress goes.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self._out = _console(out or sys.stdout)
        self._err = _console(err or sys.stderr)
        self._shown_plans: tuple[PlanRecord, ...] = ()
        self._shown_steps: Sequence[tuple[str, str, bool]] = []
        self._shown_messages: set[str] = set()

    @property
    def can_ask(self) -> bool:
        """As Pulumi has it: a person is there when both input and output are a terminal."""
        return sys.stdin.isatty() and self._out.is_terminal

    @contextmanager
    def running(self, request: Request, engine: str, *, preview: bool) -> Iterator[OnEvent]:
        """Shows a heading and, on a terminal, a line that says what is being done."""
        of = f" of {request.operation.noun}" if preview and request.operation is not Operation.PREVIEW else ""
        title = f"Preview{of}" if preview else request.operation.noun.capitalize()
        self._out.print(Text.assemble((title, "bold"), f": stack {request.workspace.stack}, engine {engine}"))
        doing = "Previewing" if preview else _PROGRESS[request.operation]
        if not self._err.is_terminal:
            yield lambda _: None
            return
        with self._err.status(Text(f"{doing} ...")) as status:
            yield lambda event: status.update(Text(_progress(doing, event)))

    def previewed(self, run: Run) -> None:
        """Shows a preview that will be acted on."""
        self._show(run)

    def finished(self, run: Run, exit_code: ExitCode) -> None:  # noqa: ARG002
        """Shows the last run of a request."""
        self._show(run)
        if not run.preview:
            self._show_outputs(run.result.outputs)

    def failed(self, request: Request, error: EngineError) -> None:
        """Says nothing: the error itself is all there is to say."""

    def _show(self, run: Run) -> None:
        if run.plans != self._shown_plans:
            for plan in run.plans:
                self._section(None, render_plan(plan))
            self._shown_plans = run.plans
        if run.operation is Operation.REFRESH and (drift := roster_drift(run.result.steps)):
            self._section("People", render_people(drift))
        steps = resource_steps(run.result.steps)
        if (outline := [(step.op, step.urn, step.failed) for step in steps]) != self._shown_steps:
            self._section("Resources", render_steps(steps))
            self._shown_steps = outline
        self._show_diagnostics(run)
        self._section(None, _summary(run))

    def _show_diagnostics(self, run: Run) -> None:
        for diagnostic in run.result.diagnostics:
            if diagnostic.severity not in _DIAGNOSTICS or _is_refusal(diagnostic, run.plans):
                continue
            prefix, style = _DIAGNOSTICS[diagnostic.severity]
            text = prefix + printable(diagnostic.message.rstrip())
            if text not in self._shown_messages:
                if not self._shown_messages: 
                    self._out.print()
                self._out.print(Text(text, style=style))
                self._shown_messages.add(text)

    def _show_outputs(self, outputs: Mapping[str, Any]) -> None:
        if not outputs:
            return
        table = Table.grid(padding=(0, 2, 0, 2))
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis")
        for name, value in sorted(outputs.items()):
            text = value if isinstance(value, str) else json.dumps(value, default=str)
            table.add_row(Text(printable(name)), Text(printable(text)))
        self._section("Outputs", table)

    def _section(self, heading: str | None, content: RenderableType) -> None:
        self._out.print()
        if heading is not None:
            self._out.print(Text(heading, style="bold"))
        self._out.print(content)


def _console(file: TextIO) -> Console:
    """A console without surprises: text is never read as markup, and NO_COLOR leaves no escape codes at all."""
    console = Console(
        file=file,
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )
    console.width = min(console.width, WIDEST) if console.is_terminal else WIDEST
    return console


def _progress(doing: str, event: Event) -> str:
    if isinstance(event, Diagnostic):
        detail = printable(event.message).strip().rpartition("\n")[2]
    else:
        detail = f"{event.step.op} {printable(event.step.name)}"
    return f"{doing} ... {detail}"


def _is_refusal(diagnostic: Diagnostic, plans: Iterable[PlanRecord]) -> bool:
    """Whether an error says again what the plan has shown already."""
    return diagnostic.severity == "error" and any(
        plan.violations and all(violation.reason in diagnostic.message for violation in plan.violations)
        for plan in plans
    )


def _summary(run: Run) -> Text:
    refused = sum(len(plan.violations) for plan in run.plans)
    if not run.result.succeeded:
        why = f", refused for {refused} {'reason' if refused == 1 else 'reasons'}" if refused else ""
        return Text(f"The {'preview' if run.preview else run.operation.noun} failed{why}.", style="bold red")
    if run.operation is Operation.REFRESH:
        people = summarize(count_actions(roster_drift(run.result.steps)))
    else:
        people = summarize(count_actions(change for plan in run.plans for change in planned_changes(plan)))
    resources = summarize_steps(resource_steps(run.result.steps))
    parts = [people, f"resources: {resources}" if resources else ""]
    what = "; ".join(part for part in parts if part)
    if not what:
        return Text("Nothing to do." if run.operation is not Operation.REFRESH else "No drift.", style="bold")
    outcome = "Drift" if run.operation is Operation.REFRESH else "Plan" if run.preview else "Done"
    return Text(f"{outcome}: {what}.", style="bold")
