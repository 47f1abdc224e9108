"""A review as Markdown for a comment on a pull request: the summary first, details folded, never longer than a comment may be.

Whatever comes from elsewhere is shown as code or escaped, so that no name or reason becomes HTML, a mention or a link to a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.model.verdicts import OVERRIDE_HEADING, Violation, override_entries, shared
from pulumi_elastic_org.review.changes import PersonChange
from pulumi_elastic_org.review.model import Finding, Kind, OrganizationReview, Review
from pulumi_elastic_org.review.render.text import (
    accepting_line,
    access,
    acknowledgement_entry,
    differences,
    headlines,
    listings,
    prose,
    since,
    who,
)

LONGEST = 60_000
"""Characters of a whole comment; GitHub refuses more than 65,536, GitLab a million."""

Named = Callable[[str], str]
"""Puts names in the place of ids."""

_SHOWN_OPEN = 10
"""So many findings, or changes of a preview, are shown without unfolding."""

_PUNCTUATION = re.compile(r"([\\`*_\[\]#!|~]|(?<=www)\.|:(?=//)|^[+-]|(?<=^\d)[.)])")
_REFERENCE = re.compile(r"(?<!\w)([@#])(?=\w)")
_BETWEEN_WORDS = re.compile(r"[\t\r\n]")
_UNSAFE_IN_MARKER = re.compile(r"[^\w.@/+-]|--+")


@dataclass(frozen=True, slots=True)
class _Section:
    title: str
    entries: tuple[str, ...]
    folded: bool = True
    most: int | None = None

    @property
    def opening(self) -> str:
        heading = f"{self.title} ({len(self.entries)})"
        return f"<details>\n<summary>{heading}</summary>\n\n" if self.folded else f"### {heading}\n\n"

    @property
    def closing(self) -> str:
        return "\n</details>\n\n" if self.folded else "\n"


def marker(review: Review) -> str:
    """Returns the comment that is in every review of one kind of one stack: by it a pipeline finds the comment to update.

    Args:
        review: Any review.
    """
    return f"<!-- elastic-org:{review.command}:{_UNSAFE_IN_MARKER.sub('_', review.stack)} -->"


def render_markdown(review: Review, longest: int = LONGEST) -> str:
    """Returns a review as GitHub Flavored Markdown.

    Args:
        review: Any review.
        longest: How many characters it may have; what does not fit is counted.
    """
    lines = [marker(review), f"## {plain(review.title)}", "", *(f"- {plain(line)}" for line in headlines(review)), ""]
    end = f"<sub>Made at {review.made_at:%Y-%m-%d %H:%M} UTC with the engine {plain(review.engine)}.</sub>\n"
    head = "\n".join(lines) + "\n"
    sections = [section for section in _sections(review) if section.entries]
    return head + _fitted(sections, longest - len(head) - len(end)) + end


def plain(text: str) -> str:
    """Returns text of which nothing is Markdown, HTML, a mention or a reference, on one line; between backticks is code.

    Args:
        text: Any text.
    """
    return "".join(code(part) if is_code else _escaped(part) for part, is_code in prose(_one_line(text)))


def _escaped(text: str) -> str:
    text = _PUNCTUATION.sub(r"\\\1", _REFERENCE.sub("\\1\u200b", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """Returns text as code, on one line.

    Args:
        text: Any text.
    """
    text = _one_line(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _fitted(sections: Sequence[_Section], room: int) -> str:
    """As many entries as there is room for; every section says truly how many of its entries are not shown."""
    frames = [len(one.opening) + len(one.closing) + len(_more(len(one.entries))) for one in sections]
    while sum(frames) + len(_more(len(sections), "sections")) > room and frames:
        frames.pop()
    room -= sum(frames) + (len(_more(len(sections), "sections")) if len(frames) < len(sections) else 0)
    parts = []
    for section in sections[: len(frames)]:
        shown = []
        for entry in section.entries[: section.most]:
            if len(entry) <= room:
                room -= len(entry)
                shown.append(entry)
        left_out = len(section.entries) - len(shown)
        parts += [section.opening, *shown, _more(left_out) if left_out else "", section.closing]
    dropped = len(sections) - len(frames)
    return "".join(parts) + (_more(dropped, "sections") if dropped else "")


def _more(number: int, what: str = "") -> str:
    return f"- ... and {number} more {what}".rstrip() + "\n"


def _one_line(text: str) -> str:
    return printable(_BETWEEN_WORDS.sub(" ", text))


def _sections(review: Review) -> Iterator[_Section]:
    yield _Section("Messages", tuple(_messages(review)), folded=False)
    for one in review.organizations:
        organization = review.distinguishing_id(one)
        of = f" in organization {plain(organization)}" if organization else ""
        yield _Section(
            f"Findings{of}",
            tuple(_finding(each, one, organization) for each in one.shown_findings),
            folded=len(one.shown_findings) > _SHOWN_OPEN,
        )
        if review.command == "preview":  # in a drift review, refusals are findings
            yield _Section(f"Refused by the guards{of}", tuple(_refusals(one, one.refusals)), folded=False)
            yield _Section(f"Skipped, left as they are{of}", tuple(_refusals(one, one.skipped)), folded=False)
        yield _Section(
            f"What the next apply would do{of}",
            tuple(_change(each, one.named) for each in one.shown_changes),
            folded=review.command == "drift" or len(one.shown_changes) > _SHOWN_OPEN,
        )
        for listing in listings(one):
            entries = tuple(f"- {_about(person)}{plain(text)}\n" for person, text in listing.entries)
            yield _Section(f"{listing.title}{of}", entries, most=listing.most)
    yield _Section("Resources", tuple(_resources(review)))
    settled = (f"- {plain(entry)}\n" for entry in review.settled_acknowledgements)
    yield _Section("Acknowledged and settled: take them out of the list", tuple(settled))


def _finding(finding: Finding, one: OrganizationReview, organization: str) -> str:
    named = one.named
    lines = [f"- **{finding.kind.value}**: {_person(finding.person)}, {plain(named(finding.detail))}"]
    if finding.is_about_access:
        verb = "would become" if finding.kind is Kind.PENDING_CHANGE else "became"
        before, after = (code(named(access(roles))) for roles in (finding.before, finding.after))
        lines.append(f"  - {before} {verb} {after}")
        lines += [f"  - {code(named(line))}" for line in differences(finding.roles)]
    if finding.since:
        lines.append(f"  - since: {since(finding.since)}")
    if finding.lapsed_acknowledgement:
        lines.append(f"  - {plain(finding.lapsed_acknowledgement)}")
    lines += [
        f"  - accept: {plain(finding.accept)}{f' {code(accepting_line(finding, one))}' if finding.line else ''}",
        f"  - enforce: {plain(finding.enforce)}",
        f"  - acknowledge: {code(acknowledgement_entry(finding, organization))}",
    ]
    return "\n".join(lines) + "\n"


def _change(change: PersonChange, named: Named) -> str:
    note = f" ({plain(named(change.note))})" if change.note else ""
    roles = "".join(f"\n  - {code(named(line))}" for line in differences(change.roles))
    return f"- {plain(change.action.sign)} **{change.action.value}** {code(change.person)}{note}{roles}\n"


def _refusals(organization: OrganizationReview, violations: Sequence[Violation]) -> Iterator[str]:
    refusals = [
        f"- {_person(one.person)}: {plain(organization.named(one.reason))} \\[{plain(one.guard)}\\]\n  - {plain(one.remedy)}\n"
        for one in shared(violations)
    ]
    if entries := override_entries(violations):
        lines = "".join(f"{printable(entry)}\n" for entry in entries)
        refusals[-1] += f"\n{OVERRIDE_HEADING}:\n\n```yaml\n{lines}```\n"
    return iter(refusals)


def _resources(review: Review) -> Iterator[str]:
    for one in review.resources:
        properties = f": {', '.join(map(code, one.properties))}" if one.properties else ""
        yield f"- {one.operation} {code(one.name)} ({code(one.type)}){properties}\n"


def _messages(review: Review) -> Iterable[str]:
    return (f"- {one.severity}: {'<br>'.join(map(plain, one.text.splitlines()))}\n" for one in review.messages)


def _about(person: str | None) -> str:
    return "" if person == "" else f"{_person(person)}: "


def _person(person: str | None) -> str:
    return code(person) if person else plain(who(person))
