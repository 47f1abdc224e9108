"""A directory for one run, which holds plans and so people's addresses: no run that is killed leaves one for long."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX = "elastic-org-run-"
_HELD = "held"
_STARTING_SECONDS = 60.0
"""How long a run may take from making its directory to holding it."""


@contextmanager
def run_directory() -> Iterator[Path]:
    """Yields a directory that is gone afterwards, and takes away those of runs that were killed.

    Who runs holds a lock on a file in it, which ends with the process, however that ends.
    """
    _clear()
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name, open(Path(name, _HELD), "w", encoding="utf-8") as held:
        if fcntl is not None:
            fcntl.flock(held, fcntl.LOCK_EX)
        yield Path(name)


def _clear() -> None:
    if fcntl is None:
        return
    for directory in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another user's, or held
            status = directory.lstat()
            if status.st_uid != os.getuid() or time.time() - status.st_mtime < _STARTING_SECONDS:
                continue
            with open(directory / _HELD, "a", encoding="utf-8") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
