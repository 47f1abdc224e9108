"""A proxy on loopback that alters answers of the emulator on their way to the client."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from elastic_cloud_emulator import Emulator
from tests.support.loopback import answering

Path = tuple[str | int, ...]
Alter = Callable[[bytes], bytes]

_WORDS = frozenset(
    [
        "api",
        "v1",
        "organizations",
        "members",
        "invitations",
        "users",
        "auth",
        "keys",
        "role_assignments",
        "deployments",
        "_search",
        "serverless",
        "projects",
        "elasticsearch",
        "observability",
        "security",
        "status",
    ]
)


@dataclass(frozen=True)
class Answer:
    """An answer as the emulator gave it.

    Args:
        call: Method and path without ids, such as ``"GET /api/v1/organizations/*/members"``.
        number: Which of the calls of that kind it answers, from 0.
        content: The JSON.
    """

    call: str
    number: int
    content: Any


@dataclass
class Proxy:
    """The running proxy.

    Args:
        endpoint: Where it listens.
        alterations: By call: which of its answers is altered (``None``: all), and how.
        answers: Every answer that passed, before it was altered.
        received: Every request as it arrived: method and path.
    """

    endpoint: str
    alterations: dict[str, tuple[int | None, Alter]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    received: list[tuple[str, str]] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reset(self) -> None:
        """Forgets what has passed and what is to be altered."""
        with self._lock:
            self.alterations, self.answers, self.received = {}, [], []
            self._counts.clear()

    def pass_on(self, method: str, path: str, status: int, body: bytes) -> bytes:
        """Returns what the client is given for an answer."""
        call = f"{method} {without_ids(path)}"
        with self._lock:
            self.received.append((method, path))
            number = self._counts[call]
            self._counts[call] += 1
            if status < 400 and body:
                self.answers.append(Answer(call, number, json.loads(body)))
            which, alter = self.alterations.get(call, (-1, bytes))
        return alter(body) if status < 400 and which in (None, number) else body


def without_ids(path: str) -> str:
    """Returns a path with a star for each id."""
    return "/".join(part if part in _WORDS or not part else "*" for part in path.partition("?")[0].split("/"))


@contextmanager
def altering_proxy(emulator: Emulator) -> Iterator[Proxy]:
    """Starts a proxy in front of an emulator."""
    behind = emulator.endpoint.removeprefix("http://")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {"Authorization", "Content-Type", "Accept"}
            upstream = HTTPConnection(behind, timeout=30)
            upstream.request(self.command, self.path, body, {k: v for k, v in self.headers.items() if k in kept})
            response = upstream.getresponse()
            content = proxy.pass_on(self.command, self.path, response.status, response.read())
            upstream.close()
            self.send_response(response.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do_PATCH = pass_on  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Writes nothing."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        proxy = Proxy(f"http://{address}")
        yield proxy
