"""What concerns a whole process: streams that are there and take every character, how often Python looks for garbage, and whether
the engine that started it still waits.

Killing Pulumi leaves the provider process alive, and it would finish its writes with nobody to record them: so before each batch
of writes it looks whether the engine still answers.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import signal
import socket
import sys
import threading
from dataclasses import dataclass

from pulumi_elastic_org.actionable import ActionableError


def open_closed_streams() -> None:
    """Has a stream that was closed by whoever started this process (`<&-`) be an empty one, for which Python has `None`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for the process's life


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


TIMEOUT_SECONDS = 2.0
_INTERVAL_SECONDS = 1.0
_GRACE_SECONDS = 30.0
"""How long what has begun may take to come to an end when the engine is gone."""


class EngineGone(ActionableError):
    """Nobody would record what is written."""


@dataclass(frozen=True, slots=True)
class EngineWatch:
    """Watches one engine.

    Args:
        address: Host and port; ``None`` where there is no engine to watch, as in a test of the provider alone.
    """

    address: tuple[str, int] | None

    @staticmethod
    def of_this_process() -> EngineWatch:
        """Returns a watch on the engine whose address Pulumi gave this provider process as an argument."""
        for argument in sys.argv[1:]:
            host, _, port = argument.rpartition(":")
            if host and port.isdecimal():
                return EngineWatch((host, int(port)))
        return EngineWatch(None)

    def check(self) -> None:
        """Raises `EngineGone` when it is."""
        if self.address is None:
            return
        try:
            socket.create_connection(self.address, TIMEOUT_SECONDS).close()
        except OSError:
            raise EngineGone("Pulumi's engine is gone: stopped before the next write; run again to finish") from None

    def end_process_with_engine(self) -> None:
        """Ends this process, as Ctrl-C does, once the engine is gone, also when it was killed: what has begun is finished."""
        if self.address is not None:
            threading.Thread(target=_end_with, args=(self.address,), daemon=True).start()


def _end_with(address: tuple[str, int]) -> None:
    while _listens(address):
        threading.Event().wait(_INTERVAL_SECONDS)
    if os.name == "posix":
        os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, which waits for calls that are under way
    threading.Event().wait(_GRACE_SECONDS)
    os._exit(1)


def _listens(address: tuple[str, int]) -> bool:
    """Whether anything listens at an address; an engine that is slow to answer is not gone."""
    try:
        socket.create_connection(address, TIMEOUT_SECONDS).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True
