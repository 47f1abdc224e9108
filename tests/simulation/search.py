"""Seed after seed, on all processors, until time is up or a story goes wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import count, islice
from multiprocessing import get_context

from tests.simulation.shrink import replay
from tests.simulation.world import Result

_SEEDS_A_TASK = 10


@dataclass
class Simulated:
    """What came of many stories.

    Attributes:
        first: The first seed.
        seeds: How many seeds from there on.
        calls: How many calls of the API they made.
        seconds: How long it took.
        computing: How many seconds processors computed for it, which on a machine that is shared tells more.
        processors: How many there are.
        wrong: The stories that went wrong.
        planted: For each planted fault, in words, how many seeds it took to find it (0 where none did), and what was said of it.
    """

    first: int = 0
    seeds: int = 0
    calls: int = 0
    seconds: float = 0.0
    computing: float = 0.0
    processors: int = field(default_factory=lambda: os.cpu_count() or 1)
    wrong: list[Result] = field(default_factory=list)
    planted: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def violations(self) -> list[str]:
        """Everything that must not be: what went wrong, and planted faults that were not found."""
        wrong = [f"seed {one.seed}: {one.violations[0]}" for one in self.wrong]
        return [*wrong, *(f"not found: {name}" for name, (seeds, _) in self.planted.items() if not seeds)]

    @property
    def last(self) -> int:
        """The last seed."""
        return self.first + self.seeds - 1

    def __str__(self) -> str:
        minutes = max(self.seconds, 0.001) / 60
        return (
            f"seeds {self.first} to {self.last}: {self.calls} calls, {len(self.wrong)} stories went wrong; a minute: "
            f"{self.seeds / minutes:.0f} seeds, {self.calls / minutes:.0f} calls ({self.on_a_processor:.0f} seeds on one processor)"
        )

    @property
    def on_a_processor(self) -> float:
        """How many seeds a processor gets through in a minute when it does nothing else."""
        return self.seeds / max(self.computing, 0.001) * 60


def search(
    first: int, seeds: int | None, seconds: float, told: Callable[[Simulated], None], calls: int | None = None
) -> Simulated:
    """Goes through seeds.

    Args:
        first: The first one.
        seeds: How many; ``None`` for as many as there is time for.
        seconds: How much time there is, where no number is given.
        told: Called when something has come of some more.
        calls: How many calls of the API there are to be at least, however long that takes; ``None`` where time decides.
    """
    found, began = Simulated(first), time.monotonic()
    starts = islice(count(first, _SEEDS_A_TASK), None if seeds is None else -(-seeds // _SEEDS_A_TASK))
    tasks = (range(start, start + _SEEDS_A_TASK) for start in starts)
    with ProcessPoolExecutor(found.processors, get_context("spawn")) as pool:
        waiting = {pool.submit(_live, task) for task in islice(tasks, 2 * found.processors)}
        while waiting:
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for results, computing in (task.result() for task in ended):
                found.seeds += len(results)
                found.calls += sum(result.calls for result in results)
                found.computing += computing
                found.wrong += [result for result in results if result.violations]
            found.seconds = time.monotonic() - began
            told(found)
            enough = found.seconds >= seconds if calls is None else found.calls >= calls
            if not found.wrong and (seeds is not None or not enough):
                waiting |= {pool.submit(_live, task) for task in islice(tasks, len(ended))}
    return found


def _live(seeds: range) -> tuple[list[Result], float]:
    """Has the stories of some seeds happen, and measures; what is told is kept of those that go wrong only."""
    began = time.process_time()
    results = [replay(seed) for seed in seeds]
    for result in results:
        if not result.violations:
            result.told.clear()
    return results, time.process_time() - began
