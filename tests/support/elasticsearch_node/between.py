"""Something between a client and a node, such as a proxy: it passes everything on, until a test wants a call refused or held."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.support.elasticsearch_node.node import Node
from tests.support.loopback import answering

_REFUSAL = json.dumps({"error": {"type": "security_exception", "reason": "no longer"}, "status": 403}).encode()
_SECONDS_HELD = 120


def never(_: str, __: list[str]) -> bool:
    """Stops no call."""
    return False


@dataclass
class Between:
    """What stands between.

    Args:
        url: Where it answers.
        refused: Whether a call is answered with 403, by its method and path and by those of all that came before.
        held: Whether the answer of a call is held back after it was passed on; by the same.
        holding: Set once a call is held.
    """

    url: str = ""
    refused: Callable[[str, list[str]], bool] = never
    held: Callable[[str, list[str]], bool] = never
    holding: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    seen: list[str] = field(default_factory=list)


@contextmanager
def between(node: Node) -> Iterator[Between]:
    """Stands in front of a node."""
    middle = Between()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            called = f"{self.command} {self.path.partition('?')[0]}"
            before = list(middle.seen)
            middle.seen.append(called)
            if middle.refused(called, before):
                self._answer(403, {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}, _REFUSAL)
                return
            connection = http.client.HTTPConnection(urlsplit(node.url).netloc, timeout=60)
            connection.request(self.command, self.path, body, dict(self.headers))
            response = connection.getresponse()
            content = response.read()
            connection.close()
            if middle.held(called, before):
                middle.holding.set()
                middle.ended.wait(_SECONDS_HELD)
            self._answer(response.status, dict(response.headers), content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815 - as the library wants them called

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                with suppress(ConnectionError):  # who asked may be gone
                    self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Writes nothing."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        middle.url = f"http://{address}"
        try:
            yield middle
        finally:
            middle.ended.set()
