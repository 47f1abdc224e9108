"""`elastic-org drift`."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.formats import TERMINAL, chosen, output, review_format
from pulumi_elastic_org.cli.options.stack import Stack, stack_options
from pulumi_elastic_org.cli.reporters import document
from pulumi_elastic_org.cli.reporters.run_review import drift_review
from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter, console
from pulumi_elastic_org.cli.runs.carry_out import Request
from pulumi_elastic_org.cli.runs.operations import Operation, perform
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.engine import EngineError
from pulumi_elastic_org.review.acknowledgements import Acknowledgement, AcknowledgementError, read_acknowledgements
from pulumi_elastic_org.review.model import Review
from pulumi_elastic_org.review.render.json import review_schema
from pulumi_elastic_org.review.render.terminal import render_review

EPILOG = """\b
Exit codes:
  0  clean: no findings, but perhaps acknowledged ones
  1  the review could not be made, or not to its end
  2  wrong usage
  7  findings (Pulumi's own code for changes that were not expected)"""


@click.command(epilog=EPILOG)
@stack_options
@review_format
@output
@click.option(
    "-a",
    "--acknowledged",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML list of findings that somebody has taken note of, each with person, kind, reason and until; may be repeated.",
)
@click.option("--schema", is_flag=True, help="Write the JSON Schema of --format json instead.")
def drift(stack: Stack, form: str, output: Path | None, lists: tuple[Path, ...], schema: bool) -> ExitCode:
    """Say whose access was changed outside the code, and what settles it; write nothing.

    Three things are compared, person by person: what the program declares, what was applied last, and what is live. The program is
    run as by a preview; neither the organization nor the state is written. Pending invitations are no finding."""
    if schema:
        document.write(review_schema(), output)
        return ExitCode.SUCCESS
    form = chosen(stack, form)
    review = _review(stack, _acknowledgements(lists), quietly=form != TERMINAL or output is not None)
    if form != TERMINAL:
        document.write(document.render(review, form), output)
    elif output is None:
        console(sys.stdout).print(render_review(review))
    else:
        page = StringIO()
        console(page).print(render_review(review))
        document.write(page.getvalue(), output)
    if not review.succeeded:
        return ExitCode.ERROR
    return ExitCode.CHANGES if review.findings else ExitCode.SUCCESS


def _acknowledgements(lists: tuple[Path, ...]) -> tuple[Acknowledgement, ...]:
    mistakes: list[str] = []
    found: list[Acknowledgement] = []
    for path in lists:
        try:
            found += read_acknowledgements(path)
        except AcknowledgementError as error:
            mistakes.append(str(error))
    if mistakes:
        raise click.ClickException("\n".join(mistakes))
    return tuple(found)


def _review(stack: Stack, acknowledgements: tuple[Acknowledgement, ...], *, quietly: bool) -> Review:
    request = Request(Operation.PREVIEW, stack.workspace)
    reporter = TerminalReporter(StringIO() if quietly else None)
    try:
        engine = stack.select()
        with reporter.running(request, engine.name, preview=True) as on_event:
            run = perform(
                engine, request.operation, request.workspace, preview=True, on_event=on_event, drift_review=True
            )
    except EngineError as error:
        raise click.ClickException(str(error)) from None
    return drift_review(run, acknowledgements, now())
