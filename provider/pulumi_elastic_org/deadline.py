"""An end for calls that have none of their own: a server that sends a byte now and then keeps every time-out between bytes."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

T = TypeVar("T")


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
