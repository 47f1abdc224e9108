"""How a review is shown: the options that say so, and the reporter that does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import click

from pulumi_elastic_org.cli.options.stack import FILE, Stack
from pulumi_elastic_org.cli.reporters.document import FORMATS, JSON, DocumentReporter, write
from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.cli.runs.carry_out import Reporter

TERMINAL = "terminal"

review_format = click.option(
    "--format",
    "form",
    type=click.Choice([TERMINAL, *FORMATS]),
    default=TERMINAL,
    show_default=True,
    help="markdown is for a comment on a pull request, html one page that works from a file, json for programs: `elastic-org drift "
    "--schema` prints its schema.",
)
output = click.option(
    "-o",
    "--output",
    type=FILE,
    help="Where to write the review; an existing file is replaced.  [default: standard output]",
)


def one_format(form: str, as_json: bool) -> str:
    """Returns the format that was asked for.

    Args:
        form: By ``--format``.
        as_json: Whether by ``--json``.

    Raises:
        click.UsageError: Two formats were asked for.
    """
    if as_json and form not in (TERMINAL, JSON):
        raise click.UsageError(f"--json and --format {form} ask for two formats: choose one")
    return JSON if as_json else form


@contextmanager
def reporter_for(stack: Stack, form: str, output: Path | None) -> Iterator[Reporter]:
    """Gives what shows a preview in a format, and writes the file once it is done.

    Args:
        stack: Says whether a program reads the output.
        form: The format.
        output: Where to; `None` for standard output.

    Raises:
        click.UsageError: Two formats were asked for.
        click.ClickException: The file cannot be written.
    """
    form = one_format(form, stack.as_json)
    if form != TERMINAL:
        yield DocumentReporter(form, output)
    elif output is None:
        yield stack.reporter()
    else:
        page = StringIO()
        yield TerminalReporter(out=page)
        write(page.getvalue(), output)
