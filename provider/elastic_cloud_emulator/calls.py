"""What the emulated cloud was asked."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """One call, without ids and tokens.

    Attributes:
        method: The HTTP method.
        route: The path below the base path as the API description writes it, such as `/organizations/{organization_id}/members`.
        status: The status answered; `None` when the connection was dropped.
    """

    method: str
    route: str
    status: int | None


class Calls:
    """All calls since the start or the last `reset`, in the order in which they were answered."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def record(self, call: Call) -> None:
        """Add a call."""
        self._calls.append(call)

    def all(self) -> list[Call]:
        """Return every call."""
        return list(self._calls)

    def counts(self) -> Counter[str]:
        """Return how many calls went to each method and route, as in `GET /organizations`."""
        return Counter(f"{call.method} {call.route}" for call in self.all())

    def reset(self) -> None:
        """Forget all calls."""
        self._calls.clear()
