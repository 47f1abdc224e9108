"""A run for a person: rich text on a terminal, plain text elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING, TextIO

import click
from rich.console import Console, RenderableType
from rich.text import Text

from pulumi_elastic_org.cli.runs.carry_out import Request
from pulumi_elastic_org.cli.runs.operations import Operation
from pulumi_elastic_org.model.printable import printable, printable_lines
from pulumi_elastic_org.variables import SHOWN_AT_ONCE
from pulumi_embedded.port import Diagnostic, EngineError, Event, OnEvent

if TYPE_CHECKING:
    from pulumi_elastic_org.review.model import Review

WIDEST = 120
"""Lines longer than this are hard to read, however wide the terminal; it is also the width where there is no terminal."""

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
        self._out = console(out or sys.stdout)
        self._err = console(err or sys.stderr)
        self._shown: set[Hashable] = set()
        self._heading = ""

    @property
    def can_ask(self) -> bool:
        """As Pulumi has it: a person is there when both input and output are a terminal."""
        return sys.stdin.isatty() and self._out.is_terminal

    @contextmanager
    def running(self, request: Request, engine: str, *, preview: bool) -> Iterator[OnEvent]:
        """Shows a heading and, on a terminal, a line that says what is being done."""
        operation = request.operation
        of_change = preview and not operation.changes_nothing
        title = f"Preview of {operation.noun}" if of_change else operation.noun.capitalize()
        if title != self._heading:  # a run that begins again, once it is known that the stack is new, has one heading
            self._heading = title
            self._out.print(Text.assemble((title, "bold"), f": stack {request.workspace.stack}, engine {engine}"))
        doing = "Previewing" if preview else _PROGRESS[operation]
        if not self._err.file.isatty():
            yield tell_progress
            return
        with self._err.status(Text(doing)) as status:

            def show(event: Event) -> None:
                if detail := _detail(event):
                    status.update(Text(f"{doing} {detail}"))

            yield show

    def previewed(self, review: Review) -> None:
        """Shows a preview that will be acted on, apart from what follows."""
        self.finished(review)
        self._out.print()

    def finished(self, review: Review) -> None:
        """Shows what was not shown before."""
        from pulumi_elastic_org.review.render.terminal import sections, shown, summary  # noqa: PLC0415 - not before the run

        for part in shown(sections(review), self._shown):
            self._out.print(part, crop=False)
        self._out.print()
        self._out.print(summary(review))

    def failed(self, request: Request, error: EngineError) -> None:
        """Says nothing: the error itself is all there is to say."""


def tell_progress(event: Event) -> None:
    """Says at once, on standard error, how far the run is, or how long it waits: all else can be told at the end.

    Args:
        event: Any event of a run.
    """
    if isinstance(event, Diagnostic) and SHOWN_AT_ONCE.search(event.message):
        click.echo(printable_lines(event.message.strip()), err=True)


def tell_lines(lines: Iterable[str]) -> None:
    """Shows lines as they are in a pipe, and in a terminal without splitting an address or an id.

    Args:
        lines: Each with its indentation.
    """
    from pulumi_elastic_org.review.render.terminal import longest_word  # noqa: PLC0415 - loads much

    out = console(sys.stdout)
    whole = not out.is_terminal and not os.environ.get("COLUMNS")
    for line in lines:
        text = Text(printable(line.strip()))
        indent = len(line) - len(line.lstrip())
        parts = [text] if whole else text.wrap(out, max(out.width - indent - 2, longest_word(text), 1))
        for index, part in enumerate(parts or [text]):
            part.rstrip()
            click.echo(" " * (indent + (2 if index else 0)) + part.plain)


def tell_whole(what: RenderableType) -> None:
    """Shows something on standard output without cutting a letter off where the terminal is narrower.

    Args:
        what: Of which no word is split.
    """
    console(sys.stdout).print(what, crop=False)


def console(file: TextIO) -> Console:
    """Returns a console without surprises: text is never read as markup, NO_COLOR leaves no escape codes, COLUMNS is the width.

    Args:
        file: Where it writes.
    """
    made = Console(
        file=file,
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
    )
    if not os.environ.get("COLUMNS", "").lstrip("0").isdecimal():  # a terminal that has no size says 0
        width = made.width or get_terminal_size().columns
        made.width = min(width, WIDEST) if made.is_terminal else WIDEST
    return made


def _detail(event: Event) -> str:
    if not isinstance(event, Diagnostic):
        return printable_lines(f"{event.name} ({event.op})")
    return printable_lines(event.message).strip().rpartition("\n")[2]
