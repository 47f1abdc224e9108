"""How calls travel: over HTTP, several side by side. What runs Elastic Cloud in its own process has them travel otherwise."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor

from requests.adapters import BaseAdapter, HTTPAdapter

MAX_THREADS = 8


class Transport:
    """Connections over HTTP, which threads share."""

    def adapter(self) -> BaseAdapter:
        """Returns what carries a request to the endpoint and an answer back, for one session."""
        return HTTPAdapter(pool_maxsize=MAX_THREADS, pool_block=False)

    def side_by_side(self, most: int = MAX_THREADS) -> Executor:
        """Returns what makes calls at the same time.

        Args:
            most: How many at once.
        """
        return ThreadPoolExecutor(most)


HTTP = Transport()
