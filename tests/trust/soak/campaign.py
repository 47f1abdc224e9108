"""All of it, as `make trust` runs it; and small, as `make test` does."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.trust.soak import organizations, plugin, rate_limit, stacks
from tests.trust.soak.series import Series


@dataclass
class Soaked:
    """What came of it.

    Args:
        series: Run after run, each in a process of its own.
        slowest: How long the slowest of the organizations in one process took, as a multiple of what one takes alone.
        stacks: The stacks of one project.
    """

    series: list[Series] = field(default_factory=list)
    slowest: float = 1.0
    stacks: stacks.Stacks | None = None

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be; empty where nothing is."""
        found = [one for series in self.series for one in series.wrong]
        return found + (self.stacks.wrong if self.stacks else [])


def soak(part: float = 1.0) -> Soaked:
    """Does everything.

    Args:
        part: How much of it. All of it takes four minutes of two processors that have nothing else to do.
    """
    many = max(3, round(100 * part))
    # Or the C library keeps memory for each of many threads, and gives it back late.
    os.environ["MALLOC_ARENA_MAX"] = "1"
    with get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        limited = pool.apply_async(rate_limit.soak, (round(10_000 * part), max(part, 0.2)))
        served = pool.apply_async(plugin.soak, (many,))
        at_once, slowest = pool.apply(organizations.soak, (many, 6))
        series = [limited.get(), at_once, served.get()]
    del os.environ["MALLOC_ARENA_MAX"]
    return Soaked(series, slowest, stacks.soak(many))
