"""A review for a terminal: pure functions from a value to what `rich` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from pulumi_elastic_org.model.printable import printable, printable_lines
from pulumi_elastic_org.model.verdicts import OVERRIDE_HEADING, Violation, override_entries, shared
from pulumi_elastic_org.review.changes import Action, PersonChange
from pulumi_elastic_org.review.model import Finding, Kind, Message, OrganizationReview, Review, ReviewedResource
from pulumi_elastic_org.review.render.text import (
    accepting_line,
    access,
    administrators,
    count,
    counted,
    differences,
    headlines,
    listings,
    since,
    who,
)

SIGN_STYLES: Mapping[str, str] = {"+": "green", "~": "yellow", "-": "red"}
"""The colour of each sign, for everything that comes, changes or goes."""

_OPERATION_SIGNS = {"create": "+", "update": "~", "replace": "~", "refresh": "~", "delete": "-", "discard": "-"}
_MESSAGES = {"info": ("", "dim"), "warning": ("warning: ", "yellow"), "error": ("error: ", "red")}
_NOUNS = {"up": "update"}
_LISTED = {"!": "yellow", "-": "dim"}
_LONGEST_OUTPUT = 80
_SHOWN_PROPERTIES = 6

Row = tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a review.

    Args:
        heading: What it is about; sections that follow each other under the same heading share it. Empty where the content has
            a heading of its own.
        content: What is shown.
        identity: Equal for sections that say the same, of which a person wants to see one.
    """

    heading: str
    content: RenderableType
    identity: Hashable


def shown(parts: Iterable[Section], before: set[Hashable]) -> Iterator[RenderableType]:
    """Yields sections under their headings, without those that were shown before.

    Args:
        parts: Of a review.
        before: What was shown before, which takes in what is yielded.
    """
    heading = ""
    for part in parts:
        if part.identity in before:
            continue
        before.add(part.identity)
        if not part.heading or part.heading != heading:
            yield Text()
        if part.heading != heading:
            heading = part.heading
            yield Text(heading, style="bold")
        yield part.content


def sections(review: Review) -> Iterator[Section]:
    """Yields what there is to show of a review, without its summary.

    Args:
        review: Any review.
    """
    for one in review.organizations:
        parts = _drifted(one) if review.command == "drift" else _planned(one)
        said = (one.organization_id, one.changes, one.refusals, one.skipped, one.waived, one.notes)
        yield Section("", Group(*parts), ("organization", *said))
    if review.resources:
        resources = Aligned([_resource(one) for one in review.resources])
        yield Section("Resources", resources, ("resources", review.resources))
    if review.settled_acknowledgements:
        settled = Aligned([_row("-", "dim", entry) for entry in review.settled_acknowledgements])
        yield Section("Acknowledged and settled: take them out of the list", settled, "settled")
    for message in review.messages:
        yield Section("Diagnostics", _message(message), message)
    if review.outputs and not review.preview:
        yield Section("Outputs", _outputs(review.outputs), "outputs")


def summary(review: Review) -> Text:
    """Returns what a person who reads nothing else should know: one line, but for a drift review.

    Args:
        review: Any review.
    """
    if review.command == "drift":
        first, *more = headlines(review)
        return Text("\n").join([Text(printable(first), style="bold"), *(Text(printable(line)) for line in more)])
    if not review.succeeded:
        why = f", refused for {count(review.refused, 'reason')}" if review.refused else ""
        what = "preview" if review.preview else _NOUNS.get(review.command, review.command)
        return Text(f"The {what} failed{why}.", style="bold red")
    people = counted_actions(review.changes)
    operations = [one.operation for one in review.resources if not one.failed]
    operations.sort(key=[*_OPERATION_SIGNS].index)
    parts = [people, f"resources: {counted(operations)}" if operations else ""]
    what = "; ".join(part for part in parts if part)
    if not what and review.has_changes:
        what = "nothing but to bring the state up to date"
    if not what:
        return Text("No drift." if review.command == "refresh" else "Nothing to do.", style="bold")
    outcome = "Done" if not review.preview else "Drift" if review.command == "refresh" else "Plan"
    skipped = f" People are left as they are for {count(review.skipped, 'reason')}." if review.skipped else ""
    leading = (
        [Text(printable(line), style="bold yellow") for line in administrators(review)] if outcome == "Plan" else []
    )
    return Text("\n").join([*leading, Text(f"{outcome}: {what}.{skipped}", style="bold")])


def counted_actions(changes: Iterable[PersonChange]) -> str:
    """Returns how many people each action concerns, in the order of `Action`; empty for none.

    Args:
        changes: Of one organization or several.
    """
    return counted(action.value for action in sorted((one.action for one in changes), key=[*Action].index))


class Aligned:
    """Rows whose cells stand below each other, a little indented; a long cell goes on below its own beginning.

    Args:
        rows: The first cell of each stays on one line.
        gap: The blanks between two cells.
    """

    def __init__(self, rows: Iterable[Sequence[Text]], gap: int = 2) -> None:
        self._rows, self._gap = [tuple(row) for row in rows], gap

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leaves out the blanks that a table puts at the end of its lines, which are in the way in files and logs.

        Where the columns would split a word, such as an address or an id, each row runs on in lines of its own instead.
        """
        room = options.max_width - 2
        columns = list(zip_longest(*self._rows, fillvalue=Text()))
        least = [max(map(longest_word, cells)) for cells in columns]
        if columns:
            least[0] = max(row[0].cell_len for row in self._rows)
        if sum(least) + self._gap * len(least) > room:
            for row in self._rows:
                yield from self._run_on(row, console, max(room, 5))
            return
        natural = [max(cell_len(line) for cell in cells for line in cell.plain.split("\n")) for cells in columns]
        table = Table.grid(padding=(0, self._gap, 0, 0), pad_edge=True)
        for width in _narrowed(natural, least, room - self._gap * (len(columns) - 1)):
            table.add_column(width=width, overflow="fold")
        for row in self._rows:
            table.add_row(*row)
        for line in console.render_lines(table, options.update(width=room + self._gap), pad=False):
            end = max((at for at, segment in enumerate(line, 1) if not segment.text.isspace()), default=0)
            yield Segment("  ")
            yield from line[: end - 1]
            if end:
                yield Segment(line[end - 1].text.rstrip(), line[end - 1].style)
            yield Segment.line()

    def _run_on(self, row: Row, console: Console, room: int) -> Iterator[Text]:
        """A row without columns; a role stays behind the sign that it is gained or lost by, in a line of its own if need be."""
        lines = [Text()]
        for cell in row:
            parts = cell.split("\n")
            for index, part in enumerate(parts):
                begun = bool(lines[-1].plain.strip())
                joined = Text(" " * self._gap).join([lines[-1], part]) if begun else part
                signed = begun and part.plain.startswith(("+ ", "- "))
                if index or (signed and (len(parts) > 1 or joined.cell_len > room)):
                    lines.append(part)
                else:
                    lines[-1] = joined
        for number, line in enumerate(lines):
            for index, text in enumerate(line.wrap(console, max(room - 2, longest_word(line)))):
                text.rstrip()
                yield Text("    " if number or index else "  ", no_wrap=True, overflow="ignore") + text


def _narrowed(natural: Sequence[int], least: Sequence[int], room: int) -> Sequence[int]:
    """Widths of columns for which there is room: the widest gives way first, and none becomes narrower than its longest word.

    `rich` may make a table with such words wider than the room, and then cuts letters off at its edge.
    """
    widths = list(natural)
    while sum(widths) > room:
        widest = max((at for at, width in enumerate(widths) if width > least[at]), key=widths.__getitem__)
        widths[widest] -= 1
    return widths


def longest_word(cell: Text) -> int:
    """Returns how many columns a text needs at least, so that none of its words is split."""
    return max((cell_len(word) for word in cell.plain.split()), default=0)


def _planned(one: OrganizationReview) -> Iterator[RenderableType]:
    # A refresh may not know of which organization the people are.
    heading = Text(f"Organization {printable(one.organization_id)}" if one.organization_id else "People", style="bold")
    yield heading if one.changes else heading + Text(": nothing to do")
    if one.shown_changes:
        yield Aligned([_change(change, one.named) for change in one.shown_changes])
    for note in one.shown_notes:
        yield _line("!", "yellow", one.named(str(note)))
    if one.pending:
        yield Text(f"  {count(len(one.pending), 'invitation')} pending")
    for waiver in one.waived:
        yield _line("!", "yellow", one.named(str(waiver)))
    yield from _refused("Refused", one.refusals, one.named)
    yield from _refused("Skipped: left as they are", one.skipped, one.named)


def _refused(title: str, violations: Sequence[Violation], named: Callable[[str], str]) -> Iterator[RenderableType]:
    if not violations:
        return
    yield Text(f"\n{title}", style="bold red")
    for one in shared(violations):
        whose = f"{one.person}: " if one.person else ""
        yield _line("x", "red", named(f"{whose}{one.reason} [{one.guard}]"), one.remedy)
    if entries := override_entries(violations):
        yield Text()
        yield Aligned([(Text(f"{OVERRIDE_HEADING}:"),)])
        for entry in entries:  # whole, for what a terminal breaks itself is pasted as one line
            yield Text(f"    {printable(entry)}", no_wrap=True, overflow="ignore")


def _drifted(one: OrganizationReview) -> Iterator[RenderableType]:
    heading = Text(f"Organization {printable(one.organization_id)}", style="bold")
    yield heading if one.findings or one.acknowledged else heading + Text(": no findings")
    for finding in one.shown_findings:
        yield from _finding(finding, one)
    yield from _titled("The next apply would", [_change(change, one.named) for change in one.shown_changes])
    for listing in listings(one):
        style = _LISTED[listing.sign]
        rows = [_row(listing.sign, style, who(person), text) for person, text in listing.shown if person != ""]
        if more := len(listing.entries) - len(listing.shown):
            rows.append(_row("", "dim", f"and {more} more"))
        yield from _titled(listing.title, rows)


def _titled(title: str, rows: Sequence[Row]) -> Iterator[RenderableType]:
    if rows:
        yield Text()
        yield Text(title, style="bold")
        yield Aligned(rows)


def _finding(finding: Finding, one: OrganizationReview) -> Iterator[RenderableType]:
    named = one.named
    style = "red" if finding.by_hand else "yellow"
    yield Aligned([(Text(f"{finding.kind.value}: {printable(who(finding.person))}", style),)])
    rows = [("", named(finding.detail))]
    if finding.is_about_access:
        pending = finding.kind is Kind.PENDING_CHANGE
        rows += [
            ("now" if pending else "before", named(access(finding.before))),
            ("after up" if pending else "now", named(access(finding.after))),
        ]
        rows += [("", named(line)) for line in differences(finding.roles)]
    if finding.since:
        rows.append(("since", since(finding.since)))
    if finding.lapsed_acknowledgement:
        rows.append(("lapsed", finding.lapsed_acknowledgement))
    rows += [("accept", f"{finding.accept} {accepting_line(finding, one)}".rstrip()), ("enforce", finding.enforce)]
    yield Aligned([(Text(f"  {label:<8}", style="dim"), Text(printable(text))) for label, text in rows], gap=1)


def _change(change: PersonChange, named: Callable[[str], str]) -> Row:
    roles = Text("\n").join(_role(named(line)) for line in differences(change.roles))
    if change.note:
        between = "\n" if "\n" in roles.plain else " "  # of a person with several roles it is not about the last one
        roles.append(f"{between}({printable(named(change.note))})", style="dim")
    return _row(f"{change.action.sign} {change.action.value}", SIGN_STYLES[change.action.sign], change.person, roles)


def _role(line: str) -> Text:
    text = Text(printable(line))
    if line.startswith(("+ ", "- ")):
        text.stylize(SIGN_STYLES[line[0]], 0, 1)
    return text


def _resource(one: ReviewedResource) -> Row:
    sign = _OPERATION_SIGNS[one.operation]
    what, style = (f"x {one.operation} failed", "red") if one.failed else (f"{sign} {one.operation}", SIGN_STYLES[sign])
    more = len(one.properties) - _SHOWN_PROPERTIES
    properties = ", ".join(one.properties[:_SHOWN_PROPERTIES]) + (f" and {more} more" if more > 0 else "")
    return _row(what, style, one.name, Text(printable(one.type), style="dim"), properties)


def _message(message: Message) -> Text:
    prefix, style = _MESSAGES[message.severity]
    return Text(prefix + printable_lines(message.text), style=style)


def _outputs(outputs: Mapping[str, Any]) -> RenderableType:
    texts = {
        name: value if isinstance(value, str) else json.dumps(value, default=str) for name, value in outputs.items()
    }
    return Aligned(
        [(Text(printable_lines(name)), Text(printable_lines(_cut(text)))) for name, text in sorted(texts.items())]
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_OUTPUT else f"{text[:_LONGEST_OUTPUT]} ..."


def _row(sign: str, style: str, *cells: str | Text) -> Row:
    return (Text(sign, style=style), *(cell if isinstance(cell, Text) else Text(printable(cell)) for cell in cells))


def _line(sign: str, style: str, text: str, detail: str = "") -> RenderableType:
    """A sign and a text whose further lines stand below its first."""
    what = Text.assemble((printable(text), style), f"\n{printable(detail)}" if detail else "")
    return Aligned([(Text(sign, style=style), what)], gap=1)
