"""What goes on for long: whether somebody still waits for it, and telling how far it has come.

Killing Pulumi leaves the provider process alive, and it would finish its writes with nobody to record them: so before each batch
of writes it looks whether the engine still answers.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from pulumi_elastic_org.lifecycle.interface import Failed

TIMEOUT_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 5.0
_INTERVAL_SECONDS = 1.0
_GRACE_SECONDS = 30.0
"""How long what has begun may take to come to an end when the engine is gone."""


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
        """Raises `Failed` when the engine is gone."""
        if self.address is None:
            return
        try:
            socket.create_connection(self.address, TIMEOUT_SECONDS).close()
        except OSError:
            raise Failed("Pulumi's engine is gone: stopped before the next write; run again to finish") from None

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


class Pace:
    """Tells now and then how far something long has come.

    Args:
        say: Shows lines to a person.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._told = time.monotonic()

    def tell(self, text: str) -> None:
        """Shows a line, unless the last one was shown only just now.

        Args:
            text: The line.
        """
        if time.monotonic() - self._told >= SECONDS_BETWEEN_LINES:
            self._told = time.monotonic()
            self._say(text)
