"""One connection to one cluster, over the official client, and what can go wrong with it, as errors that people can act on.

Messages hold no credentials: Elasticsearch itself names users, not secrets.
"""

from __future__ import annotations

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.clock import DeadlinePassed, within
from pulumi_elastic_org.confidentiality import authority_mistake, is_loopback, scrubbed
from pulumi_elastic_org.model.printable import printable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


class ElasticsearchError(ActionableError):
    """A cluster could not be asked, refused, or did not do what was asked; the message says what, and what to do."""


class ConnectionMistake(ElasticsearchError):
    """The address or the credentials are invalid; nothing was sent."""


class ClientMissing(ElasticsearchError):
    """The official client is not installed."""


class ClusterUnreachable(ElasticsearchError):
    """There is no connection, or it broke."""


class ClusterRefused(ElasticsearchError):
    """The cluster answered with an error.

    Args:
        text: The whole message.
        status: The HTTP status.
        kind: Elasticsearch's type of the error, such as ``"repository_missing_exception"``; ``""`` where there is none.
    """

    def __init__(self, text: str, status: int, kind: str) -> None:
        super().__init__(text)
        self.status = status
        self.kind = kind


class SnapshotUnusable(ElasticsearchError):
    """A snapshot is missing, incomplete, or somebody else's of the same name."""


class RestoreRefused(ElasticsearchError):
    """A restore would touch what already exists; nothing was begun."""

    refusal = True


class RestoreIncomplete(ElasticsearchError):
    """Some shards were not restored; the message names them."""


T = TypeVar("T")

REQUEST_TIMEOUT_SECONDS = 60.0
DEADLINE_SECONDS = 300.0
"""How long a call may take in all, with what is tried again."""
RETRIES = 3
_LONGEST_REASON = 2000
_KEY = re.compile(r"[!-~]+")
_REMEDIES: Mapping[int, str] = {
    401: "check the API key, or the user name and password, of this cluster",
    403: "use credentials with the cluster privilege 'manage', and 'all' on the indices that move",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a cluster.

    Args:
        url: Its address, such as ``"https://my-deployment.es.eu-west-1.aws.elastic-cloud.com"``; plain HTTP on loopback only.
        api_key: An Elasticsearch API key, encoded as Elasticsearch shows it; never printed.
        username: A user, instead of an API key.
        password: The user's password; never printed.
        ca_file: The path of the certificate authority that signed the cluster's certificate; the system's own by default.
    """

    url: str
    api_key: str | None = field(default=None, repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    def mistakes(self) -> Iterator[str]:
        """Yields everything that is invalid."""
        try:
            parts = urlsplit(self.url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            parts, host = urlsplit(""), ""
        if parts.scheme not in ("http", "https") or not host:
            yield "the address of Elasticsearch is an URL such as https://HOST:9243"
        elif "@" in parts.netloc:
            yield "the address of Elasticsearch contains a user or a password: give them separately"
        elif parts.scheme == "http" and not is_loopback(host):
            yield f"credentials are not sent to {host} over plain HTTP, where anybody on the network can read them: use https"
        if (self.username is None) != (self.password is None):
            yield "a user name and a password belong together"
        if (self.api_key is None) == (self.username is None):
            yield "give either an API key of Elasticsearch, or a user name and a password"
        if self.api_key is not None and not _KEY.fullmatch(self.api_key):
            yield "the API key of Elasticsearch is empty, or contains a blank or another character that no key has"
        if self.ca_file is not None and parts.scheme == "http":
            yield "ca_file is for an address with https: take it out"
        elif self.ca_file is not None and (mistake := authority_mistake(self.ca_file)):
            yield f"ca_file is {self.ca_file}, {mistake}"

    def secrets(self) -> tuple[str, ...]:
        """Returns what must not show in errors: the credentials, also as they stand in the header of a request."""
        basic = b64encode(f"{self.username}:{self.password}".encode()).decode() if self.password else None
        return tuple(secret for secret in (self.api_key, self.password, basic) if secret)

    def check(self) -> None:
        """Raises `ConnectionMistake` with everything that is invalid."""
        if found := list(self.mistakes()):
            raise ConnectionMistake("; ".join(found))


class Cluster:
    """A cluster that can be asked.

    Args:
        connection: How to reach it; nothing is sent yet.
        name: What messages call it.

    Raises:
        ConnectionMistake: The connection is invalid.
        ClientMissing: The official client is not installed.
    """

    def __init__(self, connection: Connection, name: str = "Elasticsearch") -> None:
        connection.check()
        self.name = name
        self.url = connection.url
        self._secrets = connection.secrets()
        self._client = _client(connection)

    def __repr__(self) -> str:
        return f"Cluster(name={self.name!r}, url={self.url!r})"

    def ask(self, action: str, call: Callable[[Elasticsearch], T]) -> T:
        """Returns what a call of the official client returns.

        Args:
            action: What is asked for, after "cannot" in an error.
            call: Makes the call.

        Raises:
            ClusterRefused: The cluster answered with an error.
            ClusterUnreachable: There is no connection, it broke, or an answer came that is too long.
        """
        from elasticsearch import ApiError, SSLError, TransportError  # noqa: PLC0415 - a command that moves no data does without

        from pulumi_elastic_org.snapshots.bounded_node import LONGEST_ANSWER, AnswerTooLong  # noqa: PLC0415 - as above

        try:
            return within(DEADLINE_SECONDS, lambda: call(self._client))
        except ApiError as error:
            raise _refused(f"{self.name}: cannot {action}", error.status_code, error.body, self._secrets) from None
        except AnswerTooLong:
            raise ClusterUnreachable(
                f"{self.name}: cannot {action}: the answer has more than {LONGEST_ANSWER} bytes ({self.url}): check the address"
            ) from None
        except SSLError:
            raise ClusterUnreachable(
                f"{self.name}: cannot {action}: the certificate cannot be verified ({self.url}): check the address, and name the "
                "file of the certificate authority that signed it"
            ) from None
        except (DeadlinePassed, TransportError):
            raise ClusterUnreachable(
                f"{self.name}: cannot {action}: no connection, or it broke ({self.url}): check the address and the network"
            ) from None

    def delete(self, action: str, call: Callable[[Elasticsearch], object]) -> None:
        """Has something deleted; that it is gone already is no error. Arguments and errors as for `ask`."""
        try:
            self.ask(action, call)
        except ClusterRefused as error:
            if error.status != 404:
                raise

    @cached_property
    def info(self) -> Mapping[str, Any]:
        """What the cluster says of itself: ``cluster_name``, ``cluster_uuid`` and ``version``."""
        return self.ask("read what cluster this is", lambda es: es.info().body)

    @property
    def uuid(self) -> str:
        """The cluster's own id, by which two addresses of one cluster are known to be the same."""
        return str(self.info["cluster_uuid"])

    @property
    def version(self) -> tuple[int, ...]:
        """The version as numbers, such as ``(8, 19, 3)``."""
        return tuple(int(part) for part in str(self.info["version"]["number"]).split("-")[0].split("."))


def _client(connection: Connection) -> Elasticsearch:
    try:
        from elasticsearch import Elasticsearch  # noqa: PLC0415 - loaded when data moves
    except ModuleNotFoundError:
        raise ClientMissing(
            "moving data needs the official Elasticsearch client: pip install 'pulumi-elastic-org[migrate]'"
        ) from None
    from pulumi_elastic_org.snapshots.bounded_node import BoundedNode  # noqa: PLC0415 - it needs the client

    # Its warnings of each retry come with a traceback, which Python writes to standard error where nobody has set up logging.
    logging.getLogger("elastic_transport").addHandler(logging.NullHandler())
    credentials: dict[str, Any] = (
        {"api_key": connection.api_key}
        if connection.api_key is not None
        else {"basic_auth": (connection.username or "", connection.password or "")}
    )
    if connection.ca_file is not None:
        credentials["ca_certs"] = connection.ca_file
    return Elasticsearch(
        connection.url,
        node_class=BoundedNode,
        request_timeout=REQUEST_TIMEOUT_SECONDS,
        max_retries=RETRIES,
        retry_on_timeout=True,
        **credentials,
    )


def _refused(attempt: str, status: int, body: Any, secrets: Iterable[str]) -> ClusterRefused:
    error = body.get("error") if isinstance(body, Mapping) else None
    kind, reasons = "", []
    while isinstance(error, Mapping):
        kind = kind or str(error.get("type") or "")
        reasons.append(str(error.get("reason") or error.get("type") or ""))
        error = error.get("caused_by")
    said = ": ".join(dict.fromkeys(filter(None, reasons))) or f"HTTP status {status} without an explanation"
    said = printable(scrubbed(said[:_LONGEST_REASON], secrets))  # a proxy in between may repeat what it was sent
    remedy = _REMEDIES.get(status)
    return ClusterRefused(f"{attempt}: {said}" + (f"; {remedy}" if remedy else ""), status, kind)
