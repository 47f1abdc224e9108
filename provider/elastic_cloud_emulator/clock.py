"""The time of the emulated cloud, which tests move, and the durations that its API takes."""

import re
import threading
from datetime import datetime, timedelta, timezone
from functools import lru_cache

_DURATION = re.compile(r"(?P<count>[1-9]\d{0,8})(?P<unit>[smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Clock:
    """Tells the time.

    Args:
        start: The instant at which the clock stands still until it is advanced; it must carry a time zone.
            By default the clock runs with the system's, so that clients agree with it.
    """

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError(f"A clock needs an instant with a time zone, not {start.isoformat()}.")
        self._start = start
        self._advanced = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the current instant in UTC."""
        base = datetime.now(timezone.utc) if self._start is None else self._start.astimezone(timezone.utc)
        return base + self._advanced

    def advance(self, by: timedelta) -> None:
        """Move the clock forward.

        Raises:
            ValueError: `by` is negative.
        """
        if by < timedelta():
            raise ValueError(f"A clock does not go back, and {by} is negative.")
        with self._lock:
            self._advanced += by


def parse_duration(text: str) -> timedelta:
    """Return the duration that a text such as `90s`, `30m`, `24h` or `7d` stands for.

    Raises:
        ValueError: `text` has another form.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a duration: write a number and s, m, h or d, as in 24h or 7d.")
    return timedelta(**{_UNITS[match["unit"]]: int(match["count"])})


@lru_cache(maxsize=2**16)
def format_instant(instant: datetime) -> str:
    """Return an instant as the API writes it: RFC 3339, in UTC, with milliseconds."""
    return instant.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
