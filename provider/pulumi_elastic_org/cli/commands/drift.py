"""`elastic-org drift`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.formats import output, reporter_for, review_format
from pulumi_elastic_org.cli.options.stack import Stack, stack_options
from pulumi_elastic_org.cli.reporters.document import write
from pulumi_elastic_org.cli.runs.carry_out import Request, carry_out
from pulumi_elastic_org.cli.runs.operations import Operation
from pulumi_elastic_org.review.acknowledgements import Acknowledgement, AcknowledgementError, read_acknowledgements
from pulumi_elastic_org.review.render.json import review_schema

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
        write(review_schema(), output)
        return ExitCode.SUCCESS
    request = Request(Operation.DRIFT, stack.workspace, acknowledgements=_acknowledgements(lists))
    with reporter_for(stack, form, output) as reporter:
        return carry_out(request, stack.select, reporter)


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
