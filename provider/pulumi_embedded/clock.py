"""Moments as the state writes them."""

from __future__ import annotations

from datetime import datetime, timezone


def now() -> str:
    """This moment, in RFC 3339."""
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
