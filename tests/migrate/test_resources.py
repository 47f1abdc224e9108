"""Repositories, snapshots and restores as resources, between two real clusters, on every engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_elastic_org.snapshots.repositories import Repository
from pulumi_embedded.port import UNKNOWN
from tests.support.acme import Acme, Stack, acme, emulator, stack, text
from tests.support.elasticsearch_node.node import PASSWORD, Node
from tests.support.nodes import fill

__all__ = ["acme", "emulator", "stack"]  # fixtures

PROGRAM = """
old = elastic.ElasticsearchConnection({old!r}, username="elastic", password={password!r})
new = elastic.ElasticsearchConnection({new!r}, username="elastic", password={password!r})
there = {{"location": {location!r}}}
written = elastic.SnapshotRepository("old", old, "moving", "fs", there)
snapshot = elastic.Snapshot("all", old, written, "first")
read = elastic.SnapshotRepository("new", new, "moving", "fs", there, read_only=True)
"""
RESTORE = (
    'restore = elastic.Restore("all-of-it", new, read, snapshot{extra})\npulumi.export("restored", restore.restored)\n'
)


NOTHING: Mapping[str, str] = {}


SOMEBODYS = """
class Somebodys(pulumi.ComponentResource):
    def __init__(self, resource_name, **outputs):
        super().__init__("other:package:Repository", resource_name)
        for key, value in outputs.items():
            setattr(self, key, pulumi.Output.from_input(value))
"""


class Move:
    """A program that moves everything from one node to the other.

    Args:
        stack: Where it is run.
        old: The node that things move from.
        new: The node that things move to.
        location: The repository's folder.
    """

    def __init__(self, stack: Stack, old: Node, new: Node, location: Path) -> None:
        self.stack = stack
        self._head = PROGRAM.format(old=old.url, new=new.url, password=PASSWORD, location=str(location))

    def write(self, rest: str = RESTORE.format(extra=""), changes: Mapping[str, str] = NOTHING) -> None:
        head = self._head
        for before, after in changes.items():
            head = head.replace(before, after)
        self.stack.program(head + rest)


@pytest.fixture
def move(stack: Stack, old: Node, new: Node, repository: Repository) -> Move:
    fill(old, "books", 40, aliases={"library": {}}, shards=2)
    fill(old, "films", 30)
    return Move(stack, old, new, Path(repository.settings["location"]))


def documents(node: Node, index: str) -> int:
    return int(node.client.count(index=index)["count"])


def test_a_program_moves_everything_and_is_settled_then(move: Move, new: Node) -> None:
    move.write()
    stack = move.stack
    preview = stack.preview()
    assert preview.succeeded, text(preview)
    assert preview.outputs["restored"] == UNKNOWN
    stack.apply()
    restored = stack.engine.outputs(stack.workspace)["restored"]
    assert restored["books"].startswith("documents=40 aliases=library mappings=")
    assert (documents(new, "books"), documents(new, "films")) == (40, 30)
    assert not stack.preview().has_changes
    refreshed = stack.refresh(preview_only=True)
    assert refreshed.succeeded, text(refreshed)
    assert not refreshed.has_changes
    exported = json.dumps(stack.engine.export(stack.workspace))
    assert PASSWORD not in exported
    assert PASSWORD not in text(preview) + text(refreshed)


def test_destroying_keeps_what_was_restored(move: Move, old: Node, new: Node) -> None:
    move.write()
    move.stack.apply()
    destroyed = move.stack.destroy()
    assert destroyed.succeeded, text(destroyed)
    assert "the restored indices stay" in text(destroyed)
    assert documents(new, "books") == 40
    assert old.client.snapshot.get_repository() == {}
    assert new.client.snapshot.get_repository() == {}


def test_what_exists_on_the_destination_is_refused_in_the_preview(move: Move, new: Node) -> None:
    move.write("")
    move.stack.apply()
    fill(new, "films", 1)
    fill(new, "library", 1)
    move.write()
    preview = move.stack.preview()
    assert not preview.succeeded
    assert "films: the destination has an index of this name" in text(preview)
    assert "library: the destination has an index of this name, and the restore brings an alias" in text(preview)
    assert PASSWORD not in text(preview)


def test_what_is_named_is_refused_before_there_is_a_snapshot(move: Move, old: Node, new: Node) -> None:
    fill(new, "films", 1)
    move.write(RESTORE.format(extra=', indices=["films"]'))
    preview = move.stack.preview()
    assert not preview.succeeded
    assert "films: the destination has an index of this name" in text(preview)
    assert old.client.snapshot.get_repository() == {}


def test_indices_are_chosen_and_renamed(move: Move, new: Node) -> None:
    move.write(RESTORE.format(extra=', indices=["*", "-films"], rename=("(.+)", "acme-$1")'))
    move.stack.apply()
    restored = move.stack.engine.outputs(move.stack.workspace)["restored"]
    assert list(restored) == ["acme-books"]
    assert documents(new, "acme-books") == 40


def taken(old: Node) -> str:
    """What tells the snapshot that there is from one that was taken in its place."""
    return str(old.client.snapshot.get(repository="moving", snapshot="first")["snapshots"][0]["uuid"])


def test_repository_and_snapshot_stay_when_their_resources_get_other_names(move: Move, old: Node) -> None:
    move.write("")
    move.stack.apply()
    before = taken(old)
    move.write("", {'("old", old': '("older", old', '("all", old': '("everything", old'})
    said = text(move.stack.apply())
    assert taken(old) == before
    assert f"The snapshot moving/first of {old.url} stays as declared by another resource" in said
    assert f"The snapshot repository moving of {old.url} stays as declared by another resource" in said
    assert not move.stack.preview().has_changes
    assert move.stack.destroy().succeeded
    assert old.client.snapshot.get_repository() == {}


def test_a_snapshot_of_other_indices_takes_the_place_of_the_one_before(move: Move, old: Node) -> None:
    move.write("")
    move.stack.apply()
    before = taken(old)
    move.write("", {'written, "first"': 'written, "first", ["books"]'})
    move.stack.apply()
    assert taken(old) != before


def test_any_resource_with_a_name_is_taken_for_a_repository(move: Move, old: Node) -> None:
    move.write(SOMEBODYS + 'elastic.Snapshot("more", old, Somebodys("theirs", name=written.name), "more")\n')
    move.stack.apply()
    assert old.client.snapshot.get(repository="moving", snapshot="more")["snapshots"][0]["state"] == "SUCCESS"


def test_a_resource_without_a_name_is_refused(move: Move) -> None:
    move.write(SOMEBODYS + 'elastic.Snapshot("more", old, Somebodys("theirs"), "more")\n')
    assert "Somebodys is not a snapshot repository" in text(move.stack.preview())


def test_a_restore_that_was_done_and_not_recorded_is_adopted(move: Move, new: Node) -> None:
    move.write("")
    move.stack.apply()
    new.client.snapshot.restore(repository="moving", snapshot="first", indices="*", wait_for_completion=True)
    move.write()
    move.stack.apply()
    assert documents(new, "books") == 40


def test_a_restored_index_that_differs_is_told(move: Move, new: Node) -> None:
    move.write("")
    move.stack.apply()
    new.client.snapshot.restore(repository="moving", snapshot="first", indices="*", wait_for_completion=True)
    new.client.index(index="books", document={"title": "surplus"}, refresh=True)
    move.write()
    result = move.stack.up()
    assert not result.succeeded
    assert "books: documents 41, expected 40" in text(result)


def test_a_repository_changed_by_hand_is_drift_and_is_mended(move: Move, new: Node, repository: Repository) -> None:
    move.write("")
    move.stack.apply()
    new.client.snapshot.create_repository(
        name="moving", repository={"type": "fs", "settings": {"location": repository.settings["location"]}}
    )
    drifted = move.stack.refresh()
    assert drifted.has_changes
    assert PASSWORD not in json.dumps(move.stack.engine.export(move.stack.workspace))
    move.stack.apply()
    assert new.client.snapshot.get_repository()["moving"]["settings"]["readonly"] == "true"
    assert not move.stack.preview().has_changes


def test_a_snapshot_and_a_repository_that_are_gone_are_made_anew(move: Move, old: Node) -> None:
    move.write("")
    move.stack.apply()
    old.client.snapshot.delete(repository="moving", snapshot="first")
    old.client.snapshot.delete_repository(name="moving")
    assert move.stack.refresh().succeeded
    move.stack.apply()
    assert old.client.snapshot.get(repository="moving", snapshot="first")["snapshots"][0]["state"] == "SUCCESS"


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ('elastic.Snapshot("more", old, "moving", "second", ["music"])\n', "nothing named music"),
        ('elastic.Snapshot("more", new, "moving", "second")\n', "is read-only here"),
        ('elastic.SnapshotRepository("more", old, "moving", "fs", {"location": "other"})\n', "at another location"),
        ('elastic.SnapshotRepository("more", old, "found-snapshots", "s3", {})\n', "needs the setting 'bucket'"),
        (
            'keys = {"s3.client.default.access_key": "hush"}\n'
            'elastic.SnapshotRepository("more", old, "r", "s3", {"bucket": "b"}, secure_settings=keys)\n',
            "give its deployment_id",
        ),
        ('elastic.Restore("more", new, "moving", "first", rename=("(", ""))\n', "not a regular expression"),
    ],
)
def test_what_would_fail_is_refused_in_the_preview(move: Move, rest: str, said: str) -> None:
    move.write("")
    move.stack.apply()
    move.write(rest)
    preview = move.stack.preview()
    assert not preview.succeeded
    assert said in text(preview)
    assert "hush" not in text(preview)


def test_a_snapshot_that_nothing_makes_is_missed_by_name(move: Move) -> None:
    move.write('elastic.Restore("more", new, read, "second")\n')
    result = move.stack.up()
    assert not result.succeeded
    assert "there is no snapshot second in repository moving: check both names" in text(result)


def test_credentials_go_to_the_keystore_and_leave_with_the_repository(stack: Stack, acme: Acme, old: Node) -> None:
    deployment = acme.cloud.add_deployment(acme.id, "shop", elasticsearch_url=old.url)
    program = f"""
connection = elastic.ElasticsearchConnection({old.url!r}, username="elastic", password={PASSWORD!r})
elastic.SnapshotRepository(
    "s3", connection, "moving", "s3", {{"bucket": "backups"}}, deployment_id={deployment.id!r},
    secure_settings={{"s3.client.default.access_key": "AKIA", "s3.client.default.secret_key": pulumi.Output.secret("KEY")}},
)
"""
    stack.program(program.replace("KEY", "hush-hush"))
    stack.apply()
    assert deployment.keystore["s3.client.default.secret_key"].value == "hush-hush"
    stack.program(program.replace("KEY", "rotated-one"))
    result = stack.apply()
    assert [step.op for step in result.steps].count("update") == 1
    assert deployment.keystore["s3.client.default.secret_key"].value == "rotated-one"
    for secret in ("AKIA", "hush-hush", "rotated-one"):
        assert secret not in json.dumps(stack.engine.export(stack.workspace)) + text(result)
    assert stack.destroy().succeeded
    assert deployment.keystore == {}
