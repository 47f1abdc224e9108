"""One operation at a time on a stack, by a file that says whose turn it is.

As with Pulumi and Terraform, a lock whose process is gone is released by a person, not taken over: the provider process that an
engine leaves behind when it is killed may still be writing, and a process of another container is not seen from here.
"""

from __future__ import annotations

import getpass
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .clock import now
from .files import make_private, read_file
from .port import EngineError


@contextmanager
def held(path: Path, operation: str) -> Iterator[None]:
    """Holds a lock.

    Args:
        path: The lock file; it exists while the lock is held.
        operation: What holds it, for whoever finds it held.

    Raises:
        EngineError: It is held already, by whom and how to release it is in the message; or it cannot be written.
    """
    owner = {"operation": operation, "user": _user(), "host": socket.gethostname(), "pid": os.getpid(), "since": now()}
    made = False
    try:
        # Python raises Ctrl-C that comes while the file is made before it says that it is.
        with _making(path), _uninterrupted():
            make_private(path.parent)
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                raise EngineError(_refusal(path)) from None
            made = True
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(owner, file)
        yield
    finally:
        if made:
            path.unlink(missing_ok=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keeps back what a signal's handler would raise, until the end."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers run in the main thread alone
        return
    came: list[int] = []
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    kept = {number: handler for number, handler in handlers.items() if callable(handler)}
    try:
        for number in kept:
            signal.signal(number, lambda one, _: came.append(one))
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        for one in came:
            signal.raise_signal(one)


def _refusal(path: Path) -> str:
    release = f"release the lock by deleting {path}, then run `refresh`"
    try:
        owner = json.loads(read_file(path))
        since = f"{owner['since'][:19].replace('T', ' ')} UTC"
        whose = (
            f"by `{owner['operation']}` of {owner['user']} on {owner['host']} (process {owner['pid']}, since {since})"
        )
        gone = _is_gone(owner)
    except (OSError, ValueError, KeyError, TypeError):
        return f"The stack is locked by a process that did not come to say who it is. If nothing works on this stack, {release}."
    if gone:
        return f"The stack is locked {whose}. That process was killed. See that no other works on this stack, and {release}."
    return f"The stack is locked {whose}. Wait for it to end; if it is gone, {release}."


def _is_gone(owner: Mapping[str, Any]) -> bool:
    """Whether the owner is known to run no more: it was a process of this host, and the host has none of that number."""
    if owner["host"] != socket.gethostname() or os.name != "posix" or int(owner["pid"]) <= 0:
        return False  # elsewhere a signal of number 0 is no question
    try:
        os.kill(int(owner["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


@contextmanager
def _making(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EngineError(
            f"The stack cannot be locked: {path} cannot be written: {error.strerror}. Nothing was changed. Make the directory "
            "writable, or make room."
        ) from None


def _user() -> str:
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "an unknown user"
