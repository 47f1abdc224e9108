"""What stands in front of the emulated cloud: latency, rate limits, faults and the record of calls."""

import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from .api import BASE_PATH, error_response
from .calls import Call, Calls
from .cloud import Cloud
from .errors import ApiError, InternalError, InvitationsRateLimited, RateLimited, Unavailable
from .faults import Fault, FaultKind, Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NO_LIMIT = 1_000_000
"""The limit that the headers tell while there is none."""

_REFUSALS: dict[FaultKind, ApiError] = {
    "rate_limited": RateLimited("Too many requests."),
    "invitations_rate_limited": InvitationsRateLimited("Too many invitations were created."),
    "server_error": InternalError("Something went wrong."),
    "unavailable": Unavailable("The service is not available."),
}


class ConnectionDropped(ConnectionError):
    """The connection is to be closed without an answer."""


class Gateway:
    """The WSGI application in front of the API's.

    Calls below the API's base path are delayed, limited, made to fail and recorded; all others pass.
    """

    def __init__(self, app: Flask, cloud: Cloud, faults: Faults, calls: Calls) -> None:
        self._app = app
        self._cloud = cloud
        self._faults = faults
        self._calls = calls
        self._quotas: dict[str, _Quota] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        answer = self._answer if request.path.startswith(f"{BASE_PATH}/") else self._work
        return answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        time.sleep(self._cloud.switches.latency)
        route = self._route(request)
        try:
            response = self._answer_within_quota(request)
        except ConnectionDropped:
            self._calls.record(Call(request.method, route, None))
            raise
        self._calls.record(Call(request.method, route, response.status_code))
        return response

    def _answer_within_quota(self, request: Request) -> Response:
        switches = self._cloud.switches
        with self._cloud.lock:
            now = self._cloud.clock.now().timestamp()
            quota = self._quotas.setdefault(request.headers.get("Authorization", ""), _Quota(now))
            wait = quota.take(now, switches.rate_limit, switches.rate_limit_interval)
        response = self._meet_fault(request) if wait is None else self._refuse(_REFUSALS["rate_limited"], wait)
        response.headers["x-ratelimit-interval"] = str(switches.rate_limit_interval)
        response.headers["x-ratelimit-limit"] = str(switches.rate_limit or NO_LIMIT)
        response.headers["x-ratelimit-remaining"] = str(quota.remaining(switches.rate_limit))
        return response

    def _meet_fault(self, request: Request) -> Response:
        fault = self._faults.take(request.method, request.path)
        if fault is None:
            return self._work(request)
        if fault.kind == "delayed":
            response = self._work(request)
            time.sleep(fault.seconds)
            return response
        if fault.takes_effect:
            self._work(request)
        return self._fail(fault)

    def _fail(self, fault: Fault) -> Response:
        if fault.kind == "connection_dropped":
            raise ConnectionDropped
        if fault.kind == "invalid_json":
            return Response('{"members": [{"user_', mimetype="application/json")
        if fault.kind == "html_page":
            return Response("<html><body><h1>502 Bad Gateway</h1></body></html>", status=502, mimetype="text/html")
        return self._refuse(_REFUSALS[fault.kind], fault.retry_after)

    def _refuse(self, error: ApiError, retry_after: int | None) -> Response:
        with self._app.app_context():
            response = error_response(error)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    def _work(self, request: Request) -> Response:
        with self._cloud.lock:
            return Response(*run_wsgi_app(self._app.wsgi_app, request.environ, buffered=True))

    def _route(self, request: Request) -> str:
        try:
            rule, _ = self._app.url_map.bind_to_environ(request.environ).match(return_rule=True)
        except HTTPException:
            return "unknown"
        return re.sub(r"<(?:.*?:)?(\w+)>", r"{\1}", rule.rule.removeprefix(BASE_PATH))


class _Quota:
    """The calls of one API key in the current interval."""

    def __init__(self, start: float) -> None:
        self._start = start
        self._taken = 0

    def take(self, now: float, limit: int | None, interval: int) -> int | None:
        """Count a call; return the seconds until the next interval if it is one too many."""
        if now >= self._start + interval:
            self._start, self._taken = now, 0
        if limit is not None and self._taken >= limit:
            return max(1, round(self._start + interval - now))
        self._taken += 1
        return None

    def remaining(self, limit: int | None) -> int:
        return NO_LIMIT if limit is None else max(0, limit - self._taken)
