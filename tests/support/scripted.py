"""A server on loopback that answers what a test wrote down, and the time that a test lets pass."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pulumi_elastic_org.cloud.pacing import Patience
from tests.support.loopback import answering

KEY = "a-key-that-must-not-show"


@dataclass
class Reply:
    """One answer; without a status the connection is closed instead."""

    status: int | None = 200
    json: Any = None
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        if self.text is not None:
            return self.text.encode()
        return b"" if self.json is None else json.dumps(self.json).encode()


DROPPED = Reply(status=None)


def refusal(status: int, code: str, message: str = "no", **headers: str) -> Reply:
    """An error answer as published."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"errors": [{"code": code, "message": message}]}, headers=names)


def key(id: str = "k1", **more: Any) -> dict[str, Any]:
    """An API key as a list shows it, with what the description requires."""
    return {"id": id, "description": "a key", "creation_date": "2026-01-01T00:00:00Z", **more}


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    json: Any


@dataclass
class Scripted:
    """The running server: what it will answer, and what it was asked."""

    endpoint: str
    replies: list[Reply] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def will(self, *replies: Reply) -> None:
        """Adds answers; when they run out, every call is answered with 599."""
        self.replies += replies


@contextmanager
def scripted_server() -> Iterator[Scripted]:
    """Starts the server on a free port."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            with lock:
                script.received.append(
                    Received(
                        self.command, self.path, dict(self.headers.items()), json.loads(content) if content else None
                    )
                )
                reply = script.replies.pop(0) if script.replies else Reply(599)
            if reply.status is None:
                self.close_connection = True
                return
            body = reply.body()
            if "Date" in reply.headers:
                self.send_response_only(reply.status)
            else:
                self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = "Content-Length" in reply.headers

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Writes nothing."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        script = Scripted(f"http://{address}")
        yield script


@dataclass
class FakeTime:
    """Lets waiting pass at once and remembers it.

    Args:
        meanwhile: What happens during each wait.
    """

    now: float = 1_000.0
    waits: list[float] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        self.meanwhile()

    def patience(self, attempts: int = 6, backoff: float = 0.5, max_wait: float = 60.0) -> Patience:
        return Patience(attempts=attempts, backoff=backoff, max_wait=max_wait, sleep=self.sleep, clock=lambda: self.now)
