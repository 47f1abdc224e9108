"""Several runs at once, and yet one after the other: each goes on until its next call, and a seed says whose turn is next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from random import Random


class Turns:
    """Gives the turn from task to task; time passes only while all of them sleep.

    Args:
        random: Says whose turn is next.
        now: Tells the seconds since the beginning.
        advance: Lets seconds pass.
    """

    def __init__(self, random: Random, now: Callable[[], float], advance: Callable[[float], None]) -> None:
        self._random = random
        self._now = now
        self._advance = advance
        self._tasks: list[_Task] = []
        self._over = threading.Semaphore(0)

    def take(self, tasks: Sequence[Callable[[], object]]) -> None:
        """Does tasks in turns, and returns when all have ended.

        Args:
            tasks: Each calls `pass_on` where another may go on.

        Raises:
            BaseException: What a task raised.
        """
        if len(tasks) < 2:  # nobody to take turns with
            for alone in tasks:
                alone()
            return
        self._tasks = [_Task(task) for task in tasks]
        for task in self._tasks:
            task.start(self._end)
        self._next().turn.release()
        self._over.acquire()
        ended, self._tasks = self._tasks, []
        for task in ended:
            task.thread.join()
        for task in ended:
            if task.error is not None:
                raise task.error

    def pass_on(self) -> None:
        """Lets another task go on, or the same."""
        if not self._tasks:
            return
        own = self._own()
        chosen = self._next()
        if chosen is not own:
            chosen.turn.release()
            own.turn.acquire()

    def sleep(self, seconds: float) -> None:
        """Lets others go on until so much time has passed.

        Args:
            seconds: How long.
        """
        if not self._tasks:
            self._advance(seconds)
            return
        self._own().ready_at = self._now() + seconds
        self.pass_on()

    def _own(self) -> _Task:
        return next(task for task in self._tasks if task.thread is threading.current_thread())

    def _next(self) -> _Task:
        alive = [task for task in self._tasks if not task.ended]
        ready = [task for task in alive if task.ready_at <= self._now()]
        if not ready:
            first = min(alive, key=lambda task: task.ready_at)
            self._advance(max(0.0, first.ready_at - self._now()))
            ready = [first]
        return self._random.choice(ready)

    def _end(self, task: _Task) -> None:
        task.ended = True
        if all(one.ended for one in self._tasks):
            self._over.release()
        else:
            self._next().turn.release()


class _Task:
    """What takes turns: a thread that goes on only while it has the turn."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.turn = threading.Semaphore(0)
        self.ready_at = 0.0
        self.ended = False
        self.error: BaseException | None = None
        self._work = work

    def start(self, ended: Callable[[_Task], None]) -> None:
        """Begins, and waits for the first turn."""

        def run() -> None:
            self.turn.acquire()
            try:
                self._work()
            except BaseException as error:
                self.error = error
            ended(self)

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
