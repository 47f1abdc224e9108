"""Watches the machine while commands run: every process's arguments, and files that live for a moment only."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from tests.security.canaries import Search

INTERVAL_SECONDS = 0.1
_PROC = Path("/proc")


class Watch:
    """Searches arguments and files again and again, in a thread, within a `with` block.

    Args:
        search: What is looked for.
        directory: Where files come and go.

    Attributes:
        arguments: Every command line that was seen, and was started while this watched.
    """

    def __init__(self, search: Search, directory: Path) -> None:
        self._search = search
        self._directory = directory
        self._end = threading.Event()
        self._seen_files: set[tuple[str, int, int]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.arguments: set[bytes] = set()

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(INTERVAL_SECONDS):
            self._look_at_processes()
            self._look_at_files()

    def _look_at_processes(self) -> None:
        for process in _PROC.glob("[0-9]*"):
            with suppress(OSError):
                arguments = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                if arguments not in self.arguments:
                    self.arguments.add(arguments)
                    self._search.look_at(arguments, f"the arguments of {arguments[:60]!r}")

    def _look_at_files(self) -> None:
        with suppress(OSError):  # a directory that goes while it is listed
            for path in self._directory.rglob("*"):
                with suppress(OSError):
                    status = path.stat()
                    seen = (str(path), status.st_mtime_ns, status.st_size)
                    if path.is_file() and seen not in self._seen_files:
                        self._seen_files.add(seen)
                        self._search.look_at(path.read_bytes(), str(path))
