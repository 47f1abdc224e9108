"""Ends a command that is told to end by a signal: a cancelled CI job sends SIGTERM, a closed terminal SIGHUP."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP


@contextmanager
def ends_as_interrupt() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP end what runs inside as Ctrl-C does.

    Said again they change nothing: a CI system sends SIGINT and, while what has begun is being finished, SIGTERM. Ctrl-C said
    again ends at once. A signal that is ignored (`nohup`) stays so. Where a program runs a command in a thread, signals are the
    program's.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told = False

    def interrupt(number: int, _: object) -> None:
        nonlocal told
        if told and number != signal.SIGINT:
            return
        told = True
        raise KeyboardInterrupt

    usual = {**dict.fromkeys(_SIGNALS, signal.SIG_DFL), signal.SIGINT: signal.default_int_handler}
    replaced = {number: handler for number, handler in usual.items() if signal.getsignal(number) == handler}
    for number in replaced:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)
