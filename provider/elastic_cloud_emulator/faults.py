"""Failures on demand, for testing what a client makes of them."""

import re
import threading
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

FaultKind = Literal[
    "rate_limited",
    "invitations_rate_limited",
    "forbidden",
    "not_found",
    "server_error",
    "unavailable",
    "connection_dropped",
    "delayed",
    "unanswered",
    "invalid_json",
    "html_page",
    "refused",
    "ignored",
    "amended",
]


class Fault(BaseModel, extra="forbid"):
    """A failure of some of the next calls.

    Attributes:
        kind: What happens: an answer 429 (`rate_limited`; `invitations_rate_limited` with the code of that limit), 403
            (`forbidden`), 404 (`not_found`), 500 (`server_error`) or 503 (`unavailable`), a connection closed without an answer
            (`connection_dropped`), an answer that comes late (`delayed`) or never (`unanswered`: the connection stays open until
            the client gives up), an answer that is no JSON (`invalid_json`), a gateway's error page with status 502 (`html_page`),
            an answer with any `status` and `code` (`refused`), an answer that tells of success although nothing was done
            (`ignored`), or an answer with an `amendment` (`amended`).
        method: Only calls of this method; by default of any.
        path: Only calls in whose path this regular expression is found; by default all.
        body: Only calls in whose body this regular expression is found; by default all.
        skip: How many such calls pass first.
        times: How many calls fail then; `None` means all until the faults are cleared.
        takes_effect: Whether the call does its work before it fails; a delayed call always does, before the delay.
        retry_after: Seconds in the header `Retry-After`; by default the answer has none.
        status: The status of `refused`, from 400 on.
        code: The error code of `refused`; one that is not published will do.
        amendment: What an answer of `amended` has besides, or instead: objects are merged into objects and into every element of a
            list, all else is replaced. `{"errors": [...]}` makes a success that tells of errors, `{"members": {"nickname": "x"}}`
            gives every member a field that came later. Without `takes_effect` nothing was done.
        seconds: How late a delayed answer comes, and how long a client that waits for no end is left unanswered.
    """

    kind: FaultKind
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = None
    path: str = ""
    body: str = ""
    skip: int = Field(default=0, ge=0)
    times: int | None = Field(default=1, ge=1)
    takes_effect: bool = False
    retry_after: int | None = Field(default=None, ge=0)
    status: int = Field(default=400, ge=400, le=599)
    code: str = "root.invalid_data"
    amendment: dict[str, Any] = {}
    seconds: float = Field(default=1.0, ge=0)

    @field_validator("path", "body")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
        return pattern

    def matches(self, method: str, path: str, body: str = "") -> bool:
        """Say whether a call is one of those that this fault is for."""
        return (
            self.method in (None, method)
            and re.search(self.path, path) is not None
            and re.search(self.body, body) is not None
        )

    def amend(self, answer: Any) -> Any:
        """Return an answer with the amendment."""
        return _merged(answer, self.amendment)


class Faults:
    """The faults still to come, in the order in which they were added. The first one that is due takes the call."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Fault]:
        with self._lock:
            return iter(list(self._queue))

    def add(self, fault: Fault) -> None:
        """Put a fault at the end of the queue."""
        with self._lock:
            self._queue.append(fault.model_copy())

    def clear(self) -> None:
        """Let every call pass from now on."""
        with self._lock:
            self._queue.clear()

    def take(self, method: str, path: str, body: str = "") -> Fault | None:
        """Return the fault that a call meets, and count the call."""
        with self._lock:
            for fault in self._queue:
                if not fault.matches(method, path, body):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self._queue.remove(fault)
                return fault
        return None


def _merged(answer: Any, amendment: Any) -> Any:
    if isinstance(amendment, dict) and isinstance(answer, dict):
        return answer | {name: _merged(answer.get(name), value) for name, value in amendment.items()}
    if isinstance(amendment, dict) and isinstance(answer, list):
        return [_merged(element, amendment) for element in answer]
    return amendment
