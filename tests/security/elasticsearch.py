"""As much of Elasticsearch as registering a snapshot repository takes, with a password, on loopback."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.loopback import answering

USER = "elastic"


@dataclass
class Elasticsearch:
    """The running server.

    Args:
        url: Its address.
        password: What its user has to show.
        refuses: Whether it refuses everything, and repeats the password in its reason.
        repositories: What is registered.
    """

    url: str
    password: str
    refuses: bool = False
    repositories: dict[str, Any] = field(default_factory=dict)

    def answer(self, method: str, path: str, authorization: str, body: Any) -> tuple[int, Any]:
        expected = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        if self.refuses or authorization != f"Basic {expected}":
            return 401, {"error": {"type": "security_exception", "reason": f"no: {authorization} {self.password}"}}
        kind, _, name = path.lstrip("/").partition("/")
        if not kind:
            return 200, {"cluster_name": "c", "cluster_uuid": "u", "version": {"number": "8.19.3"}}
        if method == "PUT":
            self.repositories[name.partition("?")[0]] = body
        elif method == "DELETE":
            self.repositories.pop(name, None)
        elif method == "GET":
            return 200, self.repositories
        return 200, {"nodes": {"n": {"name": "n"}}, "acknowledged": True}


@contextmanager
def running_elasticsearch(password: str) -> Iterator[Elasticsearch]:
    """Starts it on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.loads(content) if content else None
            status, answer = cluster.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PUT = do_DELETE = serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Writes nothing."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        cluster = Elasticsearch(f"http://{address}", password)
        yield cluster
