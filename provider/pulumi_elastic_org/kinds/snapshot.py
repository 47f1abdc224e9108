"""`Snapshot`: a snapshot of a cluster's indices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pulumi_elastic_org.kinds.cluster import CONNECTION, ClusterKind, ShardProgress, address, read_cluster
from pulumi_elastic_org.lifecycle.interface import Difference, State
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, Where, known
from pulumi_elastic_org.snapshots import snapshots
from pulumi_elastic_org.snapshots.client import Cluster, ElasticsearchError
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, select, unmatched
from pulumi_elastic_org.snapshots.repositories import registered
from pulumi_elastic_org.snapshots.verify import IndexFacts

BEGUN = "begun"
"""The output that a snapshot has until it is whole: what the indices were like when it was begun."""


class Snapshot(ClusterKind):
    """Takes a snapshot and waits for it; what is in it is looked at before and after.

    A snapshot that was begun is kept in mind also where waiting for it fails, or something is missing in it: the next run goes on
    with it, and who takes the resource out of the program takes the snapshot away.
    """

    name = "Snapshot"
    what = "snapshot"
    properties = (
        *CONNECTION,
        Property("repository", Type.TEXT, "The repository's name.", required=True, replaces=True),
        Property("name", Type.TEXT, "The snapshot's name.", required=True, replaces=True),
        Property(
            "indices",
            Type.LIST,
            "Names and patterns of indices and data streams, with ``-`` in front for what is left out; all by default.",
            default=EVERYTHING,
            replaces=True,
        ),
        Property(
            "contents",
            Type.MAP,
            "What each index was like: documents, aliases, and a digest of the mappings.",
            Where.OUTPUT,
        ),
        Property(
            BEGUN,
            Type.MAP,
            "What the indices were like when a snapshot was begun that is not whole yet.",
            Where.OUTPUT,
            internal=True,
        ),
    )

    def own_mistakes(self, news: Properties) -> Iterator[str]:
        if not news.get("indices"):
            yield "indices: names no index; leave it out for all of them"

    def obstacles(self, news: Properties) -> Iterator[str]:
        if not known(news, ("indices", "name")):
            return
        cluster = read_cluster(news)
        names = read_names(cluster)
        if missing := unmatched(names.indices | names.data_streams, news["indices"]):
            yield f"{news['url']} has nothing named {', '.join(missing)}"
        repository = registered(cluster).get(news["repository"]) if known(news, ("repository",)) else None
        if repository is None:
            return  # it is made by the same update
        if not repository.writable:
            yield f"repository {repository.name} is read-only here: a snapshot cannot be taken into it"
        found = snapshots.find(cluster, repository.name, news["name"])
        if found is not None and not found.ours:
            yield f"repository {repository.name} has a snapshot {found.name} of somebody else: choose another name"

    def create(self, inputs: Properties) -> State:
        id_ = f"{read_cluster(inputs).uuid}/{inputs['repository']}/{inputs['name']}"
        return State(id_, {**self.kept(inputs), "contents": self._take(id_, inputs, {})})

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        if BEGUN not in olds:
            return State(id_, {**self.found(olds), **self.kept(news)})
        return State(id_, {**self.kept(news), "contents": self._take(id_, news, olds[BEGUN])})

    def diff(self, id_: str, olds: Properties, news: Properties) -> Difference:
        found = super().diff(id_, olds, news)
        return replace(found, changes=True) if BEGUN in olds else found

    def read(self, id_: str, outputs: Properties) -> State | None:
        cluster, repository = self.own_cluster(id_, outputs), str(outputs["repository"])
        gone = repository not in registered(cluster) or not snapshots.find(cluster, repository, str(outputs["name"]))
        return None if gone else State(id_, dict(outputs))

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        yield _snapshot(inputs)

    def delete(self, id_: str, outputs: Properties) -> None:
        if self.stays(_snapshot(outputs)):
            return
        cluster, repository, name = self.own_cluster(id_, outputs), str(outputs["repository"]), str(outputs["name"])
        if BEGUN in outputs and (repository not in registered(cluster) or not _ours(cluster, repository, name)):
            return  # it was never begun
        snapshots.delete(cluster, repository, name)

    def _take(self, id_: str, props: Properties, begun: Mapping[str, str]) -> dict[str, str]:
        """Takes the snapshot, or goes on with it; returns what is in it.

        Args:
            id_: The resource's id.
            props: The inputs.
            begun: What the indices were like when an earlier run began it.
        """
        cluster, repository, name = self.own_cluster(id_, props), str(props["repository"]), str(props["name"])
        names = read_names(cluster)
        looked = take_inventory(cluster, select(names.indices | names.data_streams, props["indices"]))
        before = {**looked, **{index: IndexFacts.parse(facts) for index, facts in begun.items()}}
        progress = ShardProgress(self.phase, f"Snapshot {repository}/{name}")
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
        self.phase.say(f"Snapshot {repository}/{name}: {len(taken.indices)} indices, {taken.shards} shards, whole")
        return {index: str(before.get(index, facts).until(facts)) for index, facts in sorted(after.items())}


def _snapshot(properties: Properties) -> str:
    return f"snapshot {properties['repository']}/{properties['name']} of {address(properties)}"


def _ours(cluster: Cluster, repository: str, name: str) -> bool:
    found = snapshots.find(cluster, repository, name)
    return found is not None and found.ours
