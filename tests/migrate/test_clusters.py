"""Snapshots and restores between two real clusters."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.snapshots import repositories, restore, snapshots
from pulumi_elastic_org.snapshots.client import (
    Cluster,
    ClusterRefused,
    ClusterUnreachable,
    Connection,
    RestoreIncomplete,
    RestoreRefused,
    SnapshotUnusable,
)
from pulumi_elastic_org.snapshots.inventory import read_names, take_inventory
from pulumi_elastic_org.snapshots.renaming import Renaming
from pulumi_elastic_org.snapshots.repositories import Repository
from pulumi_elastic_org.snapshots.restore import RestoreRequest
from pulumi_elastic_org.snapshots.verify import differences
from tests.support.elasticsearch_node.node import Node
from tests.support.nodes import damage, fill

FILTERED = {"filter": {"term": {"title": "7"}}}


@pytest.fixture
def snapshot(old: Node, source: Cluster, destination: Cluster, repository: Repository) -> RestoreRequest:
    """Two indices in a snapshot that both clusters see."""
    fill(old, "books", 30, aliases={"library": {}, "sevens": FILTERED}, shards=2)
    fill(old, "films", 20)
    repositories.register(source, repository)
    snapshots.take(source, "moving", "first", ["*"])
    repositories.register(destination, repository.read_only())
    return RestoreRequest("moving", "first")


def carry_out(destination: Cluster, request: RestoreRequest) -> dict[str, str]:
    chosen = dict(restore.plan_restore(destination, request).targets)
    restore.refuse_obstacles(destination, chosen)
    restore.begin(destination, request, list(chosen))
    restore.wait(destination, chosen.values())
    return chosen


def test_everything_arrives_as_it_was(source: Cluster, destination: Cluster, snapshot: RestoreRequest) -> None:
    chosen = carry_out(destination, snapshot)
    expected, found = take_inventory(source, chosen), take_inventory(destination, chosen.values())
    assert {name: facts.documents for name, facts in found.items()} == {"books": "30", "films": "20"}
    assert found["books"].alias_names == ("library", "sevens")
    assert list(differences(expected, found, chosen)) == []


@pytest.mark.usefixtures("snapshot")
def test_indices_are_chosen_and_renamed(destination: Cluster) -> None:
    renaming = Renaming("(.+)", "restored-$1")
    carry_out(destination, RestoreRequest("moving", "first", ["*", "-films"], renaming))
    assert read_names(destination).indices == {"restored-books"}


def test_what_exists_on_the_destination_is_listed_and_nothing_is_restored(
    new: Node, destination: Cluster, snapshot: RestoreRequest
) -> None:
    fill(new, "books", 1)
    fill(new, "other", 1, aliases={"films": {}})
    with pytest.raises(RestoreRefused) as refused:
        carry_out(destination, snapshot)
    assert "books: the destination has an index of this name" in str(refused.value)
    assert "films: the destination has an alias of this name" in str(refused.value)
    assert read_names(destination).indices == {"books", "other"}


def test_shards_that_cannot_be_restored_are_named_and_the_others_are_there(
    destination: Cluster, snapshot: RestoreRequest, repository: Repository
) -> None:
    damage(repository, "films")
    with pytest.raises(RestoreIncomplete) as incomplete:
        carry_out(destination, snapshot)
    assert "1 of 3 shards were not restored" in str(incomplete.value)
    assert "films, shard 0: " in str(incomplete.value)
    assert take_inventory(destination, ["books"])["books"].documents == "30"


def test_progress_is_told_by_shard(destination: Cluster, snapshot: RestoreRequest) -> None:
    chosen = restore.plan_restore(destination, snapshot).targets
    restore.begin(destination, snapshot, list(chosen))
    told: list[tuple[int, int]] = []
    assert restore.wait(destination, chosen.values(), lambda done, total: told.append((done, total))) == 3
    assert told[-1] == (3, 3)


@pytest.mark.usefixtures("snapshot")
def test_a_snapshot_taken_by_this_program_is_carried_on_with(source: Cluster) -> None:
    again = snapshots.take(source, "moving", "first", ["*"])
    assert again.indices == ("books", "films")


@pytest.mark.usefixtures("snapshot")
def test_a_snapshot_of_somebody_else_is_not_taken_for_ones_own(old: Node, source: Cluster) -> None:
    old.client.snapshot.create(repository="moving", snapshot="theirs", wait_for_completion=True)
    with pytest.raises(SnapshotUnusable, match="not taken by this program"):
        snapshots.take(source, "moving", "theirs", ["*"])


def test_a_snapshot_holds_no_system_index(old: Node, source: Cluster, repository: Repository) -> None:
    old.client.security.create_api_key(name="makes the security index")
    fill(old, ".hidden", 3)
    repositories.register(source, repository)
    assert snapshots.take(source, "moving", "all", ["*"]).indices == (".hidden",)
    assert read_names(source).indices == {".hidden"}


@pytest.mark.usefixtures("snapshot")
def test_a_missing_snapshot_and_a_missing_index_say_so(destination: Cluster) -> None:
    with pytest.raises(SnapshotUnusable, match="no snapshot second in repository moving"):
        restore.plan_restore(destination, RestoreRequest("moving", "second"))
    with pytest.raises(SnapshotUnusable, match="contains nothing named music"):
        restore.plan_restore(destination, RestoreRequest("moving", "first", ["books", "music"]))


def test_a_closed_index_travels_uncounted_and_arrives_open(
    old: Node, source: Cluster, destination: Cluster, repository: Repository
) -> None:
    fill(old, "books", 5)
    old.client.indices.close(index="books")
    repositories.register(source, repository)
    snapshots.take(source, "moving", "first", ["*"])
    repositories.register(destination, repository.read_only())
    chosen = carry_out(destination, RestoreRequest("moving", "first"))
    expected, found = take_inventory(source, chosen), take_inventory(destination, chosen.values())
    assert (expected["books"].documents, found["books"].documents) == ("closed", "5")
    assert list(differences(expected, found, chosen)) == []


def test_a_refused_location_says_what_elasticsearch_says(source: Cluster) -> None:
    with pytest.raises(ClusterRefused) as refused:
        repositories.register(source, Repository("moving", "fs", {"location": "/elsewhere"}))
    assert "the source: cannot register the fs repository moving" in str(refused.value)
    assert "doesn't match any of the locations specified by path.repo" in str(refused.value)


@pytest.mark.parametrize(
    ("type", "settings"),
    [
        ("s3", {"bucket": "backups", "base_path": "acme"}),
        ("gcs", {"bucket": "backups", "client": "mover"}),
        ("azure", {"container": "backups"}),
    ],
)
def test_repositories_in_the_cloud_are_registered_with_their_settings(
    source: Cluster, type: str, settings: dict[str, str]
) -> None:
    wanted = Repository("moving", type, settings)
    repositories.register(source, wanted.read_only())
    found = repositories.registered(source)["moving"]
    assert found.same_place(wanted)
    assert not found.writable


@pytest.mark.usefixtures("snapshot")
def test_a_repository_is_read_by_its_address(destination: Cluster, repository: Repository) -> None:
    by_address = Repository("by-address", "url", {"url": f"file:{repository.settings['location']}"})
    repositories.register(destination, by_address.read_only())
    found = snapshots.find(destination, "by-address", "first")
    assert found is not None
    assert found.indices == ("books", "films")


@pytest.mark.usefixtures("snapshot")
def test_unregistering_and_deleting_twice_is_no_error(source: Cluster) -> None:
    for _ in range(2):
        snapshots.delete(source, "moving", "first")
    for _ in range(2):
        repositories.unregister(source, "moving")
    assert repositories.registered(source) == {}


def test_refused_credentials_and_a_dead_address_say_what_to_check(old: Node) -> None:
    wrong = Cluster(Connection(old.url, username="elastic", password="not-the-password"), "the source")
    with pytest.raises(ClusterRefused) as refused:
        wrong.uuid  # noqa: B018
    assert "the source: cannot read what cluster this is" in str(refused.value)
    assert "check the API key" in str(refused.value)
    assert "not-the-password" not in str(refused.value) + repr(wrong)
    with pytest.raises(ClusterUnreachable, match="check the address"):
        Cluster(Connection("http://127.0.0.1:9", api_key="key")).uuid  # noqa: B018


def test_an_api_key_is_enough(old: Node) -> None:
    key = old.client.security.create_api_key(name="mover")["encoded"]
    assert Cluster(Connection(old.url, api_key=key)).version[:2] == (8, 19)
