"""What stands in front of the emulated cloud: latency, rate limits, faults and the record of calls."""

import json
import re
import select
import time
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask, Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app

from . import errors
from .api import BASE_PATH, error_response
from .calls import Call, Calls
from .cloud import Cloud
from .faults import Fault, FaultKind, Faults
from .lag import Lag
from .watcher import Exchange, Watcher

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NO_LIMIT = 1_000_000
"""The limit that the headers tell while there is none."""

_REFUSALS: dict[FaultKind, errors.ApiError] = {
    "rate_limited": errors.RateLimited("Too many requests."),
    "invitations_rate_limited": errors.InvitationsRateLimited("Too many invitations were created."),
    "forbidden": errors.InvalidAuthentication("The key may not do this."),
    "not_found": errors.ResourceNotFound("There is nothing here."),
    "server_error": errors.InternalError("Something went wrong."),
    "unavailable": errors.Unavailable("The service is not available."),
}


class ConnectionDropped(ConnectionError):
    """The connection is to be closed without an answer."""


class Gateway:
    """The WSGI application in front of the API's.

    Calls below the API's base path are delayed, limited, made to fail, recorded and watched; all others pass.
    """

    def __init__(self, app: Flask, cloud: Cloud, faults: Faults, calls: Calls) -> None:
        self._app = app
        self._cloud = cloud
        self._faults = faults
        self._calls = calls
        self._lag = Lag(cloud)
        self._quotas: dict[str, _Quota] = {}
        self.watchers: list[Watcher] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        answer = self._answer if request.path.startswith(f"{BASE_PATH}/") else self._work
        return answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        body = request.get_data()
        request.environ["wsgi.input"] = BytesIO(body)  # once more, for the application
        if latency := self._cloud.switches.latency:
            time.sleep(latency)
        wait, quota = self._take_from_quota(request)
        fault: Fault | None = None
        response: Response | None = None
        try:
            for watcher in self.watchers:
                watcher.arrived(request.method, request.path)
            text = body.decode(errors="replace")
            fault = self._faults.take(request.method, request.path, text) if wait is None else None
            response = self._meet(fault, request) if wait is None else self._refuse(_REFUSALS["rate_limited"], wait)
            self._tell_the_limit(response, quota)
        finally:
            status = None if response is None else response.status_code
            self._calls.record(Call(request.method, self._route(request), status))
            for watcher in self.watchers:
                watcher.answered(Exchange(request, body, response, fault))
        return response

    def _take_from_quota(self, request: Request) -> "tuple[int | None, _Quota]":
        switches = self._cloud.switches
        with self._cloud.lock:
            now = self._cloud.clock.now().timestamp()
            quota = self._quotas.setdefault(request.headers.get("Authorization", ""), _Quota(now))
            return quota.take(now, switches.rate_limit, switches.rate_limit_interval), quota

    def _tell_the_limit(self, response: Response, quota: "_Quota") -> None:
        switches = self._cloud.switches
        response.headers["x-ratelimit-interval"] = str(switches.rate_limit_interval)
        response.headers["x-ratelimit-limit"] = str(switches.rate_limit or NO_LIMIT)
        response.headers["x-ratelimit-remaining"] = str(quota.remaining(switches.rate_limit))

    def _meet(self, fault: Fault | None, request: Request) -> Response:
        if fault is None:
            return self._work(request)
        if fault.kind == "delayed":
            response = self._work(request)
            time.sleep(fault.seconds)
            return response
        if fault.kind in ("ignored", "amended"):
            response = self._work(request) if fault.takes_effect else self._work_in_vain(request)
            if response.is_json:
                response.set_data(json.dumps(fault.amend(response.json)))
            return response
        if fault.takes_effect:
            self._work(request)
        if fault.kind == "unanswered":
            select.select([request.environ["werkzeug.socket"]], [], [], fault.seconds)
            raise ConnectionDropped
        return self._fail(fault)

    def _fail(self, fault: Fault) -> Response:
        if fault.kind == "connection_dropped":
            raise ConnectionDropped
        if fault.kind == "invalid_json":
            return Response('{"members": [{"user_', mimetype="application/json")
        if fault.kind == "html_page":
            return Response("<html><body><h1>502 Bad Gateway</h1></body></html>", status=502, mimetype="text/html")
        refused = errors.RefusedOnDemand(fault.status, fault.code) if fault.kind == "refused" else _REFUSALS[fault.kind]
        return self._refuse(refused, fault.retry_after)

    def _refuse(self, error: errors.ApiError, retry_after: int | None) -> Response:
        with self._app.app_context():
            response = error_response(error)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    def _work(self, request: Request) -> Response:
        with self._cloud.lock, self._lag.during(request.method, request.path.removeprefix(BASE_PATH)):
            response = Response(*run_wsgi_app(self._app.wsgi_app, request.environ, buffered=True))
            for watcher in self.watchers:
                watcher.worked(request.method, request.path)
        return response

    def _work_in_vain(self, request: Request) -> Response:
        with self._cloud.showing(self._cloud.snapshot()):
            return self._work(request)

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
