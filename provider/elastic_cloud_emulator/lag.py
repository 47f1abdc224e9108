"""Lists that show for a while what was there before the last writes, as lists of a distributed service may."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .cloud import Cloud
from .model import State

_LISTS = re.compile(r"/organizations/[^/]+/(members|invitations)")


@dataclass
class _Write:
    """What lists may still show after a write: the state before it.

    Attributes:
        reads: How often each list was read since, by path.
    """

    before: State
    at: datetime
    reads: Counter[str] = field(default_factory=Counter)


class Lag:
    """The lag of lists behind writes of the API; see the switches `list_lag_reads` and `list_lag_seconds`.

    Args:
        cloud: What is listed.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._writes: list[_Write] = []

    @contextmanager
    def during(self, method: str, path: str) -> Iterator[None]:
        """Have a call see what it would see with the lag.

        Args:
            method: The HTTP method.
            path: The path below the base path.
        """
        switches = self._cloud.switches
        if not (switches.list_lag_reads or switches.list_lag_seconds):
            self._writes.clear()
        elif method != "GET" and not path.endswith("/_search"):
            self._writes.append(_Write(self._cloud.snapshot(), self._cloud.clock.now()))
        with self._shown(path) if method == "GET" and _LISTS.fullmatch(path) else nullcontext():
            yield

    def _shown(self, path: str) -> AbstractContextManager[None]:
        hidden = [write for write in self._writes if self._is_hidden(write, path)]
        for write in hidden:
            write.reads[path] += 1
        if not hidden:
            return nullcontext()
        return self._cloud.showing(replace(self._cloud.state, organizations=hidden[0].before.organizations))

    def _is_hidden(self, write: _Write, path: str) -> bool:
        switches = self._cloud.switches
        lasts_until = write.at + timedelta(seconds=switches.list_lag_seconds)
        return write.reads[path] < switches.list_lag_reads or self._cloud.clock.now() < lasts_until
