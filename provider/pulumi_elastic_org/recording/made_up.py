"""Answers with made-up values in place of all that could be somebody's: addresses, ids, keys, names, times, numbers.

What stays: the names of fields, types, the order of lists, which values are equal, and which of two is the greater; error codes,
and words that Elastic has published. What is neither is replaced, so that a field that comes later is safe as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from pulumi_elastic_org.model.grants import KNOWN_ROLES

WORDS = frozenset(role for roles in KNOWN_ROLES.values() for role in roles) | {
    *(
        "elasticsearch",
        "observability",
        "security",
        "kibana",
        "apm",
        "appsearch",
        "enterprise_search",
        "integrations_server",
    ),
    *("24h", "3h"),
    *("initializing", "initialized", "deleting", "suspending", "suspended", "general_purpose", "sso"),
}
"""Values that Elastic has published, in fields whose values are such words."""

_OF_WORDS = frozenset(
    ("role_id", "type", "kind", "phase", "optimized_for", "enforce_authentication_method", "expires_in", "expiration")
)
_FREE_FORM = frozenset(("annotations", "attributes", "labels", "settings", "tags"))
"""Objects whose field names are people's own."""
_FIELD = re.compile(r"[a-z][a-z_]{0,40}")
_CODE = re.compile(r"[a-z_]{1,50}(\.[a-z_]{1,50}){1,4}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?P<fraction>\.\d{1,9}|)(?P<zone>Z|[+-]\d\d:?\d\d|)")
_KINDS: Mapping[str, re.Pattern[str]] = {
    "address": re.compile(r".*@.*", re.DOTALL),
    "url": re.compile(r"https?://.*", re.DOTALL),
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "number": re.compile(r"\d{1,15}"),
    "hexadecimal": re.compile(r"[0-9a-f]{16,}"),
}
_FORMS: Mapping[str, str] = {
    "address": "person-{:04}@example.com",
    "url": "https://example.com/{:04}",
    "uuid": "00000000-0000-4000-8000-{:012x}",
    "text": "text-{:04}",
}
_FIRST = datetime(2026, 1, 1, tzinfo=timezone.utc)


def without_values(answers: Sequence[Any], own: Mapping[str, str]) -> list[Any]:
    """Returns answers with made-up values, the same value being the same in all of them.

    Args:
        answers: JSON, as it was answered.
        own: What the recorder chose itself, with the name that it has in a recording.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for answer in answers:
        for kind, value in _values(answer, own):
            found[kind].add(value)
    ranks = {
        kind: {value: rank for rank, value in enumerate(sorted(values, key=_order(kind)), 1)}
        for kind, values in found.items()
    }
    return [_rewritten(answer, own, ranks) for answer in answers]


def published_code(text: str) -> str | None:
    """Returns an error code, if a text has the form that all published ones have.

    Args:
        text: What stands in the place of a code.
    """
    return text if _CODE.fullmatch(text) else None


def texts(value: Any) -> Iterator[str]:
    """Yields every text that stands as a value in JSON, whatever it is nested in.

    Args:
        value: JSON; tuples count as lists.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def _values(value: Any, own: Mapping[str, str], field: str = "") -> Iterator[tuple[str, str]]:
    """Yields what is replaced, with its kind."""
    if isinstance(value, dict):
        for name, one in value.items():
            if not _keeps_name(name, field):
                yield "field", name
            yield from _values(one, own, name)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one, own, field)
    elif isinstance(value, str) and not _stays(value, field, own):
        yield _kind(value), value


def _rewritten(value: Any, own: Mapping[str, str], ranks: Mapping[str, Mapping[str, int]], field: str = "") -> Any:
    if isinstance(value, dict):
        return {
            name if _keeps_name(name, field) else f"field-{ranks['field'][name]}": _rewritten(one, own, ranks, name)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_rewritten(one, own, ranks, field) for one in value]
    if isinstance(value, str):
        if value in own:
            return own[value]
        kind = _kind(value)
        return value if _stays(value, field, own) else _made_up(kind, value, ranks[kind][value])
    if isinstance(value, bool) or value is None:
        return value
    return type(value)(0)


def _keeps_name(name: str, parent: str) -> bool:
    return parent not in _FREE_FORM and _FIELD.fullmatch(name) is not None


def _stays(value: str, field: str, own: Mapping[str, str]) -> bool:
    if field == "code":
        return published_code(value) is not None
    return not value or value in own or (field in _OF_WORDS and value in WORDS)


def _kind(value: str) -> str:
    if _instant(value) is not None:
        return "time"
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(value)), "text")


def _order(kind: str) -> Any:
    if kind == "time":
        return _instant
    return (lambda value: (len(value), value)) if kind == "number" else str.casefold


def _instant(value: str) -> datetime | None:
    found = _TIME.fullmatch(value)
    if found is None:
        return None
    digits = found["fraction"][1:7].ljust(6, "0")
    zone = (found["zone"] or "Z").replace("Z", "+0000").replace(":", "")
    try:
        return datetime.strptime(f"{value[:10]}T{value[11:19]}.{digits}{zone}", "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None


def _made_up(kind: str, value: str, rank: int) -> str:
    """The value of a rank, in the form of what it stands for."""
    if kind == "hexadecimal":
        return f"{rank:0{len(value)}x}"
    if kind == "number":
        return f"{10 ** (len(value) - 1) + rank}"
    return _moment(value, rank) if kind == "time" else _FORMS[kind].format(rank)


def _moment(value: str, rank: int) -> str:
    fraction, zone = _TIME.sub(r"\g<fraction>", value), _TIME.sub(r"\g<zone>", value)
    shown = (_FIRST + timedelta(minutes=rank)).strftime("%Y-%m-%dT%H:%M:%S").replace("T", value[10])
    return shown + re.sub(r"\d", "0", fraction) + (zone and ("Z" if zone == "Z" else "+00:00"))
