"""How a procedure is shown: line by line while it runs; a migration shard by shard as well, and index by index at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
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
        migration: The data that moves, alone or as a part of a move; ``None`` where none does.
    """

    def __init__(self, as_json: bool, migration: Migration | None = None) -> None:
        self._as_json = as_json
        self._migration = migration
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
        """Shows what was done; a person was told already, but for each index that moved.

        Args:
            journal: Where that was noted.
            error: Why it stopped; ``None`` where it did not.
        """
        done = self._done(journal, finished=error is None)
        if self._as_json:
            click.echo(json_text({**done, "error": error}))
        elif done.get("indices"):
            console(sys.stdout).print(_table(done["indices"]))

    def looked(self, journal: Journal, *, finished: bool) -> None:
        """Shows a program what earlier runs did; a person was told what would be done.

        Args:
            journal: Where that was noted.
            finished: Whether nothing is left to do.
        """
        if self._as_json:
            click.echo(json_text({**self._done(journal, finished=finished), "error": None}))

    def _done(self, journal: Journal, *, finished: bool) -> dict[str, Any]:
        if self._migration is None:
            return procedure.report(journal.entries, finished=finished)
        return migration.report(self._migration, journal.entries)


def _table(indices: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("index", "on the destination", "aliases"):
        table.add_column(heading, overflow="fold")
    for heading in ("documents", "arrived"):
        table.add_column(heading, justify="right")
    for one in indices:
        documents = one["documents"]
        row = (one["source"], one["destination"], ", ".join(one["aliases"]), documents["expected"])
        table.add_row(*(Text(printable(cell)) for cell in row), Text(documents["found"] or "not yet"))
    return table
