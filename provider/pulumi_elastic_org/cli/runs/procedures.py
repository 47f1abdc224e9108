"""The order of a command around a procedure: check, show, ask, take the steps, exit code. The same for all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.cli.exit_codes import Declined, ExitCode, Interrupted
from pulumi_elastic_org.cli.options.procedure import ProcedureOptions
from pulumi_elastic_org.cli.reporters.procedure import ProcedureReporter
from pulumi_elastic_org.model.printable import printable_lines as printable
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.procedure import Procedure, run, where_things_are


def carry_out(
    procedure: Procedure, journal: Journal, options: ProcedureOptions, reporter: ProcedureReporter | None = None
) -> ExitCode:
    """Does what was asked.

    Args:
        procedure: What to do.
        journal: What earlier runs did, and where this one notes what it does.
        options: How far to go without asking.
        reporter: Is told of everything; by default one for a procedure that moves no data.

    Returns:
        The exit code.

    Raises:
        click.UsageError: There is nobody to ask.
        Declined: Who was asked does not want it; the reporter knows already.
        Interrupted: Somebody pressed Ctrl-C; the message says where things are, or that this run changed nothing.
        ActionableError: It does not begin, or a step failed; the reporter knows already.
    """
    reporter = reporter or ProcedureReporter(options.as_json)
    with journal:
        try:
            with _changing_nothing():
                outline = procedure.check(journal)
                reporter.tell(*outline.lines)
                if options.dry_run:
                    reporter.looked(journal, finished=outline.finished)
                    return ExitCode.SUCCESS
                if not outline.finished and outline.question:
                    agree(outline.question, options.yes)
            if not outline.finished:
                _take_steps(procedure, journal, reporter)
        except (ActionableError, Declined, Interrupted) as error:
            reporter.finished(journal, str(error))
            raise
        reporter.finished(journal)
    return ExitCode.SUCCESS


@contextmanager
def _changing_nothing() -> Iterator[None]:
    """Lasts until the first step."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        raise Interrupted("interrupted: this run has changed nothing") from None


def _take_steps(procedure: Procedure, journal: Journal, reporter: ProcedureReporter) -> None:
    try:
        with reporter.progress():
            for step in run(procedure, journal):
                reporter.tell(f"{step.name}: {step.outcome}")
    except KeyboardInterrupt:
        click.echo("interrupted: looking at where that leaves things", err=True)
        raise Interrupted(printable(f"interrupted. {where_things_are(procedure, journal)}")) from None


def agree(question: str, yes: bool) -> None:
    """Asks whether to go on.

    Args:
        question: What to ask.
        yes: Whether to go on without asking.

    Raises:
        click.UsageError: There is nobody to ask.
        Declined: They do not want it.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("--yes must be given where nobody can be asked: without a terminal")
    if not click.confirm(printable(question), err=True):
        raise Declined("declined: nothing was changed")
