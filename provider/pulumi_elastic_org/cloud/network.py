"""How Elastic Cloud's API is reached: its address, proxies, which certificates are believed, how calls travel, what became
of those without an answer, and paths, built so that an id can never become another path."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from importlib.util import find_spec
from types import TracebackType
from typing import ParamSpec, TypeVar
from urllib.parse import quote, urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import should_bypass_proxies
from urllib3.exceptions import NewConnectionError

from pulumi_elastic_org.cloud.errors import (
    CloudError,
    ConfigurationError,
    NoAnswer,
    NobodyListens,
    TimedOut,
    Unreachable,
)
from pulumi_elastic_org.confidentiality import authority_mistake, is_loopback
from pulumi_elastic_org.model.printable import printable

API_PATH = "/api/v1"

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_ENDPOINT = "https://api.elastic-cloud.com"
"""Elastic Cloud's public API, the default of Elastic's own clients."""


def plain_endpoint(endpoint: str) -> str:
    """Returns an endpoint without its path, equal for two spellings of the same.

    Args:
        endpoint: The address of the API, with or without its ``/api/v1``.
    """
    return endpoint.strip().rstrip("/").removesuffix(API_PATH).rstrip("/").lower()


def checked_endpoint(endpoint: str) -> str:
    """Returns the address that the paths of calls are put behind.

    Args:
        endpoint: The address of the API, with or without its ``/api/v1``.

    Raises:
        ConfigurationError: It is no address of an API, or one to which the key would travel in clear.
    """
    try:
        parts = urlsplit(endpoint.strip())
        host, _ = parts.hostname or "", parts.port
        usable = parts.scheme in ("http", "https") and host and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise ConfigurationError(
            f"the endpoint of Elastic Cloud is an address such as {DEFAULT_ENDPOINT}, without a name, password, "
            "query or fragment: check EC_ENDPOINT"
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"the API key is not sent to {host} over plain HTTP, where anybody on the network can read it: use https"
        )
    path = parts.path.rstrip("/").removesuffix(API_PATH).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


BILLING_ENDPOINT = "https://cloud.elastic.co"
"""Where Elastic Cloud keeps the billing history (https://www.elastic.co/docs/api/doc/cloud-billing)."""


_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def check_network(endpoint: str) -> None:
    """Refuses a proxy or a certificate authority that cannot be used, before anything is sent.

    Args:
        endpoint: The address of the API, over HTTPS.

    Raises:
        ConfigurationError: The message names the variable, and the file.
    """
    authority = next((name for name in _AUTHORITIES if os.environ.get(name)), None)
    if authority and (mistake := authority_mistake(os.environ[authority])):
        raise ConfigurationError(
            f"{authority} names {printable(os.environ[authority])}, {mistake}: correct the variable or unset it. Nothing was sent"
        )
    variable = proxy_variable(endpoint)
    if variable and (wrong := _proxy_mistake(os.environ[variable])):
        raise ConfigurationError(f"{variable} {wrong}: correct the variable or unset it. Nothing was sent")


def authorities() -> str:
    """Returns which certificate authorities are trusted, in words."""
    authority = next((name for name in _AUTHORITIES if os.environ.get(name)), None)
    return f"those in {printable(os.environ[authority])}, which {authority} names" if authority else "the public ones"


def proxy_variable(endpoint: str) -> str | None:
    """Returns the environment variable by whose proxy an address is reached; ``None`` where none is.

    Args:
        endpoint: An address over HTTPS.
    """
    named = next(filter(None, map(_set, ("https", "all"))), None)
    return named if named and not should_bypass_proxies(endpoint, None) else None


def _set(scheme: str) -> str | None:
    """The spelling in lower case wins, also where it is empty."""
    spelling = next((one for one in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY") if one in os.environ), None)
    return spelling if spelling and os.environ[spelling] else None


def _proxy_mistake(proxy: str) -> str | None:
    """Why a proxy's address is none. It is never shown, since it may hold a password."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        usable = bool(parts.hostname) and parts.scheme in _SCHEMES and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        return "is not a proxy address, such as http://proxy.example:3128"
    if parts.scheme.startswith("socks") and find_spec("socks") is None:
        return "names a SOCKS proxy, for which PySocks is missing (pip install 'requests[socks]')"
    return None


BATCH_SIZE = 100
MAX_CSV_LENGTH = 3_800
"""In characters, encoded; with the endpoint and the path before it, a URL stays under about 4,000."""


def is_id(value: str) -> bool:
    """Whether a text can be one segment of a path, alone or in a list.

    Args:
        value: What may be an id.
    """
    return value not in ("", ".", "..") and value.isprintable() and not any(one in "/\\, " for one in value)


class Name(str):
    """What people call something, as a segment of a path: blanks may be within it."""

    __slots__ = ()


def encode(part: str | Sequence[str]) -> str:
    """Returns one segment of a path, percent-encoded.

    Args:
        part: A `Name` or an id, or several ids, which become a list separated by commas.

    Raises:
        ConfigurationError: An id or a name is empty or holds what would change the path. An id's value is not in the message: it
            may be a token.
    """
    if isinstance(part, Name):
        if not part.strip() or not is_id(part.replace(" ", "")):
            raise ConfigurationError(
                f"the name {printable(part)!r} is empty or contains a slash, a comma or a control character; nothing was sent"
            )
        return quote(part, safe="")
    return _encode_id(part) if isinstance(part, str) else ",".join(map(_encode_id, part))


def csv_batches(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yields the ids in order and without repetition, in batches that fit one URL each.

    Args:
        ids: User ids or invitation tokens.
    """
    batch: list[str] = []
    length = 0
    for item in dict.fromkeys(ids):
        added = len(_encode_id(item)) + 1
        if batch and (len(batch) == BATCH_SIZE or length + added > MAX_CSV_LENGTH):
            yield tuple(batch)
            batch, length = [], 0
        batch.append(item)
        length += added
    if batch:
        yield tuple(batch)


def _encode_id(value: str) -> str:
    if not is_id(value):
        raise ConfigurationError(
            "an id is empty or contains a space, a slash, a comma or a control character; nothing was sent: "
            "check the ids of the organization and of its people"
        )
    return quote(value, safe="")


MAX_THREADS = 8


class Transport:
    """Connections over HTTP, which threads share."""

    def adapter(self) -> BaseAdapter:
        """Returns what carries a request to the endpoint and an answer back, for one session."""
        return HTTPAdapter(pool_maxsize=MAX_THREADS, pool_block=False)

    def side_by_side(self, most: int = MAX_THREADS) -> Executor:
        """Returns what makes calls at the same time.

        Args:
            most: How many at once.
        """
        return _Threads(most)


class _Threads(Executor):
    """A thread for each task: what has begun is finished while a process ends, and `ThreadPoolExecutor` takes no task then.

    Args:
        most: How many at a time; a further task waits to be taken.
    """

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)
        self._threads: set[threading.Thread] = set()

    def submit(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()

        def work() -> None:
            try:
                future.set_result(task(*args, **kwargs))
            except BaseException as error:  # who asks for the result is told
                future.set_exception(error)
            finally:
                self._threads.discard(threading.current_thread())
                self._free.release()

        self._free.acquire()
        thread = threading.Thread(target=work, name="side by side")
        self._threads.add(thread)
        thread.start()
        return future

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Waits for what has begun, unless somebody who pressed Ctrl-C is to be told where things are."""
        self.shutdown(wait=not isinstance(error, KeyboardInterrupt))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - each has begun
        for thread in list(self._threads) if wait else ():
            thread.join()


HTTP = Transport()


_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL")
"""What OpenSSL says of an answer that is not encrypted, or not as it can be understood."""


def transport_error(error: Exception, action: str, endpoint: str, *, reads: bool, by_proxy: bool) -> CloudError:
    """Returns what became of a call that ended without an answer.

    Args:
        error: What the HTTP library, or the system below it, raised.
        action: What was asked for, after "cannot".
        endpoint: Where.
        reads: Whether the call only reads, so that it does not matter whether it has arrived.
        by_proxy: Whether the environment's proxies are used.
    """
    causes = tuple(_causes(error))
    if reads and any(isinstance(one, ssl.SSLError) and one.reason in _NO_TLS for one in causes):
        return ConfigurationError(f"cannot {action}: {endpoint} does not speak HTTPS: check EC_ENDPOINT")
    kind, what = _what_became(error, causes, endpoint, proxy_variable(endpoint) if by_proxy else None)
    return kind(f"cannot {action}: {what}")


def _what_became(
    error: Exception, causes: Sequence[BaseException], endpoint: str, proxy: str | None
) -> tuple[type[CloudError], str]:
    kind: type[CloudError] = NoAnswer
    what = f"the connection to {endpoint} broke before the answer was there."
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
        kind, what = (
            ConfigurationError,
            f"{endpoint} shows no certificate that can be verified; trusted are {authorities()}: check the address, and put the "
            "certificate of a proxy that inspects traffic into REQUESTS_CA_BUNDLE",
        )
    elif isinstance(error, ValueError):
        kind, what = ConfigurationError, f"{endpoint} is not a valid address: check EC_ENDPOINT"
    elif isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError) or any(
        isinstance(one, NewConnectionError) for one in causes
    ):
        kind, what = Unreachable, f"no connection to {endpoint}: check the address and the network."
        if proxy is not None:
            what = (
                f"the proxy that {proxy} names cannot be reached, or does not lead to {endpoint}: check that variable, or put the "
                "host into no_proxy."
            )
        elif any(isinstance(one.__cause__, ConnectionRefusedError) for one in causes):
            kind, what = NobodyListens, f"nothing listens at {endpoint}: check the address in EC_ENDPOINT."
    elif isinstance(error, requests.Timeout):
        kind, what = TimedOut, f"the connection to {endpoint} timed out before the answer was there."
    elif isinstance(error, requests.exceptions.SSLError):
        # It is not about the certificate, so the request may have been read whole.
        what = f"the encrypted connection to {endpoint} broke before the answer was there."
    return kind, what


def _causes(error: object) -> Iterator[BaseException]:
    """Yields an error and what caused it, as the libraries put one into another."""
    while isinstance(error, BaseException):
        yield error
        reason = getattr(error, "reason", None)
        error = reason if isinstance(reason, BaseException) else next(iter(error.args), None)
