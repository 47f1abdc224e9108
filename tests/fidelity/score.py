"""How much of a recorded answer the emulator's has: status, codes, fields, order. Values are made up, so they count for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pulumi_elastic_org.recording.document import Exchange
from pulumi_elastic_org.recording.made_up import texts

_OWN = re.compile(r"(person|key_name)_[a-z]")
_MADE_UP_NAME = re.compile(r"field-\d+")
_OF_THE_ORGANIZATION = re.compile(r"(^|\.)organization\.")
"""Fields of the organization within what was made: which ones it has is a matter of its settings."""
_ENOUGH = 3
"""So many entries have to be in a list before it counts as sorted."""


@dataclass(frozen=True)
class Score:
    """One recorded answer, beside the emulator's.

    Args:
        status: Whether the status is the same.
        codes: Whether the error codes are; ``None`` where the answer is no refusal, or the source does not tell.
        missing: Fields that the recording has and the emulator does not, with their types.
        extra: Fields that the emulator has although the recorded answer, being complete, has them not.
        order: Whether lists are in the same order; ``None`` where the recording does not tell.
    """

    status: bool
    codes: bool | None
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    order: bool | None

    @property
    def differences(self) -> tuple[str, ...]:
        """What is different, one short text each."""
        found = [
            text
            for text, same in (("status", self.status), ("codes", self.codes), ("order", self.order))
            if same is False
        ]
        return (*found, *(f"missing: {one}" for one in self.missing), *(f"extra: {one}" for one in self.extra))


def score(recorded: Exchange, emulated: Exchange) -> Score:
    """Returns how alike two answers to one call are.

    Args:
        recorded: What Elastic Cloud answered.
        emulated: What the emulator answered.
    """
    there, here = fields(recorded.body), fields(emulated.body)
    lacking = {place for place, kind in there.items() if not _alike(kind, here.get(place))}
    tells_codes = bool(recorded.codes) or (recorded.source is None and recorded.status >= 400)
    return Score(
        recorded.status == emulated.status,
        set(recorded.codes) == set(emulated.codes) if tells_codes else None,
        tuple(f"{place} ({there[place]})" for place in sorted(lacking)),
        tuple(sorted(one for one in here.keys() - there.keys() if not _OF_THE_ORGANIZATION.search(one)))
        if recorded.complete and recorded.body is not None
        else (),
        _same_order(recorded.body, emulated.body),
    )


def fields(body: Any) -> Mapping[str, str]:
    """Returns the types of the fields of an answer, by place; those of the entries of a list have one place together.

    Args:
        body: JSON.
    """
    found: dict[str, str] = {}
    for place, kind in _fields(body, ""):
        if found.get(place, "null") == "null":
            found[place] = kind
    return found


def _fields(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            inner = f"{place}.{'*' if _MADE_UP_NAME.fullmatch(name) else name}".lstrip(".")
            yield inner, _kind(one)
            yield from _fields(one, inner)
    elif isinstance(value, list):
        for one in value:
            yield from _fields(one, f"{place}[]")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    kinds = {dict: "object", list: "list", str: "string", int: "number", float: "number"}
    return kinds.get(type(value), "null")


def _alike(there: str, here: str | None) -> bool:
    return here is not None and (there == here or "null" in (there, here))


def _same_order(recorded: Any, emulated: Any) -> bool | None:
    """Compares the order of what recordings make themselves; else what the entries of lists are sorted by."""
    there, here = ([one for one in texts(body) if _OWN.fullmatch(one)] for body in (recorded, emulated))
    if len(there) > 1:
        return there == here
    sorted_there, sorted_here = _sorted_by(recorded), _sorted_by(emulated)
    if not sorted_there or _longest_list(emulated) < _ENOUGH:
        return None
    return bool(sorted_there & sorted_here)


def _sorted_by(body: Any) -> set[str]:
    found = set()
    for name, entries in _lists(body):
        for key in {key for entry in entries for key in entry}:
            values = [one for one in (entry.get(key) for entry in entries) if isinstance(one, str)]
            if len(values) < max(_ENOUGH, len(entries)):
                continue
            if all(before < after for before, after in pairwise(values)):
                found.add(f"{name} by {key}")
            if all(before > after for before, after in pairwise(values)):
                found.add(f"{name} by {key}, descending")
    return found


def _lists(body: Any) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            yield name, value


def _longest_list(body: Any) -> int:
    return max((len(entries) for _, entries in _lists(body)), default=0)
