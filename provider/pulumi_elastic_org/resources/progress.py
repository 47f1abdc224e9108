"""Telling now and then how far something long has come."""

from __future__ import annotations

import time

from pulumi_elastic_org.resources.engine_watch import EngineWatch
from pulumi_elastic_org.resources.live import say

SECONDS_BETWEEN_LINES = 5.0


class _Pace:
    """Says when it is time to tell again."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def due(self) -> bool:
        """Whether the last time is long enough ago; asking counts as telling."""
        if time.monotonic() - self._told < SECONDS_BETWEEN_LINES:
            return False
        self._told = time.monotonic()
        return True


class ChangeProgress:
    """Shows how many changes of an apply are done."""

    def __init__(self) -> None:
        self._pace = _Pace()

    def __call__(self, verb: str, done: int, total: int) -> None:
        if self._pace.due():
            say(f"  {verb}: {done} of {total} done")


class ShardProgress:
    """Shows how many shards are done, and stops when there is no engine any more to show it to.

    Args:
        doing: What is done, such as ``"Snapshot moving/first"``.
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._engine = EngineWatch.of_this_process()
        self._pace = _Pace()

    def __call__(self, done: int, total: int) -> None:
        self._engine.check()
        if self._pace.due():
            say(f"{self._doing}: {done} of {total} shards done")
