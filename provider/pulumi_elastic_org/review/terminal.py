"""A plan or a drift for a terminal: pure functions from values to what `rich` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from pulumi_elastic_org.model.changes import Topic
from pulumi_elastic_org.model.printable import printable as escaped
from pulumi_elastic_org.model.printable import printable_lines
from pulumi_elastic_org.review.people import Action, PersonChange, RoleChange, planned_changes

if TYPE_CHECKING:
    from pulumi_elastic_org.review.records import PlanRecord, ViolationRecord

SIGN_STYLES: Mapping[str, str] = {"+": "green", "~": "yellow", "-": "red"}
"""The colour of each sign, for everything that comes, changes or goes."""

_EACH = "each of them"


def render_plan(plan: PlanRecord) -> RenderableType:
    """Returns a plan person by person, then what there is to know about it, then why it is refused, if it is.

    Args:
        plan: As it was logged.
    """
    heading = Text(f"Organization {escaped(plan.organization_id)}", style="bold")
    return Group(heading if plan.changes else heading + Text(": nothing to do"), *_plan_parts(plan))


def render_people(changes: Sequence[PersonChange]) -> RenderableType:
    """Returns changes as aligned lines: sign and verb, person, roles.

    Args:
        changes: One a person.
    """
    return Aligned(
        [
            (
                Text(f"{change.action.sign} {change.action.value}", style=SIGN_STYLES[change.action.sign]),
                Text(escaped(change.person)),
                _roles(change),
            )
            for change in changes
        ]
    )


def summarize(counts: Mapping[Action, int]) -> str:
    """Returns how many people each action concerns, in words; empty for none.

    Args:
        counts: People by action.
    """
    return ", ".join(f"{action.value} {count}" for action, count in counts.items())


printable = printable_lines


class Aligned:
    """Rows whose cells stand below each other, a little indented; a long cell goes on below its own beginning.

    Args:
        rows: The first cell of each stays on one line.
        gap: The blanks between two cells.
    """

    def __init__(self, rows: Iterable[Sequence[Text]], gap: int = 2) -> None:
        self._table = Table.grid(padding=(0, gap, 0, 0))
        for index, row in enumerate(rows):
            if index == 0:
                for column, _ in enumerate(row):
                    self._table.add_column(no_wrap=column == 0, overflow="fold")
            self._table.add_row(*row)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leaves out the blanks that a table puts at the end of its lines, which are in the way in files and logs."""
        for line in console.render_lines(self._table, options.update(width=options.max_width - 2), pad=False):
            end = max((at for at, segment in enumerate(line, 1) if not segment.text.isspace()), default=0)
            yield Segment("  ")
            yield from line[: end - 1]
            if end:
                yield Segment(line[end - 1].text.rstrip(), line[end - 1].style)
            yield Segment.line()


def _plan_parts(plan: PlanRecord) -> Iterator[RenderableType]:
    if plan.changes:
        yield render_people(planned_changes(plan))
    for report in plan.reports:
        if report.topic != Topic.PENDING:
            yield _line("!", "yellow", f"{report.person}: {report.text}")
    if plan.pending:
        yield Text(f"  {plan.pending} {'invitation' if plan.pending == 1 else 'invitations'} pending")
    for waiver in plan.waivers:
        who = f"{waiver.person}: " if waiver.person else ""
        yield _line("!", "yellow", f"{who}{waiver.reason} [{waiver.guard}], overridden: {waiver.override_reason}")
    if plan.violations:
        yield Text("\nRefused", style="bold red")
        yield from _refusals(plan.violations)


def _refusals(violations: Iterable[ViolationRecord]) -> Iterator[RenderableType]:
    """One entry a reason; people who are refused for the same reason share it."""
    people: dict[tuple[str, str, str], list[str]] = {}
    for violation in violations:
        remedy = violation.remedy.replace(violation.person, _EACH) if violation.person else violation.remedy
        named = people.setdefault((violation.guard, violation.reason, remedy), [])
        named += [violation.person] if violation.person else []
    for (guard, reason, remedy), named in people.items():
        who = f"{', '.join(named)}: " if named else ""
        yield _line(
            "x", "red", f"{who}{reason} [{guard}]", remedy.replace(_EACH, named[0]) if len(named) == 1 else remedy
        )


def _roles(change: PersonChange) -> Text:
    roles = Text("\n").join(_role(role) for role in change.roles)
    return roles.append(f" ({change.note})", style="dim") if change.note else roles


def _role(role: RoleChange) -> Text:
    text = Text(escaped(str(role)))
    if role.before is None:
        text.stylize(SIGN_STYLES["+"], 0, 1)
    elif role.after is None:
        text.stylize(SIGN_STYLES["-"], 0, 1)
    return text


def _line(sign: str, style: str, text: str, detail: str = "") -> RenderableType:
    """A sign and a text whose further lines stand below its first."""
    what = Text.assemble((escaped(text), style), f"\n{escaped(detail)}" if detail else "")
    return Aligned([(Text(sign, style=style), what)], gap=1)
