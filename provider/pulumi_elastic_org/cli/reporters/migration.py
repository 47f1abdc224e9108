"""How a migration is shown: shard by shard while it runs, index by index at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.procedures.migrate import OnShards
from pulumi_elastic_org.procedures.migration import Report, Step
from pulumi_elastic_org.procedures.preflight import Findings
from pulumi_elastic_org.review.terminal import printable

WIDTH = 120


class MigrationReporter:
    """Tells a person, or with ``as_json`` a program, how a migration goes.

    Args:
        as_json: Write one document to standard output at the end, and everything else to standard error.
    """

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._status = Console(stderr=True, markup=False, highlight=False)

    def tell(self, *lines: str) -> None:
        """Shows lines."""
        for line in lines:
            click.echo(printable(line), err=self._as_json)

    def findings(self, findings: Findings) -> None:
        """Shows what will move."""
        for source, facts in sorted(findings.inventory.items()):
            target = findings.targets.get(source, source)
            renamed = f" as {target}" if target != source else ""
            self.tell(f"move {source}{renamed}: {facts.documents} documents")
        self.tell(*(f"  ! {note}" for note in findings.notes))

    @contextmanager
    def progress(self) -> Iterator[OnShards]:
        """Lasts as long as steps are taken; on a terminal, a line says how many shards are done."""
        if not self._status.is_terminal:
            yield lambda *_: None
            return
        with self._status.status(Text("starting")) as status:

            def show(step: Step, done: int, total: int) -> None:
                status.update(Text(f"{step.value}: {done} of {total} shards"))

            yield show

    def finished(self, report: Report, error: str | None = None) -> None:
        """Shows the report.

        Args:
            report: What was done.
            error: Why it stopped; ``None`` where it did not.
        """
        if self._as_json:
            click.echo(json_text({**report.data, "error": error}))
        elif report.indices:
            width = None if sys.stdout.isatty() else WIDTH
            Console(markup=False, highlight=False, width=width).print(_table(report))


def _table(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("index", "on the destination", "aliases"):
        table.add_column(heading, overflow="fold")
    for heading in ("documents", "arrived"):
        table.add_column(heading, justify="right")
    for one in report.indices:
        row = (one.source, one.target, ", ".join(one.expected.alias_names), one.expected.documents)
        table.add_row(*(Text(printable(cell)) for cell in row), Text(one.found.documents if one.found else "not yet"))
    return table
