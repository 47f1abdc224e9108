"""Edits of single entries of a YAML list or mapping, as places in a text; comments on other entries, anchors and order stay. Pure.

An entry goes with the comment on its line, where the line is its own. Whether the edited text says what it should is for the
caller to see: of what stands in an unusual way an edit may make something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from typing import Any, NamedTuple

Edit = tuple[int, int, str]
"""From where to where, and what comes there."""

_REST_OF_LINE = re.compile(r"[ \t]*?,?([ \t]*#[^\r\n]*)?[ \t]*(?=\r?\n)")
_COMMA = re.compile(r"(?:\s|#[^\n]*\n)*(,[ \t]*)")


class _Entry(NamedTuple):
    start: int
    end: int


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Returns the text after edits of places that do not overlap.

    Args:
        text: The text.
        edits: In any order.
    """
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def end_of(node: Any) -> int:
    """Returns where a value ends: a block ends with its last value, not with the lines and comments below it.

    Args:
        node: As `ruamel.yaml` composes it.
    """
    return _entries(node)[-1].end if isinstance(node.value, list) and not node.flow_style else int(node.end_mark.index)


def end_of_line(text: str, place: int) -> int:
    """Returns where the line of a place ends, before what ends it.

    Args:
        text: The text.
        place: In the line, or behind it where a block of text ended with it.
    """
    end = text.find("\n", place - (text[place - 1] == "\n"))
    return len(text) if end < 0 else end - (text[end - 1] == "\r")


def without(text: str, node: Any, gone: Set[int]) -> list[Edit]:
    """Returns the edits that take entries out.

    Args:
        text: What the node was composed of.
        node: A list or a mapping.
        gone: Which entries, by their number.
    """
    entries = _entries(node)
    if not gone:
        return []
    if len(gone) == len(entries):
        return [_emptied(text, node, entries)]
    if node.flow_style:
        return [*_without_in_brackets(text, entries, gone)]
    return [_lines(text, entries[at]) for at in gone]


def put(text: str, node: Any, gone: Set[int], new: Sequence[str]) -> list[Edit]:
    """Returns the edits that put entries in the place of others or, where none goes, behind the last one.

    Args:
        text: What the node was composed of.
        node: A list or a mapping.
        gone: Which entries go, by their number.
        new: The entries that come, as YAML.
    """
    entries = _entries(node)
    if not new:
        return without(text, node, gone)
    if not entries:
        place = _opening(text, node) + 1
        return [(place, place, ", ".join(new))]
    if not gone:
        return _behind(text, node, entries, new)
    at = min(gone)
    start, end = entries[at]
    others = without(text, node, gone - {at})
    if not node.flow_style:
        return [*others, (start, end_of_line(text, end), _joined(text, start, new))]
    rest = _rest_of_line(text, entries, at)
    if rest is None:
        return [*others, (start, end, ", ".join(new))]
    return [*others, (start, end, _joined(text, start, new, ",")), *_comment(rest)]


def _entries(node: Any) -> list[_Entry]:
    pairs = (pair if isinstance(pair, tuple) else (pair, pair) for pair in node.value)
    return [_Entry(first.start_mark.index, end_of(last)) for first, last in pairs]


def _opening(text: str, node: Any) -> int:
    """Where the bracket opens, behind an anchor."""
    return text.index("{" if node.id == "mapping" else "[", node.start_mark.index)


def _emptied(text: str, node: Any, entries: Sequence[_Entry]) -> Edit:
    if node.flow_style:
        return _opening(text, node) + 1, node.end_mark.index - 1, ""
    first, brackets = entries[0].start, "{}"
    if node.id == "sequence":
        first, brackets = text.rindex("-", 0, first), "[]"
    return first, end_of_line(text, entries[-1].end), brackets


def _start_of_line(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _lines(text: str, entry: _Entry) -> Edit:
    """All lines of an entry."""
    end = text.find("\n", end_of_line(text, entry.end))
    return _start_of_line(text, entry.start), len(text) if end < 0 else end + 1, ""


def _joined(text: str, start: int, new: Sequence[str], comma: str = "") -> str:
    """Entries below each other, where one begins."""
    before = text[_start_of_line(text, start) : start]
    return f"{comma}\n{' ' * len(before) if comma else before}".join(new)


def _behind(text: str, node: Any, entries: Sequence[_Entry], new: Sequence[str]) -> list[Edit]:
    start, end = entries[-1]
    if not node.flow_style:
        place = end_of_line(text, end)
        return [(place, place, _joined(text, start, ["", *new]))]
    rest = _rest_of_line(text, entries, len(entries) - 1)
    if rest is None:
        return [(end, end, ", ".join(["", *new]))]
    has_comma = _COMMA.match(text, end) is not None
    below = _joined(text, start, ["", *new], ",")[1:]
    before, behind = ("", ",") if has_comma else (",", "")
    return [(end, rest.end(), f"{before}{text[end : rest.end()]}{below}{behind}")]


def _without_in_brackets(text: str, entries: Sequence[_Entry], gone: Set[int]) -> Iterator[Edit]:
    commas = [_COMMA.match(text, entry.end) for entry in entries]
    last = max(set(range(len(entries))) - gone)
    for at in gone:
        start, end = entries[at]
        rest, comma = _rest_of_line(text, entries, at), commas[at]
        if rest is not None and not text[_start_of_line(text, start) : start].strip():
            yield _lines(text, _Entry(start, rest.end()))
            continue
        yield start, end, ""
        if rest is not None:
            yield from _comment(rest)
        if comma is not None:
            yield _up_to_entry(comma, entries, at)
    comma = commas[last]
    if commas[-1] is None and comma is not None:
        yield _up_to_entry(comma, entries, last)


def _up_to_entry(comma: re.Match[str], entries: Sequence[_Entry], at: int) -> Edit:
    """A comma, with the blanks behind it where the next entry follows them."""
    follows = at + 1 < len(entries) and entries[at + 1].start == comma.end()
    return comma.start(1), comma.end() if follows else comma.start(1) + 1, ""


def _comment(rest: re.Match[str]) -> list[Edit]:
    return [(*rest.span(1), "")] if rest[1] else []


def _rest_of_line(text: str, entries: Sequence[_Entry], at: int) -> re.Match[str] | None:
    """What follows an entry on its line, comma and comment; `None` where another entry or a bracket is on that line too."""
    alone = at == 0 or "\n" in text[entries[at - 1].end : entries[at].start]
    return _REST_OF_LINE.match(text, entries[at].end) if alone else None
