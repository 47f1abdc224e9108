"""The time, for whoever is not told one."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> datetime:
    """Returns the time in UTC, by which invitations are pending or expired and whatever happens is noted."""
    return datetime.now(timezone.utc)
