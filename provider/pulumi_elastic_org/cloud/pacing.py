"""When to try again and how long to wait: the rate limit's headers, `Retry-After` and exponential backoff with jitter."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TypeVar, cast

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_result,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import CloudError, NobodyListens, RateLimited, Unreachable
from pulumi_elastic_org.variables import RETRYING

_SECONDS = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*s?\s*")
_WORTH_A_NOTICE = 5.0
_BUSY = "Elastic Cloud is busy or limits the rate of calls"
_LAGS = "Elastic Cloud does not show yet what was done"

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long a session waits before it gives up.

    Args:
        attempts: How often a call is made in all.
        backoff: The first wait between two attempts, in seconds; it doubles, with as much jitter again.
        max_wait: The longest single wait, in seconds. Where the API asks for more than all waits together, nothing is waited for.
        connect_timeout: In seconds.
        read_timeout: In seconds, between two bytes.
        deadline: How long a whole answer may take, in seconds; `math.inf` for as long as it takes.
        sleep: Waits for a number of seconds.
        clock: A monotonic time in seconds.
    """

    attempts: int = 6
    backoff: float = 0.5
    max_wait: float = 60.0
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    deadline: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


class Pacing:
    """The waiting of one session, shared by its threads.

    Args:
        patience: How long to wait, and how often.
        warn: Called with one line when a wait is long enough to puzzle whoever watches.
    """

    def __init__(self, patience: Patience, warn: Callable[[str], None]) -> None:
        self._patience = patience
        self._warn = warn
        self._exponential = wait_exponential(patience.backoff, patience.max_wait) + wait_random(0, patience.backoff)
        self._lock = threading.Lock()
        self._resume_at = 0.0

    def sleep(self, seconds: float) -> None:
        """Waits.

        Args:
            seconds: For how long.
        """
        self._patience.sleep(seconds)

    def retrying(self, *errors: type[CloudError]) -> Retrying:
        """Returns a retry loop, also for what takes more than one call; when attempts run out, it raises what the last one raised.

        Args:
            errors: What is worth another attempt.
        """
        return Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, errors) and not self._asks_too_much(error)),
            wait=self._wait,
            stop=self._enough,
            before_sleep=self._notice_retry,
            sleep=self._patience.sleep,
            reraise=True,
        )

    def patiently(self, look: Callable[[], T], enough: Callable[[T], bool]) -> T:
        """Looks until it is enough, and returns what it saw; when attempts run out, what it saw last: a list may lag behind what
        was written.

        Args:
            look: Looks once.
            enough: Whether a look shows what is waited for.
        """
        return Retrying(
            retry=retry_if_result(lambda seen: not enough(seen)),
            wait=self._wait,
            stop=stop_after_attempt(self._patience.attempts),
            before_sleep=self._notice_retry,
            sleep=self._patience.sleep,
            retry_error_callback=lambda state: cast("T", state.outcome.result() if state.outcome else None),
        )(look)

    def before_call(self) -> None:
        """Waits while the last answers said that the rate limit is used up."""
        with self._lock:
            wait = self._resume_at - self._patience.clock()
        if wait > 0:
            self._notice(_BUSY, wait)
            self._patience.sleep(wait)

    def observe(self, headers: Mapping[str, str]) -> None:
        """Remembers the rate limit of an answer.

        Args:
            headers: The headers of the answer, with case-insensitive names. Source of their meaning:
                https://www.elastic.co/docs/api/doc/cloud/topic/topic-rate-limiting
        """
        remaining, interval = headers.get("x-ratelimit-remaining", "").strip(), _used_up_for(headers)
        if not remaining:
            return
        with self._lock:
            self._resume_at = self._patience.clock() + min(interval, self._patience.max_wait) if interval else 0.0

    def _asks_too_much(self, error: BaseException) -> bool:
        asked = error.retry_after if isinstance(error, RateLimited) else None
        return asked is not None and asked > self._patience.max_wait * (self._patience.attempts - 1)

    def _enough(self, state: RetryCallState) -> bool:
        """Whether to give up: where nothing listens, after a few seconds."""
        error = state.outcome.exception() if state.outcome else None
        attempts = self._patience.attempts
        return state.attempt_number >= (min(attempts, 3) if isinstance(error, NobodyListens) else attempts)

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, RateLimited) else None
        return min(max(asked or 0.0, self._exponential(state)), self._patience.max_wait)

    def _notice_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        why = _LAGS if error is None else str(error).rstrip(".") if isinstance(error, Unreachable) else _BUSY
        self._notice(why, state.next_action.sleep if state.next_action else 0.0)

    def _notice(self, why: str, seconds: float) -> None:
        if seconds >= _WORTH_A_NOTICE:
            self._warn(f"{why}: {RETRYING} {seconds:.0f} s")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Returns how many seconds a 429 asks to wait, or ``None`` where it does not say.

    Args:
        headers: `Retry-After` in seconds or as an HTTP date (RFC 9110, section 10.2.3), else the rate limit's headers.
    """
    value = headers.get("Retry-After")
    if value is None:
        return _used_up_for(headers)
    seconds = _seconds(value)
    if seconds is not None:
        return seconds
    until = http_date(value)
    if until is None:
        return None
    answered = http_date(headers.get("Date", "")) or now()
    return max(0.0, (until - answered).total_seconds())


def http_date(value: str) -> datetime | None:
    """Returns the time that an HTTP date gives, or ``None`` where it is none.

    Args:
        value: The text of a header.
    """
    try:
        return in_utc(parsedate_to_datetime(value))
    except (IndexError, OverflowError, TypeError, ValueError):  # what the parser makes of absurd dates
        return None


def in_utc(time: datetime) -> datetime:
    """Returns a time in UTC, which it is taken for where it says no time zone.

    Args:
        time: Any time.

    Raises:
        OverflowError: There is no such time in UTC.
    """
    return time.astimezone(timezone.utc) if time.tzinfo else time.replace(tzinfo=timezone.utc)


def _used_up_for(headers: Mapping[str, str]) -> float | None:
    if headers.get("x-ratelimit-remaining", "").strip() != "0":
        return None
    return _seconds(headers.get("x-ratelimit-interval", ""))


def _seconds(value: str) -> float | None:
    match = _SECONDS.fullmatch(value)
    return float(match.group(1)) if match else None
