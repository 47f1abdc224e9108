"""What goes on for long: whether somebody still waits for it, and telling how far it has come.

Killing Pulumi leaves the provider process alive, and it would finish its writes with nobody to record them: so before each batch
of writes it looks whether the engine still answers.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from pulumi_elastic_org.lifecycle.errors import Failed

TIMEOUT_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 5.0


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
