"""Keeps a refusal readable: no traceback of a program that Pulumi stops because a resource failed.

When a resource fails, Pulumi's CLI interrupts the program's process, and Python prints where it happened to be: thirty lines of
event loop above the one line that matters.
"""

from __future__ import annotations

import sys
from types import TracebackType


def hide_interrupts() -> None:
    """Makes this process end an interrupt without a traceback; every other exception is shown as before."""
    if getattr(sys.excepthook, "hides_interrupts", False):
        return
    show = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            show(kind, error, traceback)

    hook.hides_interrupts = True  # type: ignore[attr-defined]
    sys.excepthook = hook
