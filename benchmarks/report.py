"""Tables for the terminal and for docs/speed.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from rich.console import Console
from rich.table import Table as RichTable

_TEMPLATE = Path(__file__).with_name("speed.md.j2")


@dataclass(frozen=True)
class Table:
    """Figures.

    Args:
        title: What was measured.
        columns: The heads.
        rows: A row each.
        note: What to know about them.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def markdown(self) -> str:
        """Returns the table without its title."""
        lines = [self.columns, ("---", *["---:"] * (len(self.columns) - 1)), *self.rows]
        text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{text}\n\n{self.note}" if self.note else text

    def show(self, console: Console) -> None:
        """Prints the table."""
        table = RichTable(title=self.title, title_justify="left", caption=self.note or None)
        for index, column in enumerate(self.columns):
            table.add_column(column.replace("`", ""), justify="right" if index else "left")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Args:
        name: Under which the template knows it.
        tables: What was measured.
    """

    name: str
    tables: tuple[Table, ...]

    def markdown(self) -> str:
        """Returns the tables with their titles."""
        return "\n\n".join(f"**{table.title}**\n\n{table.markdown()}" for table in self.tables)


def write(path: Path, sections: Sequence[Section], facts: Mapping[str, str]) -> None:
    """Writes the report.

    Args:
        path: Where to.
        sections: Every section that the template names.
        facts: What the figures belong to: versions, machine, commit.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    filled = template.render(
        facts=facts, **{section.name: _marked(section.name, section.markdown()) for section in sections}
    )
    path.write_text(filled, encoding="utf-8")


def rewrite(path: Path, section: Section, facts: Mapping[str, str]) -> None:
    """Writes one section of a report anew, and says of what its figures are.

    Args:
        path: The report.
        section: What was measured.
        facts: As for `write`.
    """
    begin, end = _marks(section.name)
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{path.name} does not mark where {section.name} begins and ends; write all of it anew")
    told = (
        "Measured apart from the rest of the page: commit {commit}, {cores} cores ({processor}, {system}), CLI {cli}."
    )
    text = f"{told.format_map(facts)}\n\n{section.markdown()}"
    path.write_text(f"{before}{_marked(section.name, text)}{after}", encoding="utf-8")


def _marked(name: str, text: str) -> str:
    begin, end = _marks(name)
    return f"{begin}\n\n{text}\n\n{end}"


def _marks(name: str) -> tuple[str, str]:
    """What stands around a section, where nobody sees it."""
    return f"<!-- figures: {name} -->", f"<!-- end of figures: {name} -->"


def seconds(value: float) -> str:
    """Returns a time in the unit that suits it."""
    return f"{value * 1000:.0f} ms" if value < 0.5 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def times(value: float) -> str:
    """Returns a ratio."""
    return f"{value:.1f}x"


def megabytes(value: float) -> str:
    """Returns an amount of memory in MB (10**6 bytes)."""
    return f"{value:.0f} MB"
