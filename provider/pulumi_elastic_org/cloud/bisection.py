"""One bad entry in a request stops nobody else: the request is halved until it is known which entry the API refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from pulumi_elastic_org.cloud.errors import ApiError, CloudError, OutcomeUnknown

Entry = TypeVar("Entry")
Seen = TypeVar("Seen")
Entries = Sequence[Entry]


def _all_of_them(entries: Entries[Entry]) -> Entries[Entry]:
    return entries


def bisect(
    entries: Entries[Entry],
    send: Callable[[Entries[Entry]], None],
    left: Callable[[Entries[Entry]], Entries[Entry]] = _all_of_them,
) -> Iterator[tuple[Entries[Entry], ApiError | None]]:
    """Sends everything at once; where the API refuses that because of an entry, sends halves, down to the entry itself.

    Args:
        entries: What is to be sent; not empty.
        send: Makes one request.
        left: Returns which entries of a refused request are still to be sent: what the API has done of it is not published.

    Yields:
        Entries that were sent, with ``None``, and each single one that was refused, with the refusal.

    Raises:
        OutcomeUnknown: A request was refused, and what of it is still to be sent could not be found out.
        CloudError: What `send` raised, unless it is a refusal that is about an entry.
    """
    batches: list[Entries[Entry]] = [entries]
    while batches:
        batch = batches.pop()
        try:
            send(batch)
        except ApiError as error:
            if not error.about_an_entry:
                raise
            rest = look_back(partial(left, batch))
            if len(rest) < len(batch):
                yield [entry for entry in batch if entry not in rest], None
                batches += [rest] if rest else []
            elif len(batch) == 1:
                yield batch, error
            else:
                middle = len(batch) // 2
                batches += [batch[middle:], batch[:middle]]
        else:
            yield batch, None


def look_back(look: Callable[[], Seen]) -> Seen:
    """Returns what a look shows at what a request before has done.

    Args:
        look: Looks.

    Raises:
        OutcomeUnknown: It could not look; why the look was refused says nothing of the request.
    """
    try:
        return look()
    except CloudError as error:
        raise OutcomeUnknown(f"{error} It is not known what of the request before was done.") from None
