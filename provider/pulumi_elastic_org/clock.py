"""The time, how much of it is left, and telling now and then how far something long has come."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timezone
from functools import partial
from typing import TypeVar

T = TypeVar("T")

# Not the system's in a simulation, whose clock is set here.
_tell: Callable[[], datetime] = partial(datetime.now, timezone.utc)


def now() -> datetime:
    """Returns the time in UTC, by which invitations are pending or expired and whatever happens is noted."""
    return _tell()


class DeadlinePassed(Exception):
    """The call had not ended in time."""


def within(seconds: float, call: Callable[[], T]) -> T:
    """Returns what a call returns, or gives up on it; it then goes on in a thread for whose end nobody waits.

    Args:
        seconds: How long it may take; `math.inf` for a call that has an end of its own.
        call: Takes no arguments.

    Raises:
        DeadlinePassed: It took longer.
    """
    if seconds == math.inf:
        return call()
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="call", daemon=True).start()
    try:
        return outcome.result(seconds)
    except FutureTimeoutError:
        if outcome.done():
            raise
        raise DeadlinePassed from None


SECONDS_BETWEEN_LINES = 5.0


class Pace:
    """Tells now and then how far something long has come.

    Args:
        say: Shows lines to a person.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._told = time.monotonic()

    def tell(self, text: str) -> None:
        """Shows a line, unless the last one was shown only just now.

        Args:
            text: The line.
        """
        if time.monotonic() - self._told >= SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            self._say(text)
