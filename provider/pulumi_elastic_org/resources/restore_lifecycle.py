"""What `RestoreProvider` does when Pulumi's engine calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pulumi.dynamic import CreateResult

from pulumi_elastic_org.resources.cluster_lifecycle import ClusterLifecycle, Properties, known, read_cluster
from pulumi_elastic_org.resources.failures import one_clear_line
from pulumi_elastic_org.resources.live import say
from pulumi_elastic_org.resources.progress import ShardProgress
from pulumi_elastic_org.snapshots import restore, snapshots
from pulumi_elastic_org.snapshots.client import Cluster
from pulumi_elastic_org.snapshots.errors import RestoreIncomplete
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import Renaming, obstacles, select, targets
from pulumi_elastic_org.snapshots.repositories import registered
from pulumi_elastic_org.snapshots.restore import RestorePlan, RestoreRequest
from pulumi_elastic_org.snapshots.verify import IndexFacts, differences


class RestoreLifecycle(ClusterLifecycle):
    """Restores once, and proves it; what is restored belongs to nobody but the cluster from then on.

    So nothing is forgotten where a restore fails that was begun: the next run finds the indices by their recovery and waits for
    them, and a resource that is taken out of the program leaves them, as it always does.
    """

    SETTINGS: ClassVar[tuple[str, ...]] = ("repository", "snapshot", "indices", "rename", "expected")
    IDENTITY: ClassVar[tuple[str, ...]] = ("url", "repository", "snapshot", "indices", "rename")

    def mistakes(self, news: Properties) -> Iterator[str]:
        if not news.get("indices"):
            yield "indices: names no index; leave it out for all of them"
        if known(news, ("rename",)) and (renaming := _renaming(news)):
            yield from renaming.mistakes()

    def look_ahead(self, news: Properties) -> Iterator[str]:
        if not known(news, ("indices", "rename")):
            return
        cluster = read_cluster(news)
        expected = _expected(news) if known(news, ("expected",)) else {}
        if _is_there(cluster, news):
            planned = restore.plan_restore(cluster, _request(news))
            yield from _in_the_way(cluster, _request(news), planned, expected)
        else:  # made by the same update: only what is named can be looked for
            exact = [one for one in news["indices"] if "*" not in one and not one.startswith("-")]
            named = select(expected, news["indices"]) or exact
            yield from obstacles(targets(named, _renaming(news)), _aliases(expected, named), read_names(cluster))

    @one_clear_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        cluster, request, expected = read_cluster(props), _request(props), _expected(props)
        planned = restore.plan_restore(cluster, request)
        done = restore.restored_before(cluster, request, planned.indices)
        missing = {name: target for name, target in planned.targets.items() if target not in done}
        restore.refuse_obstacles(cluster, missing, _aliases(expected, missing))
        if missing:
            restore.begin(cluster, request, list(missing))
        place = f"Restore {request.repository}/{request.snapshot}"
        shards = restore.wait(cluster, planned.indices.values(), ShardProgress(place))
        found = take_inventory(cluster, planned.indices.values())
        if differing := list(differences(expected, found, planned.indices)):
            raise RestoreIncomplete(
                "\n".join(
                    [f"{place}: not everything is as it was in the snapshot:", *(f"  - {one}" for one in differing)]
                )
            )
        documents = sum(facts.fewest or 0 for facts in found.values())
        say(f"{place}: {len(found)} indices, {shards} shards, {documents:,} documents")
        restored = {index: str(facts) for index, facts in sorted(found.items())}
        return CreateResult(
            f"{cluster.uuid}/{request.repository}/{request.snapshot}", {**self.kept(props), "restored": restored}
        )

    @one_clear_line
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        say(f"Restore {props['repository']}/{props['snapshot']}: the restored indices stay")


def _is_there(cluster: Cluster, news: Properties) -> bool:
    if not known(news, ("repository", "snapshot")) or news["repository"] not in registered(cluster):
        return False
    return snapshots.find(cluster, news["repository"], news["snapshot"]) is not None


def _in_the_way(
    cluster: Cluster, request: RestoreRequest, planned: RestorePlan, expected: Mapping[str, IndexFacts]
) -> Iterator[str]:
    done = restore.restored_before(cluster, request, planned.indices)
    missing = {name: target for name, target in planned.targets.items() if target not in done}
    return obstacles(missing, _aliases(expected, missing), read_names(cluster))


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
