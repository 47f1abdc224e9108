"""A run as one document, in a format that is not for the terminal; as JSON it follows docs/review.schema.json."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pulumi_elastic_org.cli.reporters.terminal import tell_progress
from pulumi_elastic_org.cli.runs.carry_out import Request
from pulumi_elastic_org.cli.runs.operations import Run
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.files import write_private
from pulumi_embedded.port import Diagnostic, EngineError, OnEvent, Result

if TYPE_CHECKING:
    from pulumi_elastic_org.review.model import Review

JSON = "json"
FORMATS = ("markdown", JSON, "html")
"""The renderer of each is in `review.render`, in a module of its name, which is imported when it is asked for."""


class DocumentReporter:
    """Writes the last run of a request as a review, at the end.

    Args:
        form: One of `FORMATS`.
        output: Where to; ``None`` for standard output.
    """

    can_ask = False

    def __init__(self, form: str = JSON, output: Path | None = None) -> None:
        self._form = form
        self._output = output
        self._engine = ""
        self._preview = False

    @contextmanager
    def running(self, request: Request, engine: str, *, preview: bool) -> Iterator[OnEvent]:  # noqa: ARG002
        """Tells of waits and progress, line by line."""
        self._engine, self._preview = engine, preview
        yield tell_progress

    def previewed(self, review: Review) -> None:
        """Says nothing of a preview that is acted on."""

    def finished(self, review: Review) -> None:
        """Writes the document of a run."""
        write(render(review, self._form), self._output)

    def failed(self, request: Request, error: EngineError) -> None:
        """Writes the document of a run that came to nothing, for a program; a person reads the error itself."""
        if self._form == JSON:
            from pulumi_elastic_org.cli.runs.run_review import run_review  # noqa: PLC0415 - only for a review

            preview = self._preview or request.changes_nothing
            result = Result(succeeded=False, diagnostics=(Diagnostic("error", str(error)),))
            run = Run(request.operation, preview, self._engine, request.workspace.stack, result)
            self.finished(run_review(run, now()))


def render(review: Review, form: str) -> str:
    """Returns a review in a format that is not for the terminal.

    Args:
        review: Any review.
        form: One of `FORMATS`.
    """
    module = import_module(f"pulumi_elastic_org.review.render.{form}")
    return str(getattr(module, f"render_{form}")(review))


def write(text: str, output: Path | None) -> None:
    """Writes text to a file, or to standard output.

    Args:
        text: A whole review.
        output: Where to; ``None`` for standard output.

    Raises:
        click.ClickException: The file cannot be written.
    """
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        write_private(output, text)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from None
