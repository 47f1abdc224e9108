"""Requests that arrive together travel together.

Pulumi's engine asks for one resource at a time, from several threads. Each of them waits here for a moment; the first one carries
out what has come together, and everybody gets an answer of their own.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

QUIET_SECONDS = 0.15
"""How long nothing must have come for a batch to start: the engine takes some 10 ms from one resource to the next."""

_SLOWEST_SECONDS = 1.0
"""What comes later than this after another was not on its way together with it."""
_PATIENCE = 3
"""How many times the longest pause so far is waited for: a busy machine brings one resource after another more slowly."""

Request = TypeVar("Request")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[Request, Answer]):
    request: Request
    answer: Future[Answer] = field(default_factory=Future)


class Quiet:
    """How long nothing must have come for a batch to start: longer where one thing comes after another more slowly.

    Args:
        shortest: At least so many seconds.
    """

    def __init__(self, shortest: float) -> None:
        self._shortest = shortest
        self._longest_pause = 0.0
        self._last_sign = 0.0
        self._batch_ended = 0.0

    def sign(self, now: float) -> None:
        """Notes that something has come, or was announced; times are those of a clock that only goes forward."""
        # A pause across a batch says nothing, since the engine waits for its end.
        if self._last_sign > self._batch_ended and (pause := now - self._last_sign) < _SLOWEST_SECONDS:
            self._longest_pause = max(self._longest_pause, pause)
        self._last_sign = now

    def left(self, now: float) -> float:
        """Returns for how many seconds it has yet to stay quiet; none, or less, where a batch may start."""
        return self._last_sign + max(self._shortest, _PATIENCE * self._longest_pause) - now

    def begun(self) -> None:
        """Notes that a batch is under way."""
        self._batch_ended = math.inf

    def ended(self, now: float) -> None:
        """Notes that it has come to its end."""
        self._batch_ended = now


class Batches(Generic[Request, Answer]):
    """Collects requests and has them carried out together, one batch at a time.

    Args:
        carry_out: Takes a batch, and returns for each of its requests the answer, or the exception that the one who asked gets.
        size: When as many requests wait, no further one can come, and the batch starts at once; ``None`` where any number can.
        quiet_seconds: Otherwise it starts when nothing has come for so long.
    """

    def __init__(
        self,
        carry_out: Callable[[Sequence[Request]], Sequence[Answer | Exception]],
        size: int | None,
        quiet_seconds: float = QUIET_SECONDS,
    ) -> None:
        self._carry_out = carry_out
        self._size = size
        self._quiet = Quiet(quiet_seconds)
        self._arrival = threading.Condition()
        self._waiting: list[_Waiting[Request, Answer]] = []
        self._one_at_a_time = threading.Lock()

    def expect(self) -> None:
        """Notes a sign that further requests may follow, such as a resource being checked."""
        with self._arrival:
            self._quiet.sign(time.monotonic())

    def submit(self, request: Request, *, in_company: bool = True) -> Answer:
        """Waits for others, and returns the answer.

        Args:
            request: What is asked for.
            in_company: Whether further requests are likely to follow it.

        Raises:
            Exception: What `carry_out` returned for this request, or raised.
        """
        mine: _Waiting[Request, Answer] = _Waiting(request)
        with self._arrival:
            self._waiting.append(mine)
            if in_company:
                self._quiet.sign(time.monotonic())
            self._arrival.notify_all()
            first = len(self._waiting) == 1
        if first:
            with self._one_at_a_time:
                self._run(self._gathered())
        return mine.answer.result()

    def _gathered(self) -> list[_Waiting[Request, Answer]]:
        with self._arrival:
            while self._size is None or len(self._waiting) < self._size:
                left = self._quiet.left(time.monotonic())
                if left <= 0:
                    break
                self._arrival.wait(left)
            batch, self._waiting = self._waiting, []
            self._quiet.begun()
            return batch

    def _run(self, batch: list[_Waiting[Request, Answer]]) -> None:
        answers: Sequence[Answer | Exception]
        try:
            answers = self._carry_out([waiting.request for waiting in batch])
        except Exception as error:  # everybody who waits must hear of it
            answers = [error] * len(batch)
        with self._arrival:
            self._quiet.ended(time.monotonic())
        for waiting, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Exception):
                waiting.answer.set_exception(answer)
            else:
                waiting.answer.set_result(answer)
