"""YAML text as values that know where they stand, so that every mistake can name its line and column.

Read from a parser's events rather than its objects: nothing is constructed, so nothing can be run; and no scalar is turned into
a number or a truth by its looks, so that ``on`` and ``yes`` are words and an id of 32 digits keeps its zeros.

Two parsers see a file. libyaml reads one without mistakes some ten times faster. Wherever it finds anything amiss, or is not
there, ruamel.yaml reads from the start: every message and every place comes from that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import yaml  # type: ignore[import-untyped]

FastParser = getattr(yaml, "CSafeLoader", None)
"""libyaml, where PyYAML was built with it."""

MAX_CHARACTERS = 5_000_000
MAX_ALIASED_EVENTS = 200_000
MAX_DEPTH = 16

_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_READ_IN_TWO_WAYS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]|^%|^\\.\\.\\.|!|\\?", re.MULTILINE
)
"""What YAML 1.1, which libyaml reads, and YAML 1.2 may take for different things."""


class Mark(NamedTuple):
    """A place in a file's text; lines and columns count from 1."""

    line: int
    column: int
    source: str = ""

    def seen_from(self, other: Mark) -> str:
        """Returns the place as a message at another place names it: by its line, and by its file where that differs."""
        return f"line {self.line}" if self.source == other.source else f"line {self.line} of {self.source}"


START = Mark(1, 1)


class Mistake(NamedTuple):
    """What is wrong at one place, and what to do about it."""

    line: int
    column: int
    source: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: {self.message}"


class Text(str):
    """A scalar as it is written."""

    __slots__ = ("mark",)
    mark: Mark

    def __new__(cls, text: str, mark: Mark) -> Text:
        made = super().__new__(cls, text)
        made.mark = mark
        return made


class Sequence(list[Any]):
    """A YAML sequence; `marks` says where each item begins."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []


class Mapping(dict[Text, Any]):
    """A YAML mapping; `marks` says where each key begins."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, Mark] = {}


Value: TypeAlias = Text | Sequence | Mapping | None


def read_mapping(text: str, source: str = "") -> tuple[Mapping | None, list[Mistake]]:
    """Reads YAML 1.2 whose top is a mapping.

    Args:
        text: The text of a file, at most 5 million characters. Aliases may repeat at most 200,000 values.
        source: The file's name, for the marks.

    Returns:
        The mapping and the mistakes in it (keys that are written twice or are no text, tags), of which it is free; or no mapping
        and what prevents reading it (a syntax error, a second document, an unknown alias, too much text, depth or repetition).
        Null is ``None`` and any other scalar a `Text`.
    """
    start = Mark(1, 1, source)
    if len(text) > MAX_CHARACTERS:
        return None, [Mistake(*start, f"the text is longer than {MAX_CHARACTERS:,} characters; split the roster")]
    if (read := _read_fast(text, source)) is not None:
        return read, []
    top, mistakes = _read_exactly(text, source)
    if isinstance(top, Mapping):
        return top, mistakes
    return None, mistakes or [Mistake(*start, "a roster is a mapping; begin with a line such as 'mode: authoritative'")]


def read_sequence(text: str, source: str = "") -> tuple[Sequence | None, list[Mistake]]:
    """Reads YAML 1.2 whose top is a sequence, or that is empty; arguments and result as for `read_mapping`."""
    if len(text) > MAX_CHARACTERS:
        return None, [Mistake(1, 1, source, f"the text is longer than {MAX_CHARACTERS:,} characters")]
    top, mistakes = _read_exactly(text, source)
    if isinstance(top, Sequence):
        return top, mistakes
    if top is None and not mistakes:
        return Sequence(), []
    return None, mistakes or [Mistake(1, 1, source, "this is a list: begin each entry with '- '")]


def _read_fast(text: str, source: str) -> Mapping | None:
    """Returns the mapping where there is nothing to say about the text, and nothing otherwise."""
    if FastParser is None or _READ_IN_TWO_WAYS.search(text):
        return None
    reader = _Reader(source)
    parser = FastParser(text)
    try:
        while (event := parser.get_event()) is not None:
            reader.mark = reader.mark_of(event)
            reader.read(event)
    except (yaml.YAMLError, _UnreadableError, ValueError, OverflowError):
        return None
    finally:
        parser.dispose()
    return reader.top if isinstance(reader.top, Mapping) and not reader.mistakes else None


def _read_exactly(text: str, source: str) -> tuple[Value, list[Mistake]]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only for what the fast parser leaves
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    reader, mark = _Reader(source), Mark(1, 1, source)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            reader.mark = mark = reader.mark_of(event)
            reader.read(event)
    except _UnreadableError as error:
        return None, [*reader.mistakes, Mistake(*mark, str(error))]
    except (YAMLError, ValueError, OverflowError) as error:
        return None, [*reader.mistakes, _syntax_mistake(error, text, mark)]
    return reader.top, reader.mistakes


def locate(value: Any, path: Iterable[str | int]) -> Mark:
    """Returns where the key or item begins that a path of keys and indexes leads to."""
    mark = START
    for step in path:
        mark, value = value.marks[step], value[step]
    return mark


def mark_after(text: str, source: str) -> Mark:
    """Returns the place that follows a text, the beginning of a file called `source`."""
    lines = f"{text}|".splitlines()
    return Mark(len(lines), len(lines[-1]), source)


_ENDS = frozenset(("MappingEndEvent", "SequenceEndEvent"))
_VALUES = _ENDS | {"ScalarEvent", "MappingStartEvent", "SequenceStartEvent"}


class _UnreadableError(Exception):
    """Nothing after this place can be read."""


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that has not ended yet; a recorded one has an anchor."""

    value: Mapping | Sequence
    mark: Mark
    recorded: bool
    key: Text | None = None
    awaits_key: bool = True


@dataclass(slots=True)
class _Reader:
    """Builds values from events, without recursion. An alias replays the events of its anchor, within the same bounds."""

    source: str
    top: Value = None
    mark: Mark = START
    mistakes: list[Mistake] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, list[Any]] = field(default_factory=dict)
    recordings: list[tuple[str, list[Any]]] = field(default_factory=list)
    aliased: int = 0
    documents: int = 0

    def read(self, event: Any) -> None:
        kind = type(event).__name__  # both parsers call their events the same
        if kind == "AliasEvent":
            self._replay(str(event.anchor))
        elif kind in _VALUES:
            for _, recording in self.recordings:
                recording.append(event)
            self._build(event, getattr(event, "anchor", None))
        elif kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise _UnreadableError("a second document begins here; keep one roster in a file")

    def mark_of(self, event: Any) -> Mark:
        """Returns where an event begins."""
        return Mark(event.start_mark.line + 1, event.start_mark.column + 1, self.source)

    def _replay(self, anchor: str) -> None:
        if anchor not in self.anchors:
            raise _UnreadableError(f"no value above is marked '&{anchor}'; mark one or write the value out")
        events = self.anchors[anchor]
        self.aliased += len(events)
        if self.aliased > MAX_ALIASED_EVENTS:
            raise _UnreadableError(
                f"aliases repeat more than {MAX_ALIASED_EVENTS:,} values; use groups or bundles instead"
            )
        for index, event in enumerate(events):
            if index:  # the value stands where its alias is, what is in it where it is written
                self.mark = self.mark_of(event)
            for _, recording in self.recordings:
                recording.append(event)
            self._build(event, None)

    def _build(self, event: Any, anchor: str | None) -> None:
        kind = type(event).__name__
        if kind in _ENDS:
            done = self.stack.pop()
            if done.recorded:
                name, recording = self.recordings.pop()
                self.anchors[name] = recording
            self._add(done.value, done.mark)
            return
        if event.tag is not None:
            self._mistake(self.mark, "tags ('!...') have no meaning in a roster; leave the tag out")
        if kind == "ScalarEvent":
            if not event.value.isascii() and _HALF_CHARACTER.search(event.value):
                raise _UnreadableError("an escape stands for half a character; write the character itself")
            if anchor is not None:
                self.anchors[anchor] = [event]
            self._add(_scalar(event, self.mark), self.mark)
            return
        if len(self.stack) >= MAX_DEPTH:
            raise _UnreadableError(f"this is nested deeper than {MAX_DEPTH} levels; flatten it")
        if anchor is not None:
            self.recordings.append((anchor, [event]))
        value = Mapping() if kind == "MappingStartEvent" else Sequence()
        self.stack.append(_Open(value, self.mark, recorded=anchor is not None))

    def _add(self, value: Value, mark: Mark) -> None:
        if not self.stack:
            self.top = value
            return
        into = self.stack[-1]
        if isinstance(into.value, Sequence):
            into.value.append(value)
            into.value.marks.append(mark)
        elif into.awaits_key:
            into.key = self._key(into.value, value, mark)
            into.awaits_key = False
        else:
            if into.key is not None:
                into.value[into.key] = value
                into.value.marks[into.key] = into.key.mark
            into.awaits_key = True

    def _key(self, mapping: Mapping, key: Value, mark: Mark) -> Text | None:
        """Returns a usable key; of a key written twice the first holds."""
        if not isinstance(key, Text):
            self._mistake(mark, "this cannot be a key; write one word or text before the ':'")
            return None
        if key == "<<":
            self._mistake(mark, "merge keys ('<<') are not supported; write the lines out, or use groups and bundles")
            return None
        if key in mapping:
            self._mistake(mark, f"'{key}' is already on line {mapping.marks[key].line}; keep one of the two")
            return None
        return key

    def _mistake(self, mark: Mark, message: str) -> None:
        self.mistakes.append(Mistake(*mark, message))


def _scalar(event: Any, mark: Mark) -> Text | None:
    plain = event.implicit[0]
    return None if plain and event.value in ("", "~", "null", "Null", "NULL") else Text(event.value, mark)


def _syntax_mistake(error: Exception, text: str, last: Mark) -> Mistake:
    from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415 - loaded already, to have failed
    from ruamel.yaml.reader import ReaderError  # noqa: PLC0415

    if isinstance(error, MarkedYAMLError):
        at = error.problem_mark or error.context_mark
        problem = " ".join(str(error.problem or error.context).split())
        return Mistake(
            at.line + 1, at.column + 1, last.source, f"this is not YAML: {problem}; {_syntax_remedy(problem)}"
        )
    if isinstance(error, ReaderError):
        mark = mark_after(text[: error.position], last.source)
        return Mistake(*mark, f"YAML allows no character U+{error.character:04X}; take it out")
    return Mistake(*last, "an escape in double quotes below this place is not a character; write the character itself")


def _syntax_remedy(problem: str) -> str:
    if r"'\t'" in problem:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in problem:
        return "look for a missing ':' on the line above, or put double quotes around a text that holds ': '"
    if "cannot start any token" in problem:
        return "put double quotes around the text"
    if problem.startswith("expected <block end>"):
        return "a line here or above begins with '-', or has another indent than its neighbours"
    return "look for a missing bracket, quote or indent at or above this place"
