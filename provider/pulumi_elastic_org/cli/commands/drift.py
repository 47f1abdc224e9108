"""`elastic-org drift`."""

from __future__ import annotations

from difflib import unified_diff
from io import StringIO
from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.next_command import next_command
from pulumi_elastic_org.cli.options.formats import TERMINAL, output, reporter_for, review_format
from pulumi_elastic_org.cli.options.stack import Stack, stack_options
from pulumi_elastic_org.cli.reporters.document import write
from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.cli.runs.accepting import accept
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out, look
from pulumi_elastic_org.cli.runs.operations import Operation
from pulumi_elastic_org.files import rewrite
from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.review.acknowledgements import Acknowledgement, AcknowledgementError, read_acknowledgements
from pulumi_elastic_org.review.render.json import review_schema

EPILOG = """\b
Exit codes:
  0  clean: no findings, but perhaps acknowledged ones
  1  the review could not be made, or not to its end
  2  wrong usage
  7  findings (Pulumi's own code for changes that were not expected)
  8  cancelled"""

SETTLE = """
To have the roster file say what is live: {}
To have the code undo it:                 {}"""


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
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="PERSON",
    help="Edit the roster file so that it says what the person holds now; may be repeated. Nothing else is written.",
)
@click.option("--schema", is_flag=True, help="Write the JSON Schema of --format json instead.")
def drift(
    stack: Stack, form: str, output: Path | None, lists: tuple[Path, ...], accepted: tuple[str, ...], schema: bool
) -> ExitCode:
    """Say whose access was changed outside the code, and what settles it; write nothing, unless asked to accept it.

    Three things are compared, person by person: what the program declares, what was applied last, and what is live. The program is
    run as by a preview; neither the organization nor the state is written. Pending invitations are no finding."""
    if schema:
        write(review_schema(), output)
        return ExitCode.SUCCESS
    if accepted and (stack.as_json or form != TERMINAL or output is not None):
        raise click.UsageError("--accept edits files and writes no review: leave out --json, --format and --output")
    request = Request(Operation.DRIFT, stack.workspace, acknowledgements=_acknowledgements(lists))
    if accepted:
        return _accept(request, stack, accepted)
    with reporter_for(stack, form, output) as reporter:
        code = carry_out(request, stack.select, reporter)
    if code is ExitCode.CHANGES and form == TERMINAL and not stack.as_json and output is None:
        click.echo(SETTLE.format(next_command("drift --accept PERSON"), next_command("up")), err=True)
    return code


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


def _accept(request: Request, stack: Stack, people: tuple[str, ...]) -> ExitCode:
    """Makes the review, edits the roster files by it, and shows what was edited."""
    run = look(request, stack.select, TerminalReporter(out=StringIO()))
    if run.result.errors:
        raise click.ClickException(
            "\n".join(("the review could not be made, and nothing is accepted:", *run.result.errors))
        )
    edits = accept(run, people)
    for file, (_, after) in edits.items():
        rewrite(file, after)
    for file, (before, after) in edits.items():
        for line in unified_diff(before.splitlines(), after.splitlines(), file.name, file.name, n=1, lineterm=""):
            click.echo(printable(line))
    names = " and ".join(file.name for file in edits) or "nothing, as it says so already"
    click.echo(f"edited {names}. See it with `{next_command('preview')}`, and have it applied like every change.")
    return ExitCode.SUCCESS
