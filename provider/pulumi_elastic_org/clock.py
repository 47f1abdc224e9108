"""The time, for whoever is not told one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone


def now() -> datetime:
    """Returns the time in UTC, by which invitations are pending or expired and whatever happens is noted."""
    return _tell()


@contextmanager
def told_by(tell: Callable[[], datetime]) -> Iterator[None]:
    """Has another clock tell the time of this process for a while, such as that of a simulation.

    Args:
        tell: Returns the time in UTC.
    """
    global _tell  # noqa: PLW0603 - a process has one time
    before, _tell = _tell, tell
    try:
        yield
    finally:
        _tell = before


def _of_the_system() -> datetime:
    return datetime.now(timezone.utc)


_tell: Callable[[], datetime] = _of_the_system
