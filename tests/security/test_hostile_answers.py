"""A server that means harm ends a call with an error: it takes neither all the time nor all the memory."""

from __future__ import annotations

import gzip
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pulumi_elastic_org.cloud.errors import CloudError, ConfigurationError, TimedOut, UnreadableAnswer
from pulumi_elastic_org.cloud.organizations import visible_organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import LONGEST_ANSWER, Session
from pulumi_elastic_org.snapshots import bounded_node
from pulumi_elastic_org.snapshots.client import Cluster, ClusterUnreachable, Connection
from tests.support.loopback import answering

Answer = Callable[[BaseHTTPRequestHandler], None]
ENDED = threading.Event()


@contextmanager
def hostile(answer: Answer) -> Iterator[str]:
    """A server whose every answer is what the test makes of it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Writes nothing."""

    ENDED.clear()
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        try:
            yield f"http://{address}"
        finally:
            ENDED.set()


def ask(endpoint: str, deadline: float = 120.0) -> object:
    return visible_organizations(Session(endpoint, "a-key", patience=Patience(attempts=1, deadline=deadline)))


def drip(handler: BaseHTTPRequestHandler) -> None:
    while not ENDED.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def dripping_body(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    drip(handler)


def dripping_chunk(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    drip(handler)


def dripping_header(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip:")
    drip(handler)


@pytest.mark.parametrize("answer", [dripping_body, dripping_chunk, dripping_header])
def test_an_answer_that_drips_has_an_end(answer: Answer) -> None:
    with hostile(answer) as endpoint, pytest.raises(TimedOut, match="had not sent the whole answer after"):
        ask(endpoint, deadline=0.5)


def bomb(status: int) -> Answer:
    content = gzip.compress(bytes(8 * LONGEST_ANSWER))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Location", "/elsewhere")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@pytest.mark.parametrize("status", [200, 302, 500])
def test_an_answer_that_grows_without_end_when_it_is_decompressed_is_not_kept(status: int) -> None:
    with hostile(bomb(status)) as endpoint:
        tracemalloc.start()
        try:
            with pytest.raises(UnreadableAnswer, match="the answer has more than"):
                ask(endpoint)
            assert tracemalloc.get_traced_memory()[1] < 4 * LONGEST_ANSWER
        finally:
            tracemalloc.stop()


def test_an_answer_of_elasticsearch_that_grows_without_end_is_not_kept_either() -> None:
    with hostile(bomb(200)) as endpoint:
        cluster = Cluster(Connection(endpoint, api_key="a-key"))
        tracemalloc.start()
        try:
            with pytest.raises(ClusterUnreachable, match="the answer has more than"):
                cluster.ask("say what it is", lambda es: es.info())
            assert tracemalloc.get_traced_memory()[1] < 2 * bounded_node.LONGEST_ANSWER
        finally:
            tracemalloc.stop()


LOCATIONS = [
    "http://[",
    "//",
    "\xff\xfe",
    "http://\u00e4.example:99999999/",
    "https://%zz/%",
    "http://a b/",
    "x" * 9000,
]


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_to_what_is_no_address_is_one_clear_error(location: str) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.encode("utf-8", "replace") + b"\r\n\r\n"
        )

    with hostile(answer) as endpoint, pytest.raises(ConfigurationError, match="redirects to"):
        ask(endpoint)


HEADERS = {
    "X-Elastic-Api-Key-Expiration": [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9" * 400,
        "1e308",
        "\xff",
    ],
    "Retry-After": ["Mon, 01 Jan 0001 00:00:00 +1400", "Fri, 31 Dec 9999 23:59:59 -1400", "9" * 400, "inf", "nan"],
    "Date": ["Mon, 01 Jan 0001 00:00:00 +1400", "never"],
    "x-ratelimit-interval": ["-1", "9" * 400, "1e999"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in HEADERS.items() for value in values])
def test_an_absurd_header_is_no_reason_to_fail_otherwise(name: str, value: str) -> None:
    headers = {"x-ratelimit-remaining": "1", "Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT", name: value}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 429 No\r\nContent-Length: 0\r\n")
        for one in headers.items():
            handler.wfile.write(": ".join(one).encode("latin-1") + b"\r\n")
        handler.wfile.write(b"\r\n")

    with hostile(answer) as endpoint, pytest.raises(CloudError, match="429"):
        ask(endpoint)
