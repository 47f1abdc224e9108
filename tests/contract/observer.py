"""Watches the emulators of a test run: each answer, and each request of this package's client, is held against the descriptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from werkzeug.wrappers import Response

from elastic_cloud_emulator import Exchange, Watcher
from tests.contract.check import answer_mismatches, request_mismatches
from tests.contract.operations import BASE, Operation, can_be_judged, find

OWN_CLIENT = "pulumi-elastic-org/"
"""How the header `User-Agent` of this package's client begins; other requests are the tests' own, and may be wrong on purpose."""


@dataclass
class Observed:
    """What was seen of one operation.

    Args:
        requests: How many requests of the client.
        answers: How many answers, by status.
    """

    requests: int = 0
    answers: dict[int, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(eq=False)
class Observer(Watcher):
    """Collects mismatches and what was seen, from the threads of any number of emulators.

    Args:
        mismatches: One line each.
        seen: What was seen, by the operation's name.
    """

    mismatches: list[str] = field(default_factory=list)
    seen: dict[str, Observed] = field(default_factory=lambda: defaultdict(Observed))

    def answered(self, exchange: Exchange) -> None:
        request = exchange.request
        if request.method == "HEAD":  # a GET without its body
            return
        path, _, query = str(request.environ["REQUEST_URI"]).partition("?")
        path = path.removeprefix(BASE)
        if not can_be_judged(path):
            return
        operation = find(request.method, path)
        found: list[str] = []
        if request.headers.get("User-Agent", "").startswith(OWN_CLIENT):
            found += self._hold_request(operation, exchange, path, query)
        if exchange.response is not None and exchange.fault is None:
            found += self._hold_answer(operation, exchange.response)
        where = operation.name if operation else f"{request.method} {path}"
        self.mismatches += [f"{where}: {text}" for text in found]

    def _hold_request(self, operation: Operation | None, exchange: Exchange, path: str, query: str) -> Iterator[str]:
        if operation is not None:
            self.seen[operation.name].requests += 1
        mismatches = request_mismatches(exchange.request.method, path, query, exchange.body)
        return (f"request: {text}" for text in mismatches)

    def _hold_answer(self, operation: Operation | None, response: Response) -> Iterator[str]:
        status, codes = response.status_code, response.headers.get("x-cloud-error-codes", "")
        if operation is not None:
            self.seen[operation.name].answers[status] += 1
        return (f"answer {status}: {text}" for text in answer_mismatches(operation, status, codes, response.get_data()))
