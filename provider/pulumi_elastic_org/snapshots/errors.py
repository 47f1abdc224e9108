"""What can go wrong with an Elasticsearch cluster. Messages hold no credentials: Elasticsearch itself names users, not secrets."""

from __future__ import annotations

from pulumi_elastic_org.actionable import ActionableError


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
