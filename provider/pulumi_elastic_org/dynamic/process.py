"""What holds for the whole process in which Pulumi runs providers, and for no other."""

from __future__ import annotations

import functools
import os
import signal
import socket
import sys
import threading

from pulumi_elastic_org.lifecycle.engine_watch import TIMEOUT_SECONDS, EngineWatch
from pulumi_elastic_org.streams import accept_every_character

_INTERVAL_SECONDS = 1.0
_GRACE_SECONDS = 30.0
"""How long what has begun may take to come to an end when the engine is gone."""


def prepare_process() -> None:
    """Has an exception shown to people as its text, every character accepted, and the process end with its engine."""
    sys.tracebacklimit = 0
    accept_every_character()
    _end_with_engine()


@functools.cache
def _end_with_engine() -> None:
    """Ends this process, as Ctrl-C does, once its engine is gone, also when it was killed: what has begun is finished."""
    address = EngineWatch.of_this_process().address
    main = getattr(sys.modules["__main__"], "__spec__", None)
    if address is None or main is None or main.name != "pulumi.dynamic.__main__":
        return  # a test of the provider alone

    def end() -> None:
        _wait_for_end(address)
        if os.name == "posix":
            os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, which waits for calls that are under way
        threading.Event().wait(_GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _wait_for_end(address: tuple[str, int]) -> None:
    """Returns when nothing listens at an address any more; an engine that is slow to answer is not gone."""
    while True:
        threading.Event().wait(_INTERVAL_SECONDS)
        try:
            socket.create_connection(address, TIMEOUT_SECONDS).close()
        except ConnectionRefusedError:
            return
        except OSError:
            continue
