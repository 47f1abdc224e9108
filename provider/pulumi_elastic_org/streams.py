"""Standard output and error that take every character."""

from __future__ import annotations

import io
import sys


def accept_every_character() -> None:
    """Has both streams show what they cannot encode as an escape; what is no terminal, such as a file or a pipe, is given UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
