"""Answers of Elasticsearch that end: the official client reads whatever a server sends, also compressed, into memory."""

from __future__ import annotations

from typing import Any, NamedTuple

from elastic_transport import NodeConfig, Urllib3HttpNode
from urllib3 import HTTPConnectionPool

LONGEST_ANSWER = 128 * 1024 * 1024
"""In bytes, decompressed: the mappings of a cluster with thousands of indices are longer than any answer of Elastic Cloud."""
_PART = 65_536


class AnswerTooLong(ValueError):
    """An answer has more than `LONGEST_ANSWER` bytes; as a `ValueError`, the client tries it only once."""


class BoundedNode(Urllib3HttpNode):
    """A connection that reads an answer no further than `LONGEST_ANSWER`.

    Args:
        config: What the client was given.
    """

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool: Any = _BoundedPool(self.pool)


class _Reply(NamedTuple):
    """An answer, read to its end."""

    status: int
    headers: Any
    data: bytes


class _BoundedPool:
    def __init__(self, pool: HTTPConnectionPool) -> None:
        self._pool = pool

    def urlopen(self, method: str, target: str, **options: Any) -> _Reply:
        response = self._pool.urlopen(method, target, **options, preload_content=False)
        content = bytearray()
        try:
            for part in response.stream(_PART):
                content += part
                if len(content) > LONGEST_ANSWER:
                    response.close()
                    raise AnswerTooLong
        finally:
            response.release_conn()
        return _Reply(response.status, response.headers, bytes(content))

    def close(self) -> None:
        self._pool.close()
