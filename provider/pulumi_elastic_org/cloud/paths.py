"""Paths of the API, built so that an id can never become another path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from pulumi_elastic_org.cloud.errors import ConfigurationError
from pulumi_elastic_org.model.printable import printable

BATCH_SIZE = 100
MAX_CSV_LENGTH = 3_800
"""In characters, encoded; with the endpoint and the path before it, a URL stays under about 4,000."""


def is_id(value: str) -> bool:
    """Whether a text can be one segment of a path, alone or in a list.

    Args:
        value: What may be an id.
    """
    return value not in ("", ".", "..") and value.isprintable() and not any(one in "/\\, " for one in value)


class Name(str):
    """What people call something, as a segment of a path: blanks may be within it."""

    __slots__ = ()


def encode(part: str | Sequence[str]) -> str:
    """Returns one segment of a path, percent-encoded.

    Args:
        part: A `Name` or an id, or several ids, which become a list separated by commas.

    Raises:
        ConfigurationError: An id or a name is empty or holds what would change the path. An id's value is not in the message: it
            may be a token.
    """
    if isinstance(part, Name):
        if not part.strip() or not is_id(part.replace(" ", "")):
            raise ConfigurationError(
                f"the name {printable(part)!r} is empty or contains a slash, a comma or a control character; nothing was sent"
            )
        return quote(part, safe="")
    return _encode_id(part) if isinstance(part, str) else ",".join(map(_encode_id, part))


def csv_batches(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yields the ids in order and without repetition, in batches that fit one URL each.

    Args:
        ids: User ids or invitation tokens.
    """
    batch: list[str] = []
    length = 0
    for item in dict.fromkeys(ids):
        added = len(_encode_id(item)) + 1
        if batch and (len(batch) == BATCH_SIZE or length + added > MAX_CSV_LENGTH):
            yield tuple(batch)
            batch, length = [], 0
        batch.append(item)
        length += added
    if batch:
        yield tuple(batch)


def _encode_id(value: str) -> str:
    if not is_id(value):
        raise ConfigurationError(
            "an id is empty or contains a space, a slash, a comma or a control character; nothing was sent: "
            "check the ids of the organization and of its people"
        )
    return quote(value, safe="")
