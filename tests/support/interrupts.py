"""Ctrl-C for the processes of tests, however the tests themselves were started."""

from __future__ import annotations

import signal


def let_children_heed_interrupts() -> None:
    """Has what this process starts end by Ctrl-C, also where it was started to ignore that, as background jobs of a shell are.

    What a process ignores, its children ignore; what it handles, they do not. This one goes on ignoring it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
