"""YAML text as values that know where they stand, so that every mistake can name its line and column.

Read from ruamel.yaml's events rather than its objects: nothing is constructed, so nothing can be run; and no scalar is turned into
a number or a truth by its looks, so that ``on`` and ``yes`` are words and an id of 32 digits keeps its zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

MAX_CHARACTERS = 5_000_000
MAX_ALIASED_VALUES = 200_000
MAX_DEPTH = 16


class Mark(NamedTuple):
    """A place in the text; lines and columns count from 1."""

    line: int
    column: int


START = Mark(1, 1)


class Mistake(NamedTuple):
    """What is wrong at one place, and what to do about it."""

    line: int
    column: int
    message: str


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


def read_mapping(text: str) -> tuple[Mapping, list[Mistake]]:
    """Reads YAML 1.2 whose top is a mapping.

    Args:
        text: The text of a file, at most 5 million characters. Anchors and aliases may stand for at most 200,000 values.

    Returns:
        The mapping, with what was sound in it, and the mistakes: a syntax error (the first only), a key written twice, a tag, an
        alias without an anchor, a second document, too large a text, too deep or too large a structure. Null is ``None``; any other
        scalar is `Text`.
    """
    if len(text) > MAX_CHARACTERS:
        return Mapping(), [Mistake(*START, f"the file is larger than {MAX_CHARACTERS:,} characters; split the roster")]
    reader = _Reader()
    try:
        reader.read(YAML(typ="safe", pure=True).parse(text))
    except _StopReadingError as stop:
        reader.mistakes.append(stop.mistake)
    except (YAMLError, ValueError, OverflowError) as error:  # the last two: an escape such as "\U99999999"
        reader.mistakes.append(_syntax_mistake(error, text))
    else:
        if not isinstance(reader.top, Mapping):
            reader.mistakes.append(
                Mistake(*START, "a roster is a mapping; begin with a line such as 'mode: authoritative'")
            )
    return reader.top if isinstance(reader.top, Mapping) else Mapping(), reader.mistakes


def locate(value: Value, path: Iterable[str | int]) -> Mark:
    """Returns where the key or item begins that a path of keys and indexes leads to, as far as it leads."""
    mark = START
    for step in path:
        if isinstance(value, Mapping | Sequence):
            mark = value.marks[step]  # type: ignore[index]  # a path that pydantic gives fits what it leads through
            value = value[step]  # type: ignore[index]
    return mark


class _StopReadingError(Exception):
    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that has not ended yet."""

    value: Mapping | Sequence
    anchor: str | None
    mark: Mark
    key: Text | None = None
    awaits_key: bool = True


@dataclass(slots=True)
class _Reader:
    """Builds values from events, without recursion, so that depth is bounded by choice and not by the interpreter."""

    top: Value = None
    mistakes: list[Mistake] = field(default_factory=list)
    anchors: dict[str, Value] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    aliased: int = 0
    documents: int = 0

    def read(self, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, ScalarEvent):
                self._refuse_tag(event)
                self._add(_scalar(event), _mark(event), event.anchor)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._refuse_tag(event)
                self._open(Mapping() if isinstance(event, MappingStartEvent) else Sequence(), event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                done = self.stack.pop()
                self._add(done.value, done.mark, done.anchor)
            elif isinstance(event, AliasEvent):
                self._alias(str(event.anchor), _mark(event))
            elif isinstance(event, DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    raise _StopReadingError(
                        Mistake(*_mark(event), "a second document begins here; keep one roster in a file")
                    )

    def _open(self, value: Mapping | Sequence, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _StopReadingError(Mistake(*_mark(event), f"this is nested deeper than {MAX_DEPTH} levels; flatten it"))
        self.stack.append(_Open(value, event.anchor, _mark(event)))

    def _add(self, value: Value, mark: Mark, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
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
            into.awaits_key = True
            if into.key is not None:
                into.value[into.key] = value

    def _key(self, mapping: Mapping, key: Value, mark: Mark) -> Text | None:
        """Returns a usable key; of a key written twice the first holds."""
        if not isinstance(key, Text):
            self._mistake(mark, "this cannot be a key; write one word or text before the ':'")
            return None
        if key in mapping:
            self._mistake(mark, f"'{key}' is already on line {mapping.marks[key].line}; keep one of the two")
            return None
        mapping.marks[key] = mark
        return Text(key, mark)

    def _alias(self, anchor: str, mark: Mark) -> None:
        if anchor not in self.anchors:
            self._mistake(mark, f"no value above is marked '&{anchor}'; mark one or write the value out")
            self._add(None, mark, None)
            return
        value = self.anchors[anchor]
        self.aliased += _count(value, MAX_ALIASED_VALUES)
        if self.aliased > MAX_ALIASED_VALUES:
            raise _StopReadingError(
                Mistake(*mark, f"aliases stand for more than {MAX_ALIASED_VALUES:,} values; write groups or bundles instead")
            )
        self._add(_copy(value, mark), mark, None)

    def _refuse_tag(self, event: Any) -> None:
        if event.tag is not None:
            self._mistake(_mark(event), "tags ('!...') have no meaning in a roster; leave the tag out")

    def _mistake(self, mark: Mark, message: str) -> None:
        self.mistakes.append(Mistake(*mark, message))


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _scalar(event: ScalarEvent) -> Text | None:
    plain = bool(event.implicit[0])
    return None if plain and event.value in ("", "~", "null", "Null", "NULL") else Text(event.value, _mark(event))


def _count(value: Value, limit: int) -> int:
    """Counts a value and what is in it, up to a limit."""
    count, waiting = 0, [value]
    while waiting and count <= limit:
        one = waiting.pop()
        count += 1
        if isinstance(one, Mapping | Sequence):
            waiting.extend(one.values() if isinstance(one, Mapping) else one)
    return count


def _copy(value: Value, mark: Mark) -> Value:
    """Copies what an alias stands for: a scalar as if written there, so that each place is judged for itself."""
    if isinstance(value, Text):
        return Text(value, mark)
    if isinstance(value, Sequence):
        sequence = Sequence()
        sequence.extend(_copy(item, at) for item, at in zip(value, value.marks, strict=True))
        sequence.marks = list(value.marks)
        return sequence
    if isinstance(value, Mapping):
        mapping = Mapping()
        mapping.update((key, _copy(item, getattr(item, "mark", mark))) for key, item in value.items())
        mapping.marks = dict(value.marks)
        return mapping
    return None


def _syntax_mistake(error: Exception, text: str) -> Mistake:
    mark, problem = START, str(error)
    if isinstance(error, MarkedYAMLError):
        at = error.problem_mark or error.context_mark
        mark = Mark(at.line + 1, at.column + 1) if at else START
        problem = str(error.problem or error.context)
    elif isinstance(error, ReaderError):
        before = text[: error.position].splitlines() or [""]
        mark = Mark(len(before), len(before[-1]) + 1)
        problem = f"the character {error.character!r} is not allowed in YAML"
    return Mistake(*mark, f"this is not YAML: {' '.join(problem.split())}; {_syntax_remedy(problem)}")


def _syntax_remedy(problem: str) -> str:
    if r"'\t'" in problem:
        return "indent with spaces, not tabs"
    if "cannot start any token" in problem or "mapping values are not allowed" in problem:
        return "put double quotes around the text"
    return "look for a missing bracket, quote or indent at or above this place"
