"""One authenticated, patient connection to Elastic Cloud's API, to be shared by threads."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import version
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from pydantic import TypeAdapter, ValidationError
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from pulumi_elastic_org.clock import DeadlinePassed, now, within
from pulumi_elastic_org.cloud.errors import (
    HOW_TO_GET_A_KEY,
    IN_THE_PROGRAM,
    CloudError,
    ConfigurationError,
    KeyOrigin,
    KeyRefused,
    NoAnswer,
    OutcomeUnknown,
    RateLimited,
    ServerFailed,
    TimedOut,
    Unreachable,
    UnreadableAnswer,
    api_error,
    error_details,
    shown,
)
from pulumi_elastic_org.cloud.models import AnyAnswer, parse
from pulumi_elastic_org.cloud.network import (
    API_PATH,
    HTTP,
    MAX_THREADS,
    Transport,
    check_network,
    checked_endpoint,
    encode,
    transport_error,
)
from pulumi_elastic_org.cloud.pacing import Pacing, Patience, http_date, in_utc, retry_after
from pulumi_elastic_org.confidentiality import redact_logs

LONGEST_ANSWER = 32 * 1024 * 1024
"""In bytes, decompressed; the members of an organization of ten thousand people take five million."""
EXPIRY_NOTICE = timedelta(days=14)

_LOGGER = logging.getLogger(__name__)
_PART = 65_536
_CREDENTIALS = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # `token68` of RFC 9110, section 11.2, which the header takes
_NEVER_SENT = (Unreachable, RateLimited)
_MAYBE_DONE = (NoAnswer, ServerFailed, UnreadableAnswer)
_TIME = TypeAdapter(datetime)


def _no_reason_not_to() -> None:
    pass


class Session:
    """Talks to Elastic Cloud: authenticates, keeps connections, waits for the rate limit, repeats what is safe to repeat.

    Args:
        endpoint: The address of the API, with or without its ``/api/v1``; plain HTTP only on loopback.
        api_key: The key, as Elastic Cloud showed it.
        warn: Called with one line for people: the key expires soon, a wait is long. The default logs a warning.
        patience: How long and how often to try.
        transport: How calls travel.
        key_from: Where the key came from, for messages.

    Attributes:
        pacing: How it waits and tries again.
        key_expires_at: When the key ends, by the last answer that told; ``None`` where none did.

    Raises:
        ConfigurationError: The endpoint or the key is invalid.
    """

    def __init__(
        self,
        endpoint: str,
        api_key: str,
        *,
        warn: Callable[[str], None] = _LOGGER.warning,
        patience: Patience | None = None,
        transport: Transport = HTTP,
        key_from: KeyOrigin = IN_THE_PROGRAM,
    ) -> None:
        self.endpoint = checked_endpoint(endpoint)
        self._key = _checked_key(api_key, key_from)
        self._key_from = key_from
        self._warn = warn
        self._patience = patience = patience or Patience()
        self._transport = transport
        self.pacing = Pacing(patience, warn)
        self._timeout = (patience.connect_timeout, patience.read_timeout)
        self._deadline = patience.deadline
        self.key_expires_at: datetime | None = None
        self._notice_lock = threading.Lock()
        self._expiry_noticed = False
        redact_logs()
        self._http = _FollowingNothing()
        self._http.auth = _KeyAuth(self._key)
        self._http.headers.update(
            {"User-Agent": f"pulumi-elastic-org/{version('pulumi-elastic-org')}", "Accept": "application/json"}
        )
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A proxy from the environment would see the key on its way to loopback, where nothing encrypts it.
        self._http.trust_env = self.endpoint.startswith("https:")
        if self._http.trust_env:
            check_network(self.endpoint)
        adapter = transport.adapter()
        self._http.mount("https://", adapter)
        self._http.mount("http://", adapter)

    def __repr__(self) -> str:
        return f"Session(endpoint={self.endpoint!r})"

    def beside(self, endpoint: str) -> Session:
        """Returns a connection of the same key with another host of Elastic Cloud, which is asked no more than twice.

        Args:
            endpoint: The address of the host, as for the session.
        """
        patience = replace(self._patience, attempts=min(2, self._patience.attempts))
        return self._another(endpoint, self._key, patience, self._key_from)

    def with_key(self, api_key: str, place: str = IN_THE_PROGRAM.place) -> Session:
        """Returns a connection of another key with the same host.

        Args:
            api_key: The key, as for the session.
            place: Where it came from.

        Raises:
            ConfigurationError: The key is invalid.
        """
        return self._another(self.endpoint, api_key, self._patience, KeyOrigin(place))

    def _another(self, endpoint: str, api_key: str, patience: Patience, key_from: KeyOrigin) -> Session:
        return Session(
            endpoint, api_key, warn=self._warn, patience=patience, transport=self._transport, key_from=key_from
        )

    def call(
        self,
        method: str,
        *path: str | Sequence[str],
        action: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        repeatable: bool = True,
        secrets: Sequence[str] = (),
        text: bool = False,
        before_sending: Callable[[], None] = _no_reason_not_to,
    ) -> Any:
        """Makes one call, as often as it takes within the session's patience.

        Args:
            method: ``"GET"``, ``"POST"`` or ``"DELETE"``.
            path: The segments of the path after ``/api/v1``, not encoded; several ids of one segment as a sequence.
            action: What is asked for, after "cannot" in an error.
            body: The JSON to send.
            query: The parameters after the path.
            repeatable: Whether the call may be made again when its outcome is not known. A 429 is always repeated.
            secrets: What must not show in errors, such as the tokens of the path.
            text: Whether the answer is text, such as XML, and not JSON.
            before_sending: Is called after all waiting, each time before the request leaves; what it raises keeps it from leaving.

        Returns:
            The JSON of the answer, or its text; ``None`` for an answer without a body.

        Raises:
            ApiError: An answer with an error status, after the repetitions that it allows.
            Unreachable: There is no connection.
            NoAnswer: The connection broke or timed out each time.
            UnreadableAnswer: No JSON came back.
            OutcomeUnknown: A call that is not repeatable may have taken effect.
            ConfigurationError: An id is invalid, or the endpoint is not the API.
        """
        url = "/".join((self.endpoint + API_PATH, *map(encode, path)))
        request = _Request(method, url, action, body, query, (self._key, *secrets), text)
        again = (*_NEVER_SENT, *_MAYBE_DONE) if repeatable else _NEVER_SENT
        attempts: list[CloudError] = []

        def attempt() -> Any:
            self.pacing.before_call()
            before_sending()
            try:
                return self._attempt(request)
            except CloudError as error:
                attempts.append(error)
                raise

        try:
            return self.pacing.retrying(*again)(attempt)
        except CloudError as error:
            error.maybe_done = any(one.maybe_done for one in attempts)
            if repeatable or error not in attempts or not isinstance(error, _MAYBE_DONE):
                raise
            under_way = isinstance(error, TimedOut)
            raise OutcomeUnknown(f"{error} It is not known whether it was done.", under_way=under_way) from None

    def ask(
        self, model: type[AnyAnswer], method: str, *path: str | Sequence[str], action: str, **how: Any
    ) -> AnyAnswer:
        """Makes one call and checks its answer.

        Args:
            model: What the answer must be.
            method: As for `call`.
            path: As for `call`.
            action: As for `call`.
            how: What else `call` takes.

        Raises:
            UnreadableAnswer: What is needed of the answer is missing or of another type.
            CloudError: As for `call`.
        """
        return parse(model, self.call(method, *path, action=action, **how), action)

    def side_by_side(self, most: int = MAX_THREADS) -> Executor:
        """Returns what makes several calls at the same time.

        Args:
            most: How many.
        """
        return self._transport.side_by_side(most)

    def _attempt(self, request: _Request) -> Any:
        action, secrets = request.action, request.secrets
        answer = self._send(request)
        if isinstance(answer, CloudError):
            raise answer
        self.pacing.observe(answer.headers)
        self._notice_expiry(answer.headers)
        if 300 <= answer.status < 400:
            host = shown(_host(answer.headers.get("Location", "")), secrets) or "another place"
            raise ConfigurationError(
                f"cannot {action}: {self.endpoint} redirects to {host}, and the key is not sent there: "
                "set EC_ENDPOINT to the address of the API itself"
            )
        if answer.status >= 400:
            error = api_error(
                action, answer.status, error_details(answer.content, secrets), retry_after(answer.headers)
            )
            if isinstance(error, KeyRefused):
                error.key_from = self._key_from
            raise error
        if not answer.content:
            return None
        try:
            content = answer.content.decode("utf-8-sig") if request.text else json.loads(answer.content)
        except (ValueError, RecursionError):  # the latter is what JSON nested a thousand levels deep gives
            kind = shown(answer.headers.get("Content-Type", "no content type").partition(";")[0], secrets)
            form = "text" if request.text else "JSON"
            raise UnreadableAnswer(
                f"cannot {action}: the answer is not {form} ({kind}): check that {self.endpoint} is Elastic Cloud's API, "
                "and what stands between."
            ) from None
        if isinstance(content, dict) and content.get("errors"):  # whatever the status says
            raise api_error(action, answer.status, error_details(answer.content, secrets))
        return content

    def _send(self, request: _Request) -> _Reply | CloudError:
        """Returns an error rather than raises it: raised here, it would carry the library's own, and with it the key."""
        action = request.action

        def exchange() -> _Reply | CloudError:
            try:
                with self._http.request(
                    request.method,
                    request.url,
                    params=request.query,
                    json=request.body,
                    timeout=self._timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    content = bytearray()
                    for part in response.iter_content(_PART):
                        content += part
                        if len(content) > LONGEST_ANSWER:
                            return UnreadableAnswer(
                                f"cannot {action}: the answer has more than {LONGEST_ANSWER} bytes."
                            )
                    return _Reply(response.status_code, response.headers, bytes(content))
            except (OSError, HTTPError) as error:  # the library's own are of the first kind, but some escape it
                reads, by_proxy = request.method == "GET", self._http.trust_env
                return transport_error(error, action, self.endpoint, reads=reads, by_proxy=by_proxy)

        try:
            return within(self._deadline, exchange)
        except DeadlinePassed:
            return TimedOut(
                f"cannot {action}: {self.endpoint} had not sent the whole answer after {self._deadline:.0f} s."
            )

    def _notice_expiry(self, headers: Mapping[str, str]) -> None:
        expires = _time(headers.get("X-Elastic-Api-Key-Expiration", ""))
        if expires is None:
            return
        self.key_expires_at = expires
        if expires - now() >= EXPIRY_NOTICE:
            return
        with self._notice_lock:
            noticed, self._expiry_noticed = self._expiry_noticed, True
        if not noticed:
            self._warn(
                f"The API key expires on {expires:%Y-%m-%d}: create another in the Elastic Cloud console. {self._key_from}"
            )


@dataclass(frozen=True, slots=True, repr=False)  # which would show the key
class _Request:
    """A call as it is sent, as often as it takes; the key is among its secrets."""

    method: str
    url: str
    action: str
    body: Mapping[str, Any] | None
    query: Mapping[str, str] | None
    secrets: Sequence[str]
    text: bool


class _Reply(NamedTuple):
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class _FollowingNothing(requests.Session):
    """Follows no redirect, and does not even look where it leads: `requests` does, and fails, where that is no address."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        return None


class _KeyAuth(AuthBase):
    """Sets the header as authentication, since `requests` would let a .netrc file replace a plain header."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"ApiKey {self._key}"
        return request


def _checked_key(key: str, key_from: KeyOrigin) -> str:
    if not key:
        raise ConfigurationError(f"there is no API key for Elastic Cloud. {HOW_TO_GET_A_KEY}")
    if not _CREDENTIALS.fullmatch(key):
        raise ConfigurationError(
            "the API key contains a space, a quote, a line break or another character that no key has: copy it again, without what "
            f"surrounds it. {key_from}"
        )
    return key


def _host(location: str) -> str:
    """Returns the host of a redirect; ``""`` where it names none."""
    try:
        return urlsplit(location).hostname or ""
    except ValueError:
        return ""


def _time(value: str) -> datetime | None:
    try:
        return in_utc(_TIME.validate_python(value))
    except (OverflowError, ValidationError):
        return http_date(value)
