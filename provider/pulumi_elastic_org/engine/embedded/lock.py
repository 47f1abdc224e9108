"""One operation at a time on a stack, by a file that says whose turn it is."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..port import EngineError
from .clock import now


@contextmanager
def held(path: Path, operation: str) -> Iterator[None]:
    """Holds a lock.

    Args:
        path: The lock file; it exists while the lock is held.
        operation: What holds it, for whoever finds it held.

    Raises:
        EngineError: It is held already; the message says by whom, and how to release it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    owner = {"operation": operation, "user": _user(), "host": socket.gethostname(), "pid": os.getpid(), "since": now()}
    try:
        with path.open("x", encoding="utf-8") as lock:
            json.dump(owner, lock)
    except FileExistsError:
        raise EngineError(_refusal(path)) from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _refusal(path: Path) -> str:
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))
        whose = (
            f"by `{owner['operation']}` of {owner['user']} on {owner['host']} (process {owner['pid']}, "
            f"since {owner['since']})"
        )
    except (OSError, ValueError, KeyError):
        whose = "by an unknown process"
    return f"The stack is locked {whose}. Wait for it to end; if it is gone, release the lock by deleting {path}."


def _user() -> str:
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "an unknown user"
