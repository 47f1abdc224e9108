"""What credentials may do is asked before data moves; only a cluster without security has no answer to that."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pulumi_elastic_org.procedures.preflight import privilege_problems
from pulumi_elastic_org.snapshots.client import Cluster, ClusterRefused, Connection
from tests.support.loopback import answering

OFF = "Security must be explicitly enabled when using a [basic] license"


def problems(status: int, reason: str) -> list[str]:
    """What is found in a cluster that answers the question like this."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"error": {"type": "exception", "reason": reason}, "status": status}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as address:
        return list(privilege_problems(Cluster(Connection(f"http://{address}", api_key="key")), ("books",)))


@pytest.mark.parametrize(("status", "reason"), [(400, "no handler found"), (405, "not allowed"), (500, OFF)])
def test_a_cluster_without_security_is_asked_nothing(status: int, reason: str) -> None:
    assert problems(status, reason) == []


@pytest.mark.parametrize(("status", "reason"), [(401, "who"), (403, "no"), (429, "later"), (500, "broken")])
def test_a_question_that_is_not_answered_stops_the_migration(status: int, reason: str) -> None:
    with pytest.raises(ClusterRefused, match="cannot read what the credentials may do"):
        problems(status, reason)
