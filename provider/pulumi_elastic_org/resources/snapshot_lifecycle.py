"""What `SnapshotProvider` does when Pulumi's engine calls it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pulumi.dynamic import CreateResult, ReadResult

from pulumi_elastic_org.resources.cluster_lifecycle import (
    ClusterLifecycle,
    Properties,
    known,
    read_cluster,
    without_provider,
)
from pulumi_elastic_org.resources.failures import one_clear_line
from pulumi_elastic_org.resources.live import say
from pulumi_elastic_org.resources.progress import ShardProgress
from pulumi_elastic_org.snapshots import snapshots
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import select, unmatched
from pulumi_elastic_org.snapshots.repositories import registered


class SnapshotLifecycle(ClusterLifecycle):
    """Takes a snapshot and waits for it; what is in it is looked at before and after."""

    SETTINGS: ClassVar[tuple[str, ...]] = ("repository", "name", "indices")
    IDENTITY: ClassVar[tuple[str, ...]] = ("url", "repository", "name", "indices")

    def mistakes(self, news: Properties) -> Iterator[str]:
        if not news.get("indices"):
            yield "indices: names no index; leave it out for all of them"

    def look_ahead(self, news: Properties) -> Iterator[str]:
        if not known(news, ("indices", "name")):
            return
        cluster = read_cluster(news)
        names = read_names(cluster)
        if missing := unmatched(names.indices | names.data_streams, news["indices"]):
            yield f"{news['url']} has nothing that is called {', '.join(missing)}"
        repository = registered(cluster).get(news["repository"]) if known(news, ("repository",)) else None
        if repository is None:
            return  # it is made by the same update
        if not repository.writable:
            yield f"repository {repository.name} is read-only here: a snapshot cannot be taken into it"
        found = snapshots.find(cluster, repository.name, news["name"])
        if found is not None and not found.ours:
            yield f"repository {repository.name} has a snapshot {found.name} of somebody else: choose another name"

    @one_clear_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        cluster = read_cluster(props)
        repository, name = str(props["repository"]), str(props["name"])
        names = read_names(cluster)
        before = take_inventory(cluster, select(names.indices | names.data_streams, props["indices"]))
        progress = ShardProgress(f"Snapshot {repository}/{name}")
        taken = snapshots.take(cluster, repository, name, props["indices"], progress)
        after = take_inventory(cluster, taken.indices)
        contents = {index: str(before.get(index, facts).until(facts)) for index, facts in sorted(after.items())}
        say(f"Snapshot {repository}/{name}: {len(taken.indices)} indices, {taken.shards} shards, whole")
        return CreateResult(f"{cluster.uuid}/{repository}/{name}", {**self.kept(props), "contents": contents})

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        cluster, repository = read_cluster(props), str(props["repository"])
        gone = repository not in registered(cluster) or not snapshots.find(cluster, repository, str(props["name"]))
        return ReadResult(None, {}) if gone else ReadResult(id_, without_provider(props))

    @one_clear_line
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        snapshots.delete(read_cluster(props), str(props["repository"]), str(props["name"]))
