"""Migrating between two real clusters: checked first, resumable at every step, proven at the end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.migrate import Migrator
from pulumi_elastic_org.procedures.migration import Migration, MigrationStep, report
from pulumi_elastic_org.procedures.preflight import Side
from pulumi_elastic_org.procedures.procedure import run
from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.renaming import Renaming
from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.elasticsearch_node.node import Node
from tests.support.nodes import damage, fill


@pytest.fixture
def migration(old: Node, repository: Repository) -> Migration:
    fill(old, "books", 300, aliases={"library": {}}, shards=2)
    fill(old, "films", 200)
    return Migration(repository)


@pytest.fixture
def sides(source: Cluster, destination: Cluster) -> tuple[Side, Side]:
    return Side(source), Side(destination)


@pytest.fixture
def journal(tmp_path: Path, migration: Migration) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.jsonl", "migrate", migration.subject) as journal:
        yield journal


def documents(node: Node) -> dict[str, int]:
    """Documents by index."""
    rows = node.client.cat.indices(format="json", h="index,docs.count").body
    return {row["index"]: int(row["docs.count"]) for row in rows if not row["index"].startswith(".security")}  # type: ignore[index]


def migrator(migration: Migration, sides: tuple[Side, Side]) -> Migrator:
    return Migrator(migration, lambda: sides)


def problems(migration: Migration, sides: tuple[Side, Side], journal: Journal) -> str:
    with pytest.raises(PreconditionsUnmet) as refused:
        migrator(migration, sides).check(journal)
    return str(refused.value)


def test_an_undisturbed_migration_takes_every_step_once_and_agrees(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, new: Node
) -> None:
    taken = list(run(migrator(migration, sides), journal))
    assert [one.name for one in taken] == [step.value for step in MigrationStep]
    assert documents(new) == {"books": 300, "films": 200}
    done = report(migration, journal.entries)
    assert done["finished"]
    assert [(one["source"], one["documents"]) for one in done["indices"]] == [
        ("books", {"expected": "300", "found": "300"}),
        ("films", {"expected": "200", "found": "200"}),
    ]
    assert new.client.snapshot.get_repository()["moving"]["settings"]["readonly"] == "true"
    assert list(run(migrator(migration, sides), journal)) == []


@pytest.mark.parametrize("moment", [*(step.value for step in MigrationStep), "during:snapshot", "during:restore"])
def test_a_killed_migration_goes_on_and_ends_in_the_same_place(
    moment: str, migration: Migration, sides: tuple[Side, Side], tmp_path: Path, old: Node, new: Node
) -> None:
    path = tmp_path / "journal.jsonl"
    command = [sys.executable, "-m", "tests.migrate.run", old.url, new.url, migration.repository.settings["location"]]
    root = Path(__file__).parents[2]
    died = subprocess.run([*command, str(path), moment], cwd=root, check=False, timeout=120)
    assert died.returncode == -9
    with Journal(path, "migrate", migration.subject) as journal:
        list(run(migrator(migration, sides), journal))
        assert report(migration, journal.entries)["finished"]
    assert documents(new) == {"books": 300, "films": 200}
    assert list(new.client.indices.get_alias(name="library")) == ["books"]


def test_what_somebody_undid_after_a_step_is_done_again(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node, new: Node
) -> None:
    steps = run(migrator(migration, sides), journal)
    assert next(steps).name == MigrationStep.REGISTER_SOURCE.value
    old.client.snapshot.delete_repository(name="moving")
    steps = run(migrator(migration, sides), journal)
    while next(steps).name != MigrationStep.RESTORE.value:
        pass
    new.client.indices.delete(index="films")
    new.client.snapshot.delete_repository(name="moving")

    list(run(migrator(migration, sides), journal))

    assert documents(new) == {"books": 300, "films": 200}


def test_indices_are_chosen_and_renamed(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, new: Node
) -> None:
    chosen = Migration(migration.repository, indices=("b*",), renaming=Renaming("(.+)", "acme-$1"))
    list(run(migrator(chosen, sides), journal))
    assert documents(new) == {"acme-books": 300}


def test_what_exists_on_the_destination_is_refused_before_anything_is_changed(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node, new: Node
) -> None:
    fill(new, "films", 1)
    fill(new, "library", 1)
    with pytest.raises(PreconditionsUnmet) as refused:
        list(run(migrator(migration, sides), journal))
    assert "films: the destination has an index of this name" in str(refused.value)
    assert "library: the destination has an index of this name" in str(refused.value)
    assert old.client.snapshot.get_repository() == {}
    assert journal.entries == ()


def test_every_problem_is_found_at_once(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node, new: Node
) -> None:
    old.client.snapshot.create_repository(
        name="moving", repository={"type": "fs", "settings": {"location": f"{old.repositories}/other"}}
    )
    fill(new, "books", 1)
    found = problems(Migration(migration.repository, indices=("books", "music")), sides, journal)
    assert "the source has nothing named music" in found
    assert "the source already has a repository moving at another location" in found
    assert "books: the destination has an index of this name" in found


def test_a_snapshot_of_another_run_is_refused(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node
) -> None:
    settings = dict(migration.repository.settings)
    old.client.snapshot.create_repository(name="moving", repository={"type": "fs", "settings": settings})
    old.client.snapshot.create(repository="moving", snapshot=migration.snapshot, wait_for_completion=True)
    assert "already has a snapshot elastic-org-migration" in problems(migration, sides, journal)


def test_one_cluster_is_not_both_ends(migration: Migration, sides: tuple[Side, Side], journal: Journal) -> None:
    assert "one and the same cluster" in problems(migration, (sides[0], sides[0]), journal)


def test_unreachable_clusters_are_both_told(migration: Migration, journal: Journal) -> None:
    nobody = Connection("http://127.0.0.1:9", api_key="key")
    found = problems(
        migration, (Side(Cluster(nobody, "the source")), Side(Cluster(nobody, "the destination"))), journal
    )
    assert "the source: cannot read what cluster this is" in found
    assert "the destination: cannot read what cluster this is" in found


def test_missing_privileges_are_named(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node
) -> None:
    limited = old.client.security.create_api_key(
        name="limited",
        role_descriptors={
            "reader": {
                "cluster": ["monitor", "monitor_snapshot"],
                "indices": [{"names": ["*"], "privileges": ["read", "view_index_metadata", "monitor"]}],
            }
        },
    )["encoded"]
    weak = Side(Cluster(Connection(old.url, api_key=limited), "the source"))
    assert "the credentials for the source lack: manage, maintenance" in problems(migration, (weak, sides[1]), journal)


def test_credentials_need_a_deployment_whose_keystore_takes_them(sides: tuple[Side, Side], journal: Journal) -> None:
    secret = Repository("moving", "s3", {"bucket": "b"}, {"s3.client.default.access_key": "hush"})
    found = problems(Migration(secret), sides, journal)
    assert "the source is given by its address" in found
    assert "the destination is given by its address" in found
    assert "hush" not in found


def test_an_empty_source_has_nothing_to_move(
    repository: Repository, source: Cluster, destination: Cluster, tmp_path: Path
) -> None:
    nothing = Migration(repository)
    with Journal(tmp_path / "j", "migrate", nothing.subject) as journal:
        assert "no index that would move" in problems(nothing, (Side(source), Side(destination)), journal)


def test_an_index_without_its_primary_is_refused(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node
) -> None:
    nowhere = {"index.routing.allocation.require._name": "nobody", "number_of_replicas": 0}
    old.client.indices.create(index="lost", settings=nowhere, wait_for_active_shards=0)
    assert "a primary shard is missing: lost" in problems(migration, sides, journal)


def test_shards_that_are_lost_in_the_repository_stop_it_and_a_mended_run_goes_on(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, new: Node
) -> None:
    taken = run(migrator(migration, sides), journal)
    next(taken), next(taken)
    kept = {path: path.read_bytes() for path in Path(migration.repository.settings["location"]).rglob("__*")}
    damage(migration.repository, "films")
    with pytest.raises(ProcedureError, match="1 of 3 shards were not restored") as stopped:
        list(taken)
    assert "delete films on the destination" in str(stopped.value)
    for path, content in kept.items():
        path.write_bytes(content)
    new.client.indices.delete(index="films")
    list(run(migrator(migration, sides), journal))
    assert documents(new) == {"books": 300, "films": 200}


def test_a_difference_on_the_destination_is_told_and_not_called_done(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, new: Node
) -> None:
    steps = run(migrator(migration, sides), journal)
    while next(steps).name != MigrationStep.RESTORE.value:
        pass
    spoil(new.client)
    with pytest.raises(ProcedureError) as differing:
        next(steps)
    assert "books: documents 301, expected 300" in str(differing.value)
    assert "films: aliases that were not there: extra" in str(differing.value)
    assert not report(migration, journal.entries)["finished"]


def test_documents_written_during_the_snapshot_are_told_and_no_difference(
    migration: Migration, sides: tuple[Side, Side], journal: Journal, old: Node
) -> None:
    def write(step: str, *_: int) -> None:
        if step == MigrationStep.SNAPSHOT.value:
            old.client.index(index="books", document={"title": "late"})

    taken = list(run(Migrator(migration, lambda: sides, write), journal))
    assert "somebody wrote meanwhile to books" in taken[1].outcome


def test_a_migration_that_0_2_0_began_is_carried_on_from_its_journal(
    migration: Migration, sides: tuple[Side, Side], tmp_path: Path, new: Node
) -> None:
    path = tmp_path / "of-0-2-0.jsonl"
    with Journal(path, "migrate", migration.subject) as journal:
        begun = run(migrator(migration, sides), journal)
        assert [next(begun).name for _ in range(3)][-1] == MigrationStep.REGISTER_DESTINATION.value
    # 0.2.0 noted of a registration only that it is done.
    of_0_2_0 = [line for line in path.read_text().splitlines() if not ("register" in line and '"begun"' in line)]
    assert len(of_0_2_0) == 5
    path.write_text("\n".join([*of_0_2_0, ""]))

    with Journal(path, "migrate", migration.subject) as journal:
        assert [one.name for one in run(migrator(migration, sides), journal)] == [
            "register-destination",
            "restore",
            "verify",
        ]
    assert documents(new) == {"books": 300, "films": 200}


def spoil(client: Elasticsearch) -> None:
    client.index(index="books", document={"title": "surplus"})
    client.indices.put_alias(index="films", name="extra")
