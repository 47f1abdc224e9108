"""What is set up for a whole process: streams that take every character, and how often Python looks for garbage."""

from __future__ import annotations

import atexit
import gc
import io
import sys


def accept_every_character() -> None:
    """Has both streams show what they cannot encode as an escape; what is no terminal, such as a file or a pipe, is given UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


_ALLOCATIONS = 100_000
"""How many more objects are made than freed between two looks; Python's own 700 suit a process that lives for long."""


def collect_seldom() -> None:
    """Looks for garbage seldom, never through what is loaded by now, and not at all when the process ends.

    A run over thousands of people makes objects that all live until its end, and looks through all of them again and again. Where
    a process serves another run, what the one before has left is garbage by now, and is collected.
    """
    if gc.get_freeze_count():
        gc.collect()
        return
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)
    atexit.register(gc.freeze)
