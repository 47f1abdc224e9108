"""`Restore`: indices restored from a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_elastic_org.kinds.cluster import CONNECTION, ClusterKind, ShardProgress, read_cluster
from pulumi_elastic_org.lifecycle.interface import State
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, Where, known
from pulumi_elastic_org.snapshots import restore, snapshots
from pulumi_elastic_org.snapshots.client import Cluster, RestoreIncomplete
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, Renaming, obstacles, select, targets
from pulumi_elastic_org.snapshots.repositories import registered
from pulumi_elastic_org.snapshots.restore import RestoreRequest
from pulumi_elastic_org.snapshots.verify import IndexFacts, differences


class Restore(ClusterKind):
    """Restores once, and proves it; what is restored belongs to nobody but the cluster from then on.

    So nothing is forgotten where a restore fails that was begun: the next run finds the indices by their recovery and waits for
    them, and a resource that is taken out of the program leaves them, as it always does.
    """

    name = "Restore"
    what = "restore"
    properties = (
        *CONNECTION,
        Property(
            "repository",
            Type.TEXT,
            "The name of the repository, as this cluster knows it.",
            required=True,
            replaces=True,
        ),
        Property("snapshot", Type.TEXT, "The snapshot's name.", required=True, replaces=True),
        Property(
            "indices",
            Type.LIST,
            "Names and patterns of what is restored, with ``-`` in front for what is left out; everything by default.",
            default=EVERYTHING,
            replaces=True,
        ),
        Property(
            "rename",
            Type.OBJECT,
            "A regular expression and its replacement, for new names.",
            replaces=True,
            fields=(
                Property("pattern", Type.TEXT, "The regular expression.", required=True),
                Property("replacement", Type.TEXT, 'Its replacement, such as ``"acme-$1"``.', required=True),
            ),
        ),
        Property("expected", Type.MAP, "What the indices were like, with which the restored ones are compared."),
        Property(
            "restored",
            Type.MAP,
            "What each restored index was like: documents, aliases, and a digest of the mappings.",
            Where.OUTPUT,
        ),
    )

    def own_mistakes(self, news: Properties) -> Iterator[str]:
        if not news.get("indices"):
            yield "indices: names no index; leave it out for all of them"
        if known(news, ("rename",)) and (renaming := _renaming(news)):
            yield from renaming.mistakes()
        if known(news, ("expected",)):
            try:
                _expected(news)
            except ValueError:
                yield "expected: is what an index was like, as the contents of a Snapshot have it"

    def obstacles(self, news: Properties) -> Iterator[str]:
        if not known(news, ("indices", "rename")):
            return
        cluster = read_cluster(news)
        expected = _expected(news) if known(news, ("expected",)) else {}
        if _is_there(cluster, news):
            request = _request(news)
            chosen = restore.still_missing(cluster, request, restore.plan_restore(cluster, request))
        else:  # made by the same update: only what is named can be looked for
            exact = [one for one in news["indices"] if "*" not in one and not one.startswith("-")]
            chosen = targets(select(expected, news["indices"]) or exact, _renaming(news))
        yield from obstacles(chosen, _aliases(expected, chosen), read_names(cluster))

    def create(self, inputs: Properties) -> State:
        cluster, request, expected = read_cluster(inputs), _request(inputs), _expected(inputs)
        planned = restore.plan_restore(cluster, request)
        missing = restore.still_missing(cluster, request, planned)
        restore.refuse_obstacles(cluster, missing, _aliases(expected, missing))
        if missing:
            restore.begin(cluster, request, list(missing))
        place = f"Restore {request.repository}/{request.snapshot}"
        shards = restore.wait(cluster, planned.indices.values(), ShardProgress(self.phase, place))
        found = take_inventory(cluster, planned.indices.values())
        if differing := list(differences(expected, found, planned.indices)):
            raise RestoreIncomplete(
                "\n".join(
                    [f"{place}: not everything is as it was in the snapshot:", *(f"  - {one}" for one in differing)]
                )
            )
        documents = sum(facts.fewest or 0 for facts in found.values())
        self.phase.say(f"{place}: {len(found)} indices, {shards} shards, {documents:,} documents")
        restored = {index: str(facts) for index, facts in sorted(found.items())}
        return State(
            f"{cluster.uuid}/{request.repository}/{request.snapshot}", {**self.kept(inputs), "restored": restored}
        )

    def delete(self, id_: str, outputs: Properties) -> None:
        self.phase.say(f"Restore {outputs['repository']}/{outputs['snapshot']}: the restored indices stay")


def _is_there(cluster: Cluster, news: Properties) -> bool:
    if not known(news, ("repository", "snapshot")) or news["repository"] not in registered(cluster):
        return False
    return snapshots.find(cluster, news["repository"], news["snapshot"]) is not None


def _request(properties: Properties) -> RestoreRequest:
    return RestoreRequest(
        str(properties["repository"]), str(properties["snapshot"]), properties["indices"], _renaming(properties)
    )


def _renaming(properties: Properties) -> Renaming | None:
    rename = properties.get("rename")
    return Renaming(str(rename["pattern"]), str(rename["replacement"])) if rename else None


def _expected(properties: Properties) -> dict[str, IndexFacts]:
    return {str(name): IndexFacts.parse(str(text)) for name, text in (properties.get("expected") or {}).items()}


def _aliases(expected: Mapping[str, IndexFacts], names: Any) -> set[str]:
    return {alias for name in names if name in expected for alias in expected[name].alias_names}
