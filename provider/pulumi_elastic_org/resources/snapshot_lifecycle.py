"""What `SnapshotProvider` does when Pulumi's engine calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

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
from pulumi_elastic_org.snapshots.client import Cluster
from pulumi_elastic_org.snapshots.errors import ElasticsearchError
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import select, unmatched
from pulumi_elastic_org.snapshots.repositories import registered
from pulumi_elastic_org.snapshots.verify import IndexFacts

BEGUN = "begun"
"""The output that a snapshot has until it is whole: what the indices were like when it was begun."""


class SnapshotLifecycle(ClusterLifecycle):
    """Takes a snapshot and waits for it; what is in it is looked at before and after.

    A snapshot that was begun is kept in mind also where waiting for it fails, or something is missing in it: the next run goes on
    with it, and who takes the resource out of the program takes the snapshot away.
    """

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
        id_ = f"{read_cluster(props).uuid}/{props['repository']}/{props['name']}"
        return CreateResult(id_, {**self.kept(props), "contents": self._take(id_, props, {})})

    @one_clear_line
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        if BEGUN not in olds:
            return UpdateResult({**self.found(olds), **self.kept(news)})
        return UpdateResult({**self.kept(news), "contents": self._take(id_, news, olds[BEGUN])})

    @one_clear_line
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        found = super().diff(id_, olds, news)
        found.changes = found.changes or BEGUN in olds
        return found

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        cluster, repository = read_cluster(props), str(props["repository"])
        gone = repository not in registered(cluster) or not snapshots.find(cluster, repository, str(props["name"]))
        return ReadResult(None, {}) if gone else ReadResult(id_, without_provider(props))

    @one_clear_line
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        cluster, repository, name = read_cluster(props), str(props["repository"]), str(props["name"])
        if BEGUN in props and (repository not in registered(cluster) or not _ours(cluster, repository, name)):
            return  # it was never begun
        snapshots.delete(cluster, repository, name)

    def _take(self, id_: str, props: Properties, begun: Mapping[str, str]) -> dict[str, str]:
        """Takes the snapshot, or goes on with it; returns what is in it.

        Args:
            id_: The resource's id.
            props: The inputs.
            begun: What the indices were like when an earlier run began it.
        """
        cluster, repository, name = read_cluster(props), str(props["repository"]), str(props["name"])
        names = read_names(cluster)
        looked = take_inventory(cluster, select(names.indices | names.data_streams, props["indices"]))
        before = {**looked, **{index: IndexFacts.parse(facts) for index, facts in begun.items()}}
        progress = ShardProgress(f"Snapshot {repository}/{name}")
        started = bool(begun)

        def start() -> None:
            nonlocal started
            started = True

        try:
            taken = snapshots.take(cluster, repository, name, props["indices"], progress, start)
            after = take_inventory(cluster, taken.indices)
        except ElasticsearchError as error:
            if not started:
                raise
            facts = {index: str(one) for index, one in sorted(before.items())}
            raise self.unfinished(error, id_, props, **{BEGUN: facts}) from None
        say(f"Snapshot {repository}/{name}: {len(taken.indices)} indices, {taken.shards} shards, whole")
        return {index: str(before.get(index, facts).until(facts)) for index, facts in sorted(after.items())}


def _ours(cluster: Cluster, repository: str, name: str) -> bool:
    found = snapshots.find(cluster, repository, name)
    return found is not None and found.ours
