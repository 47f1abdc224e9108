"""Everything that would make a migration fail half way, found before anything is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.hosted import keystore_names
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.procedures.migration import Inventory, Migration
from pulumi_elastic_org.snapshots.client import Cluster, ClusterRefused, ElasticsearchError
from pulumi_elastic_org.snapshots.inventory import (
    available_bytes,
    created_by,
    read_names,
    size_in_bytes,
    take_inventory,
    without_primary,
)
from pulumi_elastic_org.snapshots.renaming import BACKING, Names, obstacles, select, targets, unmatched
from pulumi_elastic_org.snapshots.repositories import registered
from pulumi_elastic_org.snapshots.snapshots import find

T = TypeVar("T")

_NO_SUCH_QUESTION = (400, 404, 405)
"""How a cluster without security answers: it has no such path. Version 7 with a basic licence says `_SECURITY_IS_OFF`."""
_SECURITY_IS_OFF = "Security must be explicitly enabled"

_INDEX_PRIVILEGES = ("read", "view_index_metadata", "monitor", "maintenance")


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a migration.

    Args:
        cluster: Its Elasticsearch.
        session: The connection to Elastic Cloud that may change the deployment; ``None`` for a cluster that is not there.
        deployment_id: Elastic's id of the deployment; ``None`` for a cluster that is not on Elastic Cloud.
    """

    cluster: Cluster
    session: Session | None = None
    deployment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far earlier runs have come, as far as it changes what is looked for.

    Args:
        snapshot_begun: Whether the snapshot of this name is their own.
        expected: The snapshot's indices, where it is done: then the source is not asked any more.
        restore_begun: Whether what exists on the destination is their own work.
    """

    snapshot_begun: bool = False
    expected: Inventory | None = None
    restore_begun: bool = False


@dataclass(frozen=True, slots=True)
class MigrationFindings:
    """What was found before a migration.

    Args:
        inventory: The indices that move, as they are.
        targets: The name that each gets.
        problems: Everything that would make it fail; empty when it may begin.
        notes: What to know of it beside.
    """

    inventory: Inventory
    targets: Mapping[str, str]
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yields what will move, and what to know of it."""
        for source, facts in sorted(self.inventory.items()):
            target = self.targets.get(source, source)
            renamed = f" as {target}" if target != source else ""
            yield f"move {source}{renamed}: {facts.documents} documents"
        yield from (f"  ! {note}" for note in self.notes)


def look(migration: Migration, source: Side, destination: Side, progress: Progress) -> MigrationFindings:
    """Looks for everything that would make a migration fail half way, and changes nothing.

    Args:
        migration: What moves.
        source: Where from.
        destination: Where to.
        progress: How far earlier runs have come.
    """
    problems = list(migration.mistakes())
    notes: list[str] = []
    sides = [destination] if progress.expected is not None else [source, destination]
    for side in sides:
        problems += _keystore_problems(migration, side, notes)
    reached = [_attempt(lambda side=side: side.cluster.uuid, problems) for side in sides]  # type: ignore[misc]
    inventory: Inventory = progress.expected or {}
    if problems or None in reached:
        return MigrationFindings(inventory, {}, tuple(problems), ())
    if len(set(reached)) < len(reached):
        problems.append("the source and the destination are one and the same cluster")
    moving: tuple[str, ...] = tuple(inventory)
    if progress.expected is None:
        moving = _attempt(lambda: _look_at_source(migration, source, progress, problems), problems) or ()
        inventory = _attempt(lambda: take_inventory(source.cluster, moving), problems) or {}
    chosen = targets([*moving, *inventory], migration.renaming)
    _attempt(lambda: _look_at_destination(migration, destination, chosen, inventory, progress, problems), problems)
    if progress.expected is None and not problems:
        _attempt(lambda: problems.extend(_misfits(source.cluster, destination.cluster, list(inventory))), problems)
    closed = [name for name, facts in inventory.items() if facts.fewest is None]
    if closed:
        notes.append(f"closed, so not counted, and open once restored: {', '.join(sorted(closed))}")
    return MigrationFindings(inventory, chosen, tuple(problems), tuple(notes))


def _look_at_source(migration: Migration, source: Side, progress: Progress, problems: list[str]) -> tuple[str, ...]:
    cluster = source.cluster
    names = read_names(cluster)
    available = [*_plain(names), *names.data_streams]
    if missing := unmatched(available, migration.indices):
        problems.append(f"the source has nothing named {', '.join(missing)}")
    chosen = select(available, migration.indices)
    if not chosen:
        problems.append("the source has no index that would move")
        return ()
    problems += privilege_problems(cluster, chosen)
    if red := sorted(set(without_primary(cluster)) & set(chosen)):
        problems.append(f"no snapshot of these can be complete, since a primary shard is missing: {', '.join(red)}")
    earlier = registered(cluster).get(migration.repository.name)
    if earlier is not None and not earlier.same_place(migration.repository):
        problems.append(_elsewhere(migration, cluster))
    elif earlier is not None and not progress.snapshot_begun and find(cluster, earlier.name, migration.snapshot):
        problems.append(
            f"repository {earlier.name} already has a snapshot {migration.snapshot}: name another one, or go on with the journal "
            "of the run that took it"
        )
    return chosen


def _look_at_destination(
    migration: Migration,
    destination: Side,
    chosen: Mapping[str, str],
    inventory: Inventory,
    progress: Progress,
    problems: list[str],
) -> None:
    cluster = destination.cluster
    problems += privilege_problems(cluster, tuple(chosen.values()))
    earlier = registered(cluster).get(migration.repository.name)
    if earlier is not None and not earlier.same_place(migration.repository):
        problems.append(_elsewhere(migration, cluster))
    if not progress.restore_begun:
        aliases = {alias for facts in inventory.values() for alias in facts.alias_names}
        problems += obstacles(chosen, aliases, read_names(cluster))


def _misfits(source: Cluster, destination: Cluster, indices: list[str]) -> Iterator[str]:
    """What a restore refuses: by Elasticsearch's rules of compatibility, and by the room that is left."""
    if destination.version < source.version:
        versions = f"{_dotted(destination)} at the destination, {_dotted(source)} at the source"
        yield f"a snapshot is never restored into an older Elasticsearch ({versions}): upgrade the destination first"
    too_old = sorted(name for name, major in created_by(source, indices).items() if major < destination.version[0] - 1)
    if too_old:
        yield (
            f"the destination cannot read what Elasticsearch made before version {destination.version[0] - 1}: "
            f"reindex these on the source first: {', '.join(too_old)}"
        )
    needed, left = size_in_bytes(source, indices), available_bytes(destination)
    if needed > left:
        yield f"the destination has {left:,} bytes left, and the indices take {needed:,} without their replicas"


def _keystore_problems(migration: Migration, side: Side, notes: list[str]) -> Iterator[str]:
    wanted = migration.repository.secure_settings
    if not wanted:
        return
    if side.session is None or side.deployment_id is None:
        yield (
            f"{side.cluster.name} is given by its address, so the repository's credentials cannot be put into its keystore: "
            "name the deployment by its id, or put them there yourself and leave secure_settings out"
        )
        return
    try:
        replaced = sorted(keystore_names(side.session, side.deployment_id) & set(wanted))
    except CloudError as error:
        yield str(error)
        return
    if replaced:
        notes.append(f"replaced in the keystore of {side.cluster.name}: {', '.join(replaced)}")


def privilege_problems(cluster: Cluster, indices: tuple[str, ...]) -> Iterator[str]:
    """Yields what the credentials for a cluster may not do, and a migration needs.

    Args:
        cluster: One end of the migration.
        indices: What it reads or writes there.

    Raises:
        ClusterRefused: It could not be found out. A cluster without security is asked nothing.
    """
    wanted: Any = [{"names": list(indices) or ["*"], "privileges": list(_INDEX_PRIVILEGES)}]
    try:
        answer = cluster.ask(
            "read what the credentials may do",
            lambda es: es.security.has_privileges(cluster=["manage"], index=wanted).body,
        )
    except ClusterRefused as error:
        if error.status in _NO_SUCH_QUESTION or _SECURITY_IS_OFF in str(error):
            return
        raise
    if answer["has_all_requested"]:
        return
    lacking = [name for name, has in answer["cluster"].items() if not has]
    lacking += sorted({name for one in answer["index"].values() for name, has in one.items() if not has})
    yield f"the credentials for {cluster.name} lack: {', '.join(lacking)}"


def _plain(names: Names) -> Iterator[str]:
    """Indices that stand for themselves: those behind a data stream move with it."""
    return (name for name in names.indices if not (names.data_streams and name.startswith(BACKING)))


def _elsewhere(migration: Migration, cluster: Cluster) -> str:
    return (
        f"{cluster.name} already has a repository {migration.repository.name} at another location: choose another name"
    )


def _dotted(cluster: Cluster) -> str:
    return ".".join(map(str, cluster.version))


def _attempt(look: Callable[[], T], problems: list[str]) -> T | None:
    try:
        return look()
    except ElasticsearchError as error:
        problems.append(str(error))
        return None
