"""A review for a terminal: a pure function from a value to what `rich` prints."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.review.finding import Kind
from pulumi_elastic_org.review.review import (
    AcknowledgedFinding,
    OrganizationReview,
    Review,
    ReviewedChange,
    ReviewedFinding,
    headlines,
)
from pulumi_elastic_org.review.terminal import SIGN_STYLES, Aligned
from pulumi_elastic_org.review.terminal import printable as several_lines
from pulumi_elastic_org.review.wording import access, differences, is_about_access, is_quiet, since, who


def render_review(review: Review) -> RenderableType:
    """Returns the findings person by person, then what the next apply would do, and a summary at the end, where one looks first.

    Args:
        review: Of a drift review.
    """
    parts: list[RenderableType] = []
    for organization in review.organizations:
        parts += [Text(), *_organization(organization)]
    if review.settled_acknowledgements:
        lines = [_row("-", "dim", entry) for entry in review.settled_acknowledgements]
        parts += _section("Acknowledged and settled: take them out of the list", lines)
    if review.messages:
        styles = {"info": "dim", "warning": "yellow", "error": "red"}
        messages = [
            _row(message.severity, styles[message.severity], Text(several_lines(message.text)))
            for message in review.messages
        ]
        parts += _section("Diagnostics", messages)
    summary = [
        Text(printable(line), style="bold" if index == 0 else "") for index, line in enumerate(headlines(review))
    ]
    return Group(*parts, Text(), *summary)


def _organization(one: OrganizationReview) -> Iterator[RenderableType]:
    heading = Text(f"Organization {printable(one.organization_id)}", style="bold")
    yield heading + Text(": no findings") if is_quiet(one) else heading
    for finding in one.findings:
        yield from _finding(finding)
    if one.acknowledged:
        yield from _section("Acknowledged", [_acknowledged(entry) for entry in one.acknowledged])
    if one.changes:
        yield from _section("The next apply would", [_change(change) for change in one.changes])
    if one.waived:
        reasons = ((who(w.person), f"{w.reason} [{w.guard}], overridden: {w.override_reason}") for w in one.waived)
        yield from _section("Overridden guards", [_row("!", "yellow", person, reason) for person, reason in reasons])
    if one.notes:
        yield from _section("Good to know", [_row("!", "yellow", note.person, note.text) for note in one.notes])
    if one.pending:
        yield from _section("Pending invitations", [_row("-", "dim", note.person, note.text) for note in one.pending])


def _finding(finding: ReviewedFinding) -> Iterator[RenderableType]:
    style = "red" if finding.by_hand else "yellow"
    yield Text.assemble("  ", (f"{finding.kind.value}: {printable(who(finding.person))}", style))
    rows = [("", finding.detail)]
    if is_about_access(finding):
        pending = finding.kind is Kind.PENDING_CHANGE
        rows += [
            ("now" if pending else "before", access(finding.before)),
            ("after up" if pending else "now", access(finding.after)),
        ]
        rows += [("", line) for line in differences(finding.roles) if len(finding.roles) > 1]
    if finding.actor or finding.since:
        rows.append(("since", since(finding)))
    if finding.actor:
        rows.append(("by", finding.actor))
    if finding.lapsed_acknowledgement:
        rows.append(("lapsed", finding.lapsed_acknowledgement))
    rows += [
        ("accept", f"{finding.accept} {finding.line}".rstrip()),
        ("enforce", finding.enforce),
    ]
    yield Aligned([(Text(f"  {label:<8}", style="dim"), Text(printable(text))) for label, text in rows], gap=1)


def _section(title: str, rows: list[tuple[Text, ...]]) -> Iterator[RenderableType]:
    yield Text()
    yield Text(title, style="bold")
    yield Aligned(rows)


def _row(sign: str, style: str, *cells: str | Text) -> tuple[Text, ...]:
    return (Text(sign, style=style), *(cell if isinstance(cell, Text) else Text(printable(cell)) for cell in cells))


def _acknowledged(entry: AcknowledgedFinding) -> tuple[Text, ...]:
    finding = entry.finding
    return _row("-", "dim", who(finding.person), f"{finding.kind.value}, until {entry.until}: {entry.reason}")


def _change(change: ReviewedChange) -> tuple[Text, ...]:
    sign = change.action.sign
    roles = "\n".join(map(printable, differences(change.roles)))
    return _row(
        f"{sign} {change.action.value}",
        SIGN_STYLES[sign],
        change.person,
        Text(f"{roles} ({printable(change.note)})" if change.note else roles),
    )
