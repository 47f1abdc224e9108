"""What a cluster holds: names, and what each index is like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pulumi_elastic_org.snapshots.client import Cluster
from pulumi_elastic_org.snapshots.renaming import Names
from pulumi_elastic_org.snapshots.verify import IndexFacts, facts_of

if TYPE_CHECKING:
    from elastic_transport import ObjectApiResponse
    from elasticsearch import Elasticsearch

_BATCH = 40
"""Index names are at most 255 bytes long, and Elasticsearch refuses request lines over 4,096 bytes, so long ones go alone."""
_MAX_PATH = 3_000
_MAJOR = 1_000_000  # Elasticsearch writes a version such as 8.17 as 8,170,099 or 8,521,000


def read_names(cluster: Cluster) -> Names:
    """Returns the names of everything that a cluster holds, without its system indices.

    Args:
        cluster: Which cluster.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    answer = cluster.ask("list the indices", lambda es: es.indices.resolve_index(name="*", expand_wildcards="all").body)
    own = [one for one in answer["indices"] if "system" not in one["attributes"]]
    system = {one["name"] for one in answer["indices"]} - {one["name"] for one in own}
    return Names(
        frozenset(one["name"] for one in own),
        frozenset(one["name"] for one in answer["aliases"] if not system.intersection(_listed(one["indices"]))),
        frozenset(one["name"] for one in answer["data_streams"]),
    )


def take_inventory(cluster: Cluster, indices: Iterable[str]) -> dict[str, IndexFacts]:
    """Returns what indices are like; those that do not exist are left out.

    Documents are counted as a search sees them, after a refresh: nested ones are part of their parents.

    Args:
        cluster: Which cluster.
        indices: Their names, without patterns.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    found: dict[str, IndexFacts] = {}
    for definitions in _in_batches(
        cluster,
        "read aliases and mappings",
        sorted(set(indices)),
        lambda es, batch: es.indices.get(
            index=batch, ignore_unavailable=True, expand_wildcards="all", features=["aliases", "mappings"]
        ),
    ):
        if definitions:
            counts = _count(cluster, sorted(definitions))
            found |= {name: facts_of(one, counts.get(name)) for name, one in definitions.items()}
    return found


def size_in_bytes(cluster: Cluster, indices: Sequence[str]) -> int:
    """Returns how much room the primary shards of indices take.

    Args:
        cluster: Which cluster.
        indices: Their names.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    answers = _in_batches(
        cluster,
        "read the size of the indices",
        indices,
        lambda es, batch: es.indices.stats(index=batch, metric="store", forbid_closed_indices=False),
    )
    return sum(int(one["_all"]["primaries"].get("store", {}).get("size_in_bytes", 0)) for one in answers)


def available_bytes(cluster: Cluster) -> int:
    """Returns how much room the disks of a cluster have left.

    Args:
        cluster: Which cluster.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    answer = cluster.ask("read the room that is left", lambda es: es.cluster.stats().body)
    return int(answer["nodes"]["fs"].get("available_in_bytes", 0))


def without_primary(cluster: Cluster) -> tuple[str, ...]:
    """Returns the indices of which a primary shard is missing, and which no snapshot can hold whole.

    Args:
        cluster: Which cluster.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    answer = cluster.ask("read the health", lambda es: es.cluster.health(level="indices").body)
    return tuple(sorted(name for name, one in answer.get("indices", {}).items() if one["status"] == "red"))


def created_by(cluster: Cluster, indices: Sequence[str]) -> dict[str, int]:
    """Returns the major version of Elasticsearch that made each index, which decides what can read it.

    Args:
        cluster: Which cluster.
        indices: Their names.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    answers = _in_batches(
        cluster,
        "read which version made the indices",
        indices,
        lambda es, batch: es.indices.get_settings(
            index=batch, name="index.version.created", flat_settings=True, expand_wildcards="all"
        ),
    )
    return {
        name: int(one["settings"]["index.version.created"]) // _MAJOR
        for answer in answers
        for name, one in answer.items()
    }


def _count(cluster: Cluster, indices: list[str]) -> dict[str, int]:
    """Documents by index; a closed index is missing."""
    states = cluster.ask(
        "list the indices",
        lambda es: es.cat.indices(index=indices, expand_wildcards="all", h="index,status", format="json").body,
    )
    opened = [row["index"] for row in _listed(states) if row["status"] == "open"]
    if not opened:
        return {}
    cluster.ask("refresh the indices", lambda es: es.indices.refresh(index=opened))
    answer: Any = cluster.ask(
        "count the documents",
        lambda es: (
            es.search(index=opened, size=0, aggs={"by_index": {"terms": {"field": "_index", "size": len(opened)}}}).body
        ),
    )
    buckets = {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["aggregations"]["by_index"]["buckets"]}
    return {name: buckets.get(name, 0) for name in opened}


def _in_batches(
    cluster: Cluster,
    action: str,
    names: Sequence[str],
    call: Callable[[Elasticsearch, list[str]], ObjectApiResponse[Any]],
) -> Iterator[Any]:
    """What a call about indices answers, so many of them at a time as fit into a request."""
    for batch in _batches(names):
        yield cluster.ask(action, lambda es, batch=batch: call(es, batch).body)  # type: ignore[misc]


def _batches(names: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for name in names:
        if batch and (len(batch) == _BATCH or sum(map(len, batch)) + len(name) > _MAX_PATH - _BATCH):
            yield batch
            batch = []
        batch.append(name)
    if batch:
        yield batch


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
