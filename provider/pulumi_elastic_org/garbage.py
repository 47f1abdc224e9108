"""How often Python looks for garbage, for processes that live for one operation."""

from __future__ import annotations

import atexit
import gc

_ALLOCATIONS = 100_000
"""How many more objects are made than freed between two looks; Python's own 700 suit a process that lives for long."""


def collect_seldom() -> None:
    """Looks for garbage seldom, never through what is loaded by now, and not at all when the process ends.

    A run over thousands of people makes objects that all live until its end, and looks through all of them again and again.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)
    atexit.register(gc.freeze)
