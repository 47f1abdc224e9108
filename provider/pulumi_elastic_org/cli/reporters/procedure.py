"""How a procedure is shown: line by line while it runs; a migration shard by shard as well, and index by index at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import click
from rich.status import Status
from rich.table import Table
from rich.text import Text

from pulumi_elastic_org.cli.reporters.terminal import console
from pulumi_elastic_org.clock import Pace
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.model.printable import printable_lines as printable
from pulumi_elastic_org.procedures import migration, procedure
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migration import Migration


class ProcedureReporter:
    """Tells a person, or with ``as_json`` a program, how a procedure goes.

    Args:
        as_json: Write one document to standard output at the end, and everything else to standard error.
    """

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._status: Status | None = None
        self._pace = Pace(partial(click.echo, err=True))

    def tell(self, *lines: str) -> None:
        """Shows lines."""
        for line in lines:
            click.echo(printable(line), err=self._as_json)

    def shards(self, step: str, done: int, total: int) -> None:
        """Shows how many shards of how many a step has done: on a terminal at once, elsewhere a line now and then."""
        text = f"{step}: {done} of {total} shards"
        if self._status is not None:
            self._status.update(Text(text))
        else:
            self._pace.tell(text)

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Lasts as long as steps are taken."""
        errors = console(sys.stderr)
        if not sys.stderr.isatty():
            yield
            return
        with errors.status(Text("starting")) as self._status:
            yield
        self._status = None

    def finished(self, journal: Journal, error: str | None = None) -> None:
        """Shows what was done.

        Args:
            journal: Where that was noted.
            error: Why it stopped; ``None`` where it did not.
        """
        if self._as_json:
            click.echo(json_text({**self._report(journal, error), "error": error}))
        else:
            self._show(journal)

    def _report(self, journal: Journal, error: str | None) -> Mapping[str, Any]:
        return procedure.report(journal.entries, finished=error is None)

    def _show(self, journal: Journal) -> None:
        """Everything was told already."""


class MigrationReporter(ProcedureReporter):
    """Tells how a migration of data goes, alone or as a part of a move.

    Args:
        as_json: As for every procedure.
        migration: What moves.
    """

    def __init__(self, as_json: bool, migration: Migration) -> None:
        super().__init__(as_json)
        self._migration = migration

    def _report(self, journal: Journal, error: str | None) -> Mapping[str, Any]:  # noqa: ARG002 - the journal knows
        return migration.report(self._migration, journal.entries).data

    def _show(self, journal: Journal) -> None:
        if indices := migration.report(self._migration, journal.entries).indices:
            console(sys.stdout).print(_table(indices))


def _table(indices: tuple[migration.MovedIndex, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("index", "on the destination", "aliases"):
        table.add_column(heading, overflow="fold")
    for heading in ("documents", "arrived"):
        table.add_column(heading, justify="right")
    for one in indices:
        row = (one.source, one.target, ", ".join(one.expected.alias_names), one.expected.documents)
        table.add_row(*(Text(printable(cell)) for cell in row), Text(one.found.documents if one.found else "not yet"))
    return table
