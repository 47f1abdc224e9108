"""How a review is shown: the options that say so, and the reporter that does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from pulumi_elastic_org.cli.carry_out import Reporter, Request
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.operations import Run
from pulumi_elastic_org.cli.options import Stack
from pulumi_elastic_org.cli.terminal import TerminalReporter
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.engine import EngineError, OnEvent

if TYPE_CHECKING:
    from pulumi_elastic_org.review.review import Review

TERMINAL = "terminal"

_RENDERERS = {
    "markdown": ("pulumi_elastic_org.review.markdown", "render_markdown"),
    "json": ("pulumi_elastic_org.review.review", "render_json"),
    "html": ("pulumi_elastic_org.review.html", "render_html"),
}
"""Where the renderer of each format is: imported when it is asked for."""

review_format = click.option(
    "--format",
    "form",
    type=click.Choice([TERMINAL, *_RENDERERS]),
    default=TERMINAL,
    show_default=True,
    help="markdown is for a comment on a pull request, html one page that works from a file, json follows docs/drift.schema.json.",
)
output = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the review; an existing file is replaced.  [default: standard output]",
)


class ReviewReporter:
    """Writes a preview as a review, at the end.

    Args:
        form: One of the formats that are not for the terminal.
        output: Where to; `None` for standard output.
    """

    can_ask = False

    def __init__(self, form: str, output: Path | None) -> None:
        self._form = form
        self._output = output

    @contextmanager
    def running(self, request: Request, engine: str, *, preview: bool) -> Iterator[OnEvent]:  # noqa: ARG002
        """Shows no progress."""
        yield lambda _: None

    def previewed(self, run: Run) -> None:
        """Says nothing of a preview that is acted on."""

    def finished(self, run: Run, exit_code: ExitCode) -> None:  # noqa: ARG002
        """Writes the review of a preview."""
        from pulumi_elastic_org.cli.as_review import preview_review  # noqa: PLC0415 - only for a review

        write(render(preview_review(run, now()), self._form), self._output)

    def failed(self, request: Request, error: EngineError) -> None:
        """Says nothing: the error itself is all there is to say."""


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
    if form != TERMINAL:
        if stack.as_json:
            raise click.UsageError("--json is the run as the engine tells it, --format the review of it: choose one")
        yield ReviewReporter(form, output)
    elif output is None:
        yield stack.reporter()
    else:
        if stack.as_json:
            raise click.UsageError("--output goes with --format")
        page = StringIO()
        yield TerminalReporter(out=page)
        write(page.getvalue(), output)


def render(review: Review, form: str) -> str:
    """Returns a review in a format that is not for the terminal.

    Args:
        review: Any review.
        form: The name of the format.
    """
    module, function = _RENDERERS[form]
    renderer = cast("Callable[[Review], str]", getattr(import_module(module), function))
    return renderer(review)


def write(text: str, output: Path | None) -> None:
    """Writes text to a file, or to standard output.

    Args:
        text: A whole review.
        output: Where to; `None` for standard output.

    Raises:
        click.ClickException: The file cannot be written.
    """
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from None
