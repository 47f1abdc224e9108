"""Calls that never leave the process: a request of the client goes to the emulator's application, and one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from io import BytesIO
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from pulumi_elastic_org.cloud.network import Transport

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1:1"
ENDPOINT = f"http://{HOST}"
"""A place on loopback where nothing listens: what escapes this transport fails."""

P = ParamSpec("P")
T = TypeVar("T")


class InProcess(Transport):
    """Carries every call of a session by one function, and makes no two at the same time.

    Args:
        carry: Takes a request, and how long the client waits for its answer in seconds; returns the answer, or raises what
            `requests` raises.
    """

    def __init__(self, carry: Callable[[requests.PreparedRequest, float], requests.Response]) -> None:
        self._carry = carry

    def adapter(self) -> BaseAdapter:
        return _Adapter(self._carry)

    def side_by_side(self, most: int = 1) -> Executor:  # noqa: ARG002
        return _InOrder()


def answer(application: WSGIApplication, request: requests.PreparedRequest) -> requests.Response:
    """Has an application answer a request.

    Args:
        application: What answers.
        request: As the client prepared it.
    """
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> Callable[[bytes], object]:
        started[:] = [int(status[:3]), headers]
        return lambda _part: None

    content = b"".join(application(_environ(request), start))
    response = requests.Response()
    response.status_code, response.headers = started[0], CaseInsensitiveDict(started[1])
    response.request, response.url = request, str(request.url)
    response._content, response._content_consumed = content, True  # type: ignore[attr-defined]
    return response


class _Adapter(BaseAdapter):
    def __init__(self, carry: Callable[[requests.PreparedRequest, float], requests.Response]) -> None:
        super().__init__()
        self._carry = carry

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002
        timeout: Any = None,
        verify: bool | str = True,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        return self._carry(request, timeout[1])

    def close(self) -> None:
        """Keeps nothing open."""


class _InOrder(Executor):
    """Does each task when it is handed in."""

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as error:  # and what ends the process ends it here
            future.set_exception(error)
        return future


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    parts = urlsplit(str(request.url))
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else body
    headers = {f"HTTP_{name.upper().replace('-', '_')}": str(value) for name, value in request.headers.items()}
    return {
        **headers,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(content)),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(content),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
