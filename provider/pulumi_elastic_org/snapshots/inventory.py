"""What a cluster holds: names, and what each index is like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pulumi_elastic_org.snapshots.client import Cluster
from pulumi_elastic_org.snapshots.renaming import Names
from pulumi_elastic_org.snapshots.verify import IndexFacts, facts_of

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
    for batch in _batches(sorted(set(indices))):
        definitions = cluster.ask(
            "read aliases and mappings",
            lambda es, batch=batch: (
                es.indices.get(  # type: ignore[misc]
                    index=batch, ignore_unavailable=True, expand_wildcards="all", features=["aliases", "mappings"]
                ).body
            ),
        )
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
    total = 0
    for batch in _batches(indices):
        answer = cluster.ask(
            "read the size of the indices",
            lambda es, batch=batch: (
                es.indices.stats(  # type: ignore[misc]
                    index=batch, metric="store", forbid_closed_indices=False
                ).body
            ),
        )
        total += int(answer["_all"]["primaries"].get("store", {}).get("size_in_bytes", 0))
    return total


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
    found: dict[str, int] = {}
    for batch in _batches(indices):
        answer = cluster.ask(
            "read which version made the indices",
            lambda es, batch=batch: (
                es.indices.get_settings(  # type: ignore[misc]
                    index=batch, name="index.version.created", flat_settings=True, expand_wildcards="all"
                ).body
            ),
        )
        for name, one in answer.items():
            found[name] = int(one["settings"]["index.version.created"]) // _MAJOR
    return found


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
