"""What an endpoint may turn out to be that is not Elastic Cloud's API: small servers on loopback that count who asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.loopback import answering


class Elsewhere:
    """A server that gives everybody the same answer.

    Args:
        status: The status of the answer.
        headers: Its headers.
        body: Its body.

    Attributes:
        asked: What was asked for, as method and path.
    """

    def __init__(self, status: int, headers: dict[str, str], body: str) -> None:
        self.status = status
        self.headers = headers
        self.body = body.encode()
        self.asked: list[str] = []
        self.url = ""

    @contextmanager
    def running(self) -> Iterator[Elsewhere]:
        """Serves."""
        elsewhere = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                elsewhere.asked.append(f"{self.command} {self.path}")
                self.send_response(elsewhere.status)
                for name, value in elsewhere.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(elsewhere.body)))
                self.end_headers()
                self.wfile.write(elsewhere.body)

            do_POST = do_DELETE = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Stays silent."""

        with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
            self.url = f"http://{address}"
            yield self


def web_page() -> Elsewhere:
    """A site that answers everything with a page, such as a captive portal."""
    return Elsewhere(200, {"Content-Type": "text/html; charset=utf-8"}, "<html><body>Please log in</body></html>")


def redirecting(target: str) -> Elsewhere:
    """A server that sends everybody elsewhere.

    Args:
        target: Where to.
    """
    return Elsewhere(302, {"Location": target}, "")


def elasticsearch() -> Elsewhere:
    """The Elasticsearch of a deployment, which knows nothing of organizations."""
    reason = "no handler found for uri [/api/v1/organizations/1/members] and method [GET]"
    headers = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
    return Elsewhere(400, headers, json.dumps({"error": reason}))


def elasticsearch_with_security() -> Elsewhere:
    """The Elasticsearch of a deployment that does not know the key."""
    cause = {"type": "security_exception", "reason": "unable to authenticate with provided credentials"}
    headers = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
    return Elsewhere(401, headers, json.dumps({"error": {"root_cause": [cause], **cause}, "status": 401}))


def kibana() -> Elsewhere:
    """The Kibana of a deployment."""
    answer = {"statusCode": 404, "error": "Not Found", "message": "Not Found"}
    return Elsewhere(404, {"Content-Type": "application/json", "kbn-name": "instance-0000000000"}, json.dumps(answer))


def other_json() -> Elsewhere:
    """Some other API."""
    return Elsewhere(200, {"Content-Type": "application/json"}, json.dumps({"status": "ok"}))
