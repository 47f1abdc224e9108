"""Ends a command that is told to end by a signal: a cancelled CI job sends SIGTERM, a closed terminal SIGHUP."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pulumi_elastic_org.cli.exit_codes import ExitCode

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP


@dataclass
class Interrupts:
    """What a signal does.

    Args:
        raised: Whether it raises `KeyboardInterrupt`. Until then, and after that, one is only noted: Ctrl-C said again ends the
            process.
        told: Whether one came.
    """

    raised: bool = True
    told: bool = False

    def begin(self) -> None:
        """Raises `KeyboardInterrupt` at a signal from now on, and at once if one came before."""
        self.raised = True
        if self.told:
            raise KeyboardInterrupt

    def end(self) -> None:
        """Raises nothing any more: all is done but to say what came of it."""
        self.raised = False

    def take(self, number: int, _: object) -> None:
        """Takes a signal, as its handler; it waits for nothing."""
        if self.told and number != signal.SIGINT:
            return
        if self.told and not self.raised:
            os._exit(ExitCode.CANCELLED)
        self.told = True
        if self.raised:
            raise KeyboardInterrupt


@contextmanager
def ends_as_interrupt(*, at_once: bool = True) -> Iterator[Interrupts]:
    """Lets SIGTERM and SIGHUP end what runs inside as Ctrl-C does.

    Said again they change nothing: a CI system sends SIGINT and, while what has begun is being finished, SIGTERM. Ctrl-C said
    again ends at once. A signal that is ignored (`nohup`) stays so. Where a program runs a command in a thread, signals are the
    program's.

    Args:
        at_once: Whether they do so from the start, or once what this gives is told that there is something to end.
    """
    interrupts = Interrupts(raised=at_once)
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    usual = {**dict.fromkeys(_SIGNALS, signal.SIG_DFL), signal.SIGINT: signal.default_int_handler}
    replaced = {number: handler for number, handler in usual.items() if signal.getsignal(number) == handler}
    for number in replaced:
        signal.signal(number, interrupts.take)
    try:
        yield interrupts
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)
