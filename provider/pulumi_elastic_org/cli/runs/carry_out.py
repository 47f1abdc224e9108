"""The order of a command: preview, show, ask, act, exit code. The same for every operation and every kind of output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from pulumi_elastic_org.cli.exit_codes import Cancelled, ExitCode
from pulumi_elastic_org.cli.runs.operations import Operation, RosterFiles, Run, perform
from pulumi_elastic_org.cli.runs.saved_plan import bound, hold_against, keep
from pulumi_elastic_org.clock import now
from pulumi_embedded.port import Engine, EngineError, NoStack, OnEvent, UntrustedState, Workspace

if TYPE_CHECKING:
    from pulumi_elastic_org.review.acknowledgements import Acknowledgement
    from pulumi_elastic_org.review.model import Review

T = TypeVar("T")

UNATTENDED = "--yes or --skip-preview must be given where nobody can be asked: without a terminal, or with --json"


@dataclass(frozen=True)
class Request:
    """What a person asked for; the options of the commands are named like the fields.

    Args:
        operation: What to do.
        workspace: The stack.
        yes: Act after the preview without asking.
        skip_preview: Act at once.
        preview_only: Do not act.
        expect_no_changes: Whether changes are an error of their own.
        roster_files: For a preview: files that are read in place of those that the program names, by the roster's name.
        save_plan: For a preview: where to keep its plan.
        reviewed: Where the plan is that must come out: nothing else is done. It is compared even without a preview to show.
        acknowledgements: For a drift review: findings that somebody has taken note of.
    """

    operation: Operation
    workspace: Workspace
    yes: bool = False
    skip_preview: bool = False
    preview_only: bool = False
    expect_no_changes: bool = False
    roster_files: RosterFiles = field(default_factory=dict)
    save_plan: Path | None = None
    reviewed: Path | None = None
    acknowledgements: Sequence[Acknowledgement] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether it goes no further than a preview."""
        return self.preview_only or self.operation.changes_nothing


class Reporter(Protocol):
    """Tells a person or a program how a request goes."""

    @property
    def can_ask(self) -> bool:
        """Whether there is somebody who can answer a question."""
        ...

    def running(self, request: Request, engine: str, *, preview: bool) -> AbstractContextManager[OnEvent]:
        """Lasts as long as a run, and takes its events."""
        ...

    def previewed(self, review: Review) -> None:
        """Takes a preview that went well and will be acted on."""
        ...

    def finished(self, review: Review) -> None:
        """Takes the review of the last run of a request."""
        ...

    def failed(self, request: Request, error: EngineError) -> None:
        """Takes the reason why a run could not start or be carried on; the caller puts it on standard error."""
        ...


def carry_out(request: Request, select: Callable[[], Engine], reporter: Reporter) -> ExitCode:
    """Does what was asked.

    Args:
        request: What to do.
        select: Finds the engine.
        reporter: Is told of everything.

    Returns:
        The exit code.

    Raises:
        click.UsageError: There is nobody to ask, and the request does not go without asking.
        click.ClickException: The engine could not run.
    """
    if not (request.changes_nothing or request.yes or request.skip_preview or reporter.can_ask):
        raise click.UsageError(UNATTENDED)
    return _on_engine(request, select, reporter, _on_stack)


def look(request: Request, select: Callable[[], Engine], reporter: Reporter) -> Run:
    """Makes the preview of a request, for a command that acts on it itself; arguments and errors as for `carry_out`.

    Raises:
        Cancelled: It was interrupted.
    """
    run = _on_engine(request, select, reporter, partial(_run, preview=True))
    if run.result.interrupted:
        raise Cancelled
    return run


def _on_engine(
    request: Request, select: Callable[[], Engine], reporter: Reporter, act: Callable[[Request, Engine, Reporter], T]
) -> T:
    """Acts on the engine, and once more when somebody trusts a state that it does not."""
    try:
        engine = select()
        try:
            return act(request, engine, reporter)
        except UntrustedState as error:
            if not reporter.can_ask or not click.confirm(f"{error}\n\nRun it?", err=True):
                raise
            return act(replace(request, workspace=replace(request.workspace, trust_state=True)), engine, reporter)
    except EngineError as error:
        reporter.failed(request, error)
        raise click.ClickException(str(error)) from None


def _on_stack(request: Request, engine: Engine, reporter: Reporter) -> ExitCode:
    """Carries it out on a stack that exists, or on a new one once it is certain that its name is no mistake."""
    try:
        return _carry_out(request, engine, reporter)
    except NoStack as error:
        if request.workspace.new_stack or request.operation not in (Operation.PREVIEW, Operation.UP):
            raise
        _agree_to_new_stack(request, engine, reporter, error)
        request = replace(request, workspace=replace(request.workspace, new_stack=True))
        return _carry_out(request, engine, reporter)


def _agree_to_new_stack(request: Request, engine: Engine, reporter: Reporter, error: NoStack) -> None:
    """Says that a stack is new. Where it looks like a misspelled name, since the project has others, it is asked about.

    Raises:
        NoStack: It is not to be made, or nobody can be asked.
    """
    stack = request.workspace.stack
    others = [one for one in engine.stacks(request.workspace) if one != stack]
    text = f"There is no stack '{stack}' yet"
    if not others:
        click.echo(f"{text}: {'an update makes it' if request.changes_nothing else 'it is made'}.", err=True)
        return
    text += f"; the project has {', '.join(others)}"
    if request.changes_nothing:
        click.echo(f"{text}. This preview is of a new stack: check the name.", err=True)
    elif not reporter.can_ask:
        raise NoStack(stack, f"{text}. If the name is right, say so with --new-stack.") from error
    elif not click.confirm(f"{text}. Create it?", err=True):
        raise NoStack(stack) from error


def _carry_out(request: Request, engine: Engine, reporter: Reporter) -> ExitCode:
    if request.changes_nothing or request.reviewed or not request.skip_preview:
        preview = _run(request, engine, reporter, preview=True)
        if request.reviewed:
            preview = hold_against(preview, request.reviewed)
        if request.save_plan and preview.result.succeeded:
            keep(preview, request.save_plan)
        if request.changes_nothing or not preview.result.succeeded:
            return _finish(request, preview, reporter)
        reporter.previewed(_review(request, preview))
        what = request.operation.noun
        question = f"Perform this {what} on stack {request.workspace.stack}?"
        if not (request.yes or request.skip_preview or click.confirm(question, err=True)):
            click.echo(f"declined: not proceeding with the {what}", err=True)
            return ExitCode.ERROR
    if request.reviewed:
        request = replace(request, workspace=bound(request.workspace, request.reviewed))
    return _finish(request, _run(request, engine, reporter, preview=False), reporter)


def _run(request: Request, engine: Engine, reporter: Reporter, *, preview: bool) -> Run:
    with reporter.running(request, engine.name, preview=preview) as on_event:
        return perform(
            engine,
            request.operation,
            request.workspace,
            preview=preview,
            on_event=on_event,
            roster_files=request.roster_files,
        )


def _finish(request: Request, run: Run, reporter: Reporter) -> ExitCode:
    review = _review(request, run)
    reporter.finished(review)
    if not review.succeeded:
        return ExitCode.CANCELLED if run.result.interrupted else ExitCode.ERROR
    if request.expect_no_changes and review.has_changes:
        click.echo("Error: no changes were expected, but there are some", err=True)
        return ExitCode.CHANGES
    if review.findings:
        return ExitCode.CHANGES
    return ExitCode.SKIPPED if review.skipped else ExitCode.SUCCESS


def _review(request: Request, run: Run) -> Review:
    from pulumi_elastic_org.cli.runs.run_review import run_review  # noqa: PLC0415 - not before the run has started

    return run_review(run, now(), request.acknowledgements)
