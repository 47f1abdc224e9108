"""The physical limit: the calls that an operation needs, one after the other by a bare client, and the start of the processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import requests

from benchmarks.organization import KEY, Acme, People, api_roles
from benchmarks.processes import Cost

Calls = Mapping[str, int]
"""How many calls went to each method and route, as the emulator counts them."""

_SDK = [sys.executable, "-c", "import pulumi, pulumi.dynamic"]


def start_processes() -> float:
    """Returns the seconds that two Python processes take, started side by side, to import Pulumi's SDK."""
    start = time.perf_counter()
    started = [subprocess.Popen(_SDK) for _ in range(2)]
    for process in started:
        process.wait()
    return time.perf_counter() - start


class BareClient:
    """Makes the calls that were counted for an operation, with what they need and nothing else.

    Args:
        acme: The organization.
        calls: What was counted, by operation, in the order in which the operations will be made.
    """

    def __init__(self, acme: Acme, calls: Mapping[str, Calls]) -> None:
        self._acme = acme
        self._calls = calls
        self._now: People = {}
        self._next: People = {}

    def declare(self, people: People) -> None:
        """Says who ought to be in the organization."""
        self._next = people

    def settle(self) -> None:
        """Makes it so at once, without calls."""
        for person in self._changed():
            self._acme.set_roles(person, self._next[person])
        self._now = self._next

    def act(self, operation: str) -> Cost:
        """Measures the calls of an operation, which make it so."""
        prepared = [
            request for route, count in self._calls[operation].items() for request in self._requests(route, count)
        ]
        seconds = start_processes()
        start = time.perf_counter()
        with requests.Session() as session:
            session.headers["Authorization"] = f"ApiKey {KEY}"
            for method, path, body in prepared:
                answer = session.request(method, f"{self._acme.emulator.endpoint}/api/v1{path}", json=body, timeout=60)
                answer.raise_for_status()
                answer.json()
        self._now = self._next
        return Cost(seconds + time.perf_counter() - start, 0.0, {})

    def _changed(self) -> list[str]:
        return [one for one in self._next if one in self._now and self._next[one] != self._now[one]]

    def _requests(self, route: str, count: int) -> Iterator[tuple[str, str, Any]]:
        """Yields so many calls to a route that together do what the operation is to do."""
        method, _, path = route.partition(" ")
        path = path.replace("{organization_id}", self._acme.id).replace("{project_type}", "security")
        added = [person for person in self._next if person not in self._now]
        removed = [person for person in self._now if person not in self._next]
        if route.startswith("POST") and path.endswith("/invitations"):
            for part in _parts(added, count):
                roles = api_roles(self._next[part[0]], self._acme.id)
                yield method, path, {"emails": part, "role_assignments": roles}
        elif "{invitation_tokens}" in path:
            for part in _parts(self._acme.tokens(removed), count):
                yield method, path.replace("{invitation_tokens}", ",".join(part)), None
        elif "{user_ids}" in path:
            for part in _parts([self._acme.user_ids[person] for person in removed], count):
                yield method, path.replace("{user_ids}", ",".join(part)), None
        elif "{user_id}" in path:
            wanted = self._next if method == "POST" else self._now
            for person in self._changed():
                user = path.replace("{user_id}", self._acme.user_ids[person])
                yield method, user, api_roles(wanted[person].split("; ")[-1], self._acme.id)
        else:
            yield from [(method, path, {} if method == "POST" else None)] * count


def _parts(items: Sequence[str], count: int) -> Iterator[list[str]]:
    for number in range(count):
        yield list(items[number::count])
