"""Restoring from a snapshot: refuse before anything starts, wait shard by shard, say what failed."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_elastic_org.model.printable import listed
from pulumi_elastic_org.snapshots.client import Cluster, RestoreIncomplete, RestoreRefused, SnapshotUnusable
from pulumi_elastic_org.snapshots.inventory import read_names
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, Renaming, obstacles, select, targets, unmatched
from pulumi_elastic_org.snapshots.snapshots import OnProgress, check, find

_SECONDS_BETWEEN_LOOKS = 0.5
_CAUSE = re.compile(r"Caused by: (?:[\w.$]+: )?([^\n]+)")


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What is restored.

    Args:
        repository: The repository, as the destination knows it.
        snapshot: The snapshot.
        indices: Names and patterns of what is restored; everything by default.
        renaming: New names; ``None`` to keep them.
    """

    repository: str
    snapshot: str
    indices: Sequence[str] = EVERYTHING
    renaming: Renaming | None = None


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What a restore creates.

    Args:
        targets: The name that each index and data stream of the snapshot gets.
        indices: The same by index, those behind data streams included.
    """

    targets: Mapping[str, str]
    indices: Mapping[str, str]


def plan_restore(cluster: Cluster, request: RestoreRequest) -> RestorePlan:
    """Returns what a restore creates.

    Args:
        cluster: The destination.
        request: What is restored.

    Raises:
        SnapshotUnusable: The snapshot is missing or incomplete, or does not hold what is asked for.
        ElasticsearchError: The destination cannot be asked.
    """
    snapshot = check(find(cluster, request.repository, request.snapshot), request.repository, request.snapshot)
    if missing := unmatched(snapshot.restorable, request.indices):
        raise SnapshotUnusable(f"snapshot {request.snapshot} contains nothing named {', '.join(missing)}")
    chosen = select(snapshot.restorable, request.indices)
    indices = [index for name in chosen for index in snapshot.behind(name)]
    return RestorePlan(targets(chosen, request.renaming), targets(indices, request.renaming))


def refuse_obstacles(cluster: Cluster, chosen: Mapping[str, str], aliases: Collection[str] = ()) -> None:
    """Refuses a restore onto what exists.

    Args:
        cluster: The destination.
        chosen: What is restored, with the name that it gets.
        aliases: The aliases that come along, as far as they are known.

    Raises:
        RestoreRefused: Something is in the way; all of it is listed.
        ElasticsearchError: The destination cannot be asked.
    """
    if found := list(obstacles(chosen, aliases, read_names(cluster))):
        raise RestoreRefused(listed("nothing was restored:", found))


def still_missing(cluster: Cluster, request: RestoreRequest, planned: RestorePlan) -> dict[str, str]:
    """Returns the targets without those that came out of the very same snapshot before, as their recovery says.

    Elasticsearch remembers how a shard came into being until the shard moves or its node starts anew.

    Args:
        cluster: The destination.
        request: Which snapshot.
        planned: What is restored of it.

    Raises:
        ElasticsearchError: The destination cannot be asked.
    """
    existing = read_names(cluster).indices & set(planned.indices.values())
    if not existing:
        return dict(planned.targets)
    answer = cluster.ask("read where the indices come from", lambda es: es.indices.recovery(active_only=False).body)
    origins = {target: source for source, target in planned.indices.items()}

    def same(target: str) -> bool:
        primaries = [shard for shard in answer.get(target, {}).get("shards", ()) if shard["primary"]]
        wanted = (request.repository, request.snapshot, origins[target])
        found = [tuple(shard["source"].get(key) for key in ("repository", "snapshot", "index")) for shard in primaries]
        return bool(found) and all(origin == wanted for origin in found)

    done = set(filter(same, existing))
    return {name: target for name, target in planned.targets.items() if target not in done}


def begin(cluster: Cluster, request: RestoreRequest, names: Sequence[str]) -> None:
    """Begins to restore; Elasticsearch creates all indices at once, or none.

    Args:
        cluster: The destination.
        request: Where from, and the new names.
        names: What is restored, by the names in the snapshot.

    Raises:
        ElasticsearchError: The destination refuses, or cannot be asked.
    """
    renaming = request.renaming
    cluster.ask(
        f"restore snapshot {request.snapshot}",
        lambda es: es.options(max_retries=0).snapshot.restore(
            repository=request.repository,
            snapshot=request.snapshot,
            indices=list(names),
            include_global_state=False,
            include_aliases=True,
            feature_states=["none"],
            wait_for_completion=False,
            rename_pattern=None if renaming is None else renaming.pattern,
            rename_replacement=None if renaming is None else renaming.replacement,
        ),
    )


def wait(cluster: Cluster, indices: Collection[str], on_progress: OnProgress = lambda *_: None) -> int:
    """Waits until every primary shard of the restored indices is there.

    Args:
        cluster: The destination.
        indices: By their names at the destination.
        on_progress: Is told how far it has come.

    Returns:
        How many shards there are.

    Raises:
        RestoreIncomplete: Shards were not restored; all of them are named, with the reason.
        ElasticsearchError: The destination cannot be asked.
    """
    while True:
        running = _still_restoring(cluster, indices)
        shards = _primaries(cluster, indices)
        done = sum(shard["state"] in ("STARTED", "RELOCATING") for shard in shards)
        on_progress(done, len(shards))
        if done == len(shards) and shards:
            return done
        if not running:
            break
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    failed = [shard for shard in shards if shard["state"] not in ("STARTED", "RELOCATING")]
    missing = [f"{shard['index']}, shard {shard['shard']}: {_why(shard)}" for shard in failed]
    broken = ", ".join(sorted({shard["index"] for shard in failed})) or "what is incomplete"
    raise RestoreIncomplete(
        f"{listed(f'{len(failed)} of {len(shards)} shards were not restored:', missing)}\n"
        f"fix the cause, delete {broken} on the destination, then run again: the rest is kept"
    )


def _still_restoring(cluster: Cluster, indices: Collection[str]) -> bool:
    answer: Any = cluster.ask(
        "read how far the restore is", lambda es: es.cluster.state(metric="customs", filter_path="restore").body
    )
    running = (answer.get("restore") or {}).get("snapshots") or ()
    return any(set(indices) & set(one.get("indices") or ()) for one in running)


def _primaries(cluster: Cluster, indices: Collection[str]) -> list[dict[str, str]]:
    rows: Any = cluster.ask(
        "read how far the restore is",
        lambda es: es.cat.shards(format="json", h="index,shard,prirep,state,unassigned.reason,unassigned.details").body,
    )
    return [row for row in rows if row["prirep"] == "p" and row["index"] in indices]


def _why(shard: dict[str, str]) -> str:
    details = shard.get("unassigned.details") or shard.get("unassigned.reason") or "no reason given"
    causes = _CAUSE.findall(details)
    return causes[-1].strip() if causes else details.splitlines()[0]
