"""What a command says, also where standard output takes no more: a disk may be full, and whoever reads a pipe may have left."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast


class Output:
    """Standard output or standard error, which never fails: what it does not take goes elsewhere.

    Args:
        stream: What is written to.
        elsewhere: Takes what that does not take; `None` for nobody.

    Attributes:
        written: Whether anything was.
        reader_may_leave: Whether a reader who has enough ends the command, as those do that change nothing.
        error: Why it takes no more; `None` as long as it does.
    """

    def __init__(self, stream: TextIO, elsewhere: Output | None = None) -> None:
        self._stream = stream
        self._elsewhere = elsewhere
        self.written = False
        self.reader_may_leave = elsewhere is not None
        self.error: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes text, to the stream or elsewhere; it is there when this returns."""
        self.written = True
        if self.error is None:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError as error:
                self._give_up(error)
            else:
                return len(text)
        if self._elsewhere is not None:
            self._elsewhere.write(text)
        return len(text)

    def flush(self) -> None:
        """Does nothing: what is written is there."""

    def _give_up(self, error: OSError) -> None:
        with suppress(OSError, ValueError):  # what is left in its buffer goes nowhere, when Python ends
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        if self.reader_may_leave and isinstance(error, BrokenPipeError):
            raise error
        self.error = error
        if self._elsewhere is not None:
            self._elsewhere.write(f"Error: standard output takes no more ({error.strerror}). What it lacks:\n")


@contextmanager
def kept_output() -> Iterator[Output]:
    """Gives standard output, and sees that nothing of what is said inside is lost; the exit code tells if that went elsewhere."""
    streams = sys.stdout, sys.stderr
    errors = Output(sys.stderr)
    output = Output(sys.stdout, errors)
    sys.stdout, sys.stderr = cast(TextIO, output), cast(TextIO, errors)
    try:
        yield output
    except SystemExit as end:
        end.code = end.code or (1 if output.error else 0)
        raise
    finally:
        sys.stdout, sys.stderr = streams
