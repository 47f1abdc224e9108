"""Taking a snapshot, and being sure of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_elastic_org.snapshots.client import Cluster, ClusterRefused, ClusterUnreachable, SnapshotUnusable
from pulumi_elastic_org.snapshots.renaming import BACKING

OnProgress = Callable[[int, int], None]
"""Is told how many shards of how many are done, whenever it was looked."""

IN_PROGRESS = "IN_PROGRESS"
SUCCESS = "SUCCESS"
TAKEN_BY = {"taken_by": "pulumi-elastic-org"}
_SECONDS_BETWEEN_LOOKS = 0.5
_SHOWN_FAILURES = 10


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot as a repository shows it.

    Args:
        name: Its name.
        state: Elasticsearch's word, such as ``"SUCCESS"``, ``"IN_PROGRESS"`` or ``"PARTIAL"``.
        indices: The indices in it.
        data_streams: The data streams in it.
        failures: The shards that are not in it, each with the reason.
        shards: How many shards are in it.
        ours: Whether this package took it.
    """

    name: str
    state: str
    indices: tuple[str, ...]
    data_streams: tuple[str, ...]
    failures: tuple[str, ...]
    shards: int
    ours: bool

    @property
    def restorable(self) -> tuple[str, ...]:
        """What can be asked of a restore: indices and data streams, the latter in place of the indices behind them."""
        behind = {index for stream in self.data_streams for index in self.behind(stream)}
        return (*(index for index in self.indices if index not in behind), *self.data_streams)

    def behind(self, name: str) -> tuple[str, ...]:
        """Returns the indices of a data stream; for an index, itself."""
        if name not in self.data_streams:
            return (name,)
        return tuple(index for index in self.indices if index.startswith(f"{BACKING}{name}-"))


def find(cluster: Cluster, repository: str, name: str) -> StoredSnapshot | None:
    """Returns a snapshot, or ``None`` where there is none of this name.

    Args:
        cluster: Which cluster has the repository.
        repository: The repository.
        name: The snapshot.

    Raises:
        ElasticsearchError: The cluster cannot be asked, or has no such repository.
    """
    try:
        answer = cluster.ask(
            f"read snapshot {name} of repository {repository}",
            lambda es: es.snapshot.get(repository=repository, snapshot=name).body,
        )
    except ClusterRefused as error:
        if error.kind == "snapshot_missing_exception":
            return None
        raise
    return _read(answer["snapshots"][0])


def take(
    cluster: Cluster,
    repository: str,
    name: str,
    indices: Sequence[str],
    on_progress: OnProgress = lambda *_: None,
    on_begun: Callable[[], None] = lambda: None,
) -> StoredSnapshot:
    """Takes a snapshot and waits for it; one that this package took before, or is taking, is carried on with.

    Neither the cluster's state nor its features are part of it: users, roles and settings do not belong to another cluster.

    Args:
        cluster: Of which cluster.
        repository: Where it goes.
        name: Its name.
        indices: Names and patterns of indices and data streams.
        on_progress: Is told how far it has come.
        on_begun: Is told that the snapshot is there from now on, or may be.

    Raises:
        SnapshotUnusable: It failed, is incomplete, or there is one of this name that somebody else took.
        ElasticsearchError: The cluster refuses, or cannot be asked.
    """
    found = find(cluster, repository, name)
    if found is None:
        _begin(cluster, repository, name, indices, on_begun)
        found = find(cluster, repository, name)
    elif not found.ours:
        raise SnapshotUnusable(
            f"repository {repository} already has a snapshot {name}, which was not taken by this program: choose another name"
        )
    else:
        on_begun()
    while found is not None and found.state == IN_PROGRESS:
        on_progress(*_shards(cluster, repository, name))
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        found = find(cluster, repository, name)
    taken = check(found, repository, name)
    on_progress(taken.shards, taken.shards)
    return taken


def check(found: StoredSnapshot | None, repository: str, name: str) -> StoredSnapshot:
    """Returns a snapshot that is whole.

    Args:
        found: What was found.
        repository: Where it was looked for.
        name: By which name.

    Raises:
        SnapshotUnusable: It is missing or incomplete; the message says what is missing, and what to do.
    """
    if found is None:
        raise SnapshotUnusable(f"there is no snapshot {name} in repository {repository}: check both names")
    if found.state != SUCCESS or found.failures:
        failures = "".join(f"\n  - {one}" for one in found.failures[:_SHOWN_FAILURES])
        raise SnapshotUnusable(
            f"snapshot {name} in repository {repository} is {found.state}: fix the cause, delete it, then take it again{failures}"
        )
    return found


def delete(cluster: Cluster, repository: str, name: str) -> None:
    """Deletes a snapshot; one that is gone already, with or without its repository, is no error.

    Args:
        cluster: Which cluster has the repository.
        repository: The repository.
        name: The snapshot.

    Raises:
        ElasticsearchError: The cluster refuses, or cannot be asked.
    """
    cluster.delete(
        f"delete snapshot {name} of repository {repository}",
        lambda es: es.snapshot.delete(repository=repository, snapshot=name),
    )


def _begin(cluster: Cluster, repository: str, name: str, indices: Sequence[str], on_begun: Callable[[], None]) -> None:
    try:
        cluster.ask(
            f"take snapshot {name}",
            lambda es: es.snapshot.create(
                repository=repository,
                snapshot=name,
                indices=list(indices),
                include_global_state=False,
                feature_states=["none"],
                metadata=TAKEN_BY,
                wait_for_completion=False,
            ),
        )
    except ClusterRefused as error:
        # A repeated request is refused because the first one, whose answer got lost, began it.
        if error.kind not in ("snapshot_name_already_in_use_exception", "invalid_snapshot_name_exception"):
            if error.status >= 500:
                on_begun()
            raise
        if find(cluster, repository, name) is None:
            raise
    except ClusterUnreachable:
        on_begun()
        raise
    on_begun()


def _shards(cluster: Cluster, repository: str, name: str) -> tuple[int, int]:
    answer = cluster.ask(
        f"read how far snapshot {name} is",
        lambda es: es.snapshot.status(repository=repository, snapshot=name).body,
    )
    stats = answer["snapshots"][0]["shards_stats"]
    return int(stats["done"]), int(stats["total"])


def _read(raw: Any) -> StoredSnapshot:
    return StoredSnapshot(
        str(raw["snapshot"]),
        str(raw["state"]),
        tuple(sorted(raw["indices"])),
        tuple(sorted(raw.get("data_streams") or ())),
        tuple(f"{one['index']}, shard {one['shard_id']}: {one['reason']}" for one in raw.get("failures") or ()),
        int((raw.get("shards") or {}).get("total", 0)),
        (raw.get("metadata") or {}).get("taken_by") == TAKEN_BY["taken_by"],
    )
