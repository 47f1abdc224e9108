"""Run after run of the same work: what each cost, and whether that stays the same."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, mean, pstdev

MEGABYTE = 1_000_000
_WARM_UP = 0.25
"""Which part of the runs comes before memory is judged: caches fill, and the allocator finds its size."""
_NOISE = 0.05
"""By which part of itself memory may go up and down, as pages are given back to the system or not; one step is no growth."""
_FEWEST = 6
"""Fewer counts of objects say nothing: a run whose last call was refused keeps some more than another."""


@dataclass
class Series:
    """The runs of one process.

    Args:
        what: What is run, in words.
        people: How many people an organization has.
        calls: How many calls of the API each run made that were not refused with 429.
        refused: How many calls of each run were.
        memory: What the process held after each run, in bytes.
        objects: How many objects Python held after each run; empty where nobody can look into the process.
        broken: What went wrong.
        spread: By how many calls runs may differ.
    """

    what: str
    people: int
    calls: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    objects: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    spread: int = 0

    @property
    def runs(self) -> int:
        """How many there were."""
        return len(self.calls)

    @property
    def growth(self) -> float:
        """How many bytes more each run leaves behind, by a line through the runs after the warm-up."""
        return slope(_settled(self.memory))

    @property
    def wrong(self) -> list[str]:
        """What is not flat, and what went wrong; empty where nothing is."""
        found = [f"{self.what}: {one}" for one in self.broken]
        if self.calls and max(self.calls) - min(self.calls) > self.spread:
            found.append(f"{self.what}: calls differ from run to run: {self.calls}")
        if grows(_settled(self.memory)):
            found.append(f"{self.what}: memory grows by {self.growth:.0f} bytes a run: {self.memory}")
        if len(settled := _settled(self.objects)) >= _FEWEST and slope(settled) >= 1:
            found.append(f"{self.what}: objects stay from run to run: {self.objects}")
        return found


def count_objects() -> int:
    """Returns how many objects Python looks after in this process, once what is garbage is gone."""
    gc.collect()
    return len(gc.get_objects())


def slope(values: Sequence[float]) -> float:
    """Returns by how much values grow from one to the next, by least squares.

    Args:
        values: Any number; fewer than two do not grow.
    """
    return linear_regression(range(len(values)), values).slope if len(values) > 1 else 0.0


def grows(values: Sequence[float]) -> bool:
    """Whether values grow, and do not only go up and down.

    Args:
        values: One after the other.
    """
    if len(values) < 3:
        return False
    line = linear_regression(range(len(values)), values)
    grown = line.slope * (len(values) - 1)
    scatter = pstdev(value - line.slope * number - line.intercept for number, value in enumerate(values))
    return grown > max(_NOISE * mean(values), 2 * scatter)


def _settled(values: Sequence[int]) -> Sequence[int]:
    return values[int(len(values) * _WARM_UP) :]
