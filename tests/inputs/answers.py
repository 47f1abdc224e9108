"""Answers that are not as published: every value of every answer that an update reads, altered in every way that a value can be."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from elastic_cloud_emulator import Emulator
from tests.inputs.altering import Alter, Answer, Path, Proxy
from tests.inputs.organization import ADA, LEAVER, found, harm
from tests.inputs.tally import shown_well

MISSING = object()
HOSTILE = "<b>x</b> [x](http://evil.example) `\x1b[2J\u202e\n::error::"
_OTHER_TYPES: tuple[Any, ...] = (None, True, -7, 1.5, 10**40, "", " ", "text", HOSTILE, [], {}, [None], [[]], {"x": {}})
_MAIN_WAYS: tuple[Any, ...] = (None, HOSTILE, [], {})
_DEEP = 3
_READ_AGAIN = ("GET /api/v1/organizations/*/members", "GET /api/v1/organizations/*/invitations")
_IDS = ("../../users", "a,b", "a\nb", "9999999999")
_TIMES = (
    "2027-01-31T12:00:00",
    "2027-01-31",
    "31.1.2027",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    12345,
)
_EMAILS = (ADA, ADA.upper(), LEAVER, "stranger@acme.example", "\u0430da@acme.example", "new.name@acme.example")


@dataclass(frozen=True)
class Alteration:
    """One value of one answer, altered.

    Args:
        call: Method and path without ids.
        number: Which of the answers to such calls; ``None`` for all of them.
        path: Where in the JSON.
        value: What stands there instead; `MISSING` takes it out.
        name: What is done, in words.
    """

    call: str
    number: int | None
    path: Path
    value: Any
    name: str

    def __str__(self) -> str:
        place = ".".join(map(str, self.path)) or "the answer"
        which = "" if self.number is None else f", answer {self.number + 1}"
        return f"{self.call}{which}: {place} {self.name}"

    def alter(self, body: bytes) -> bytes:
        """Returns the body with the alteration; as it is where it has no such place."""
        try:
            return json.dumps(_altered(json.loads(body), self.path, self.value)).encode()
        except (KeyError, IndexError, TypeError):
            return body


def alterations(answers: list[Answer]) -> Iterator[Alteration]:
    """Yields alterations of every value of the answers to a run.

    A value is altered in all answers of its kind; what is read again before anything is written, also in that answer alone. What
    lies deep, or between the first and the last entry of a list, is altered in the ways that matter most.

    Args:
        answers: As they passed through a proxy.
    """
    first = {answer.call: answer for answer in reversed(answers)}
    for call, answer in first.items():
        for path, value, is_inner in _places(answer.content):
            for name, other in _others(path, value, main_ways_only=is_inner):
                yield Alteration(call, None, path, other, name)
            if call in _READ_AGAIN and not is_inner:
                for name, other in _others(path, value, main_ways_only=True):
                    yield Alteration(call, 2, path, other, name)


def bodies() -> Iterator[tuple[str, Alter]]:
    """Yields whole bodies that are no answers, by name."""
    yield "no JSON", lambda _: b'{"members": ['
    yield "HTML", lambda _: b"<html><h1>502</h1></html>"
    yield "nothing", lambda _: b""
    yield "nested too deep", lambda _: b"[" * 100_000
    yield "a number too long", lambda _: b'{"members": ' + b"9" * 10_000 + b"}"
    yield "no UTF-8", lambda body: body.replace(b"acme", b"\xff\xfe", 1) or b"\xff"
    yield "NaN", lambda _: b"NaN"
    yield "half a character", lambda body: body.replace(b"acme", b"\\ud800", 1) or b'"\\ud800"'


def try_alteration(
    emulator: Emulator, proxy: Proxy, call: str, number: int | None, alter: Alter
) -> tuple[bool, list[str]]:
    """Previews and updates with altered answers.

    Returns:
        Whether the update went through, and everything that must not have happened.
    """
    acme = found(emulator)
    before = acme.members
    proxy.reset()
    proxy.alterations[call] = (number, alter)
    try:
        refused, said = acme.update(proxy)
    except Exception as error:  # whatever it is, a person would see a traceback
        return False, [f"{type(error).__name__}: {error}", *harm(acme, before)]
    wrong = [*harm(acme, before), *(f"said badly: {line!r}" for line in said.splitlines() if not line.isprintable())]
    if refused is not None and (badly := shown_well(refused)):
        wrong.append(badly)
    return refused is None, wrong


def recorded(emulator: Emulator, proxy: Proxy) -> list[Answer]:
    """Returns every answer to a run in which nothing is altered."""
    acme = found(emulator)
    proxy.reset()
    refused, _ = acme.update(proxy)
    if refused is not None:
        raise AssertionError(f"the run that is to be altered fails itself: {refused}")
    return list(proxy.answers)


def _places(content: Any, path: Path = (), *, is_inner: bool = False) -> Iterator[tuple[Path, Any, bool]]:
    yield path, content, is_inner
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in entries:
        is_between = isinstance(key, int) and 0 < key < len(content) - 1
        yield from _places(value, (*path, key), is_inner=is_inner or is_between or len(path) >= _DEEP)


def _others(path: Path, value: Any, *, main_ways_only: bool) -> Iterator[tuple[str, Any]]:
    if path:
        yield "missing", MISSING
    for other in _MAIN_WAYS if main_ways_only else _OTHER_TYPES:
        if type(other) is not type(value) or other != value:
            yield f"is {other!r}", other
    if main_ways_only:
        return
    if isinstance(value, dict):
        yield "has a surplus field", {**value, HOSTILE: {"a": [1]}}
    if isinstance(value, list):
        yield "repeats itself", value * 2
        yield "is turned round", value[::-1]
        yield "is an object", dict.fromkeys(map(str, range(len(value))), 1)
    field = str(path[-1]) if path else ""
    if field == "email":
        yield from ((f"is {other!r}", other) for other in _EMAILS if other != value)
    elif field.endswith("_at") or field == "member_since":
        yield from ((f"is {other!r}", other) for other in _TIMES)
    elif field.endswith("id") or field in ("token", "cursor", "next_page"):
        yield from ((f"is {other!r}", other) for other in _IDS)


def _altered(content: Any, path: Path, value: Any) -> Any:
    if not path:
        return None if value is MISSING else value
    altered = copy.deepcopy(content)
    place = altered
    for step in path[:-1]:
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    else:
        _ = place[path[-1]]
        place[path[-1]] = value
    return altered
