"""What was done in a cluster before an update failed is kept in state by either engine: a revert takes it back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.acme import Acme, Stack, acme, emulator, stack, text
from tests.support.elasticsearch_node.between import Between, between, never
from tests.support.elasticsearch_node.node import PASSWORD, Node
from tests.support.nodes import fill

__all__ = ["acme", "emulator", "stack"]  # fixtures

PROGRAM = """
old = elastic.ElasticsearchConnection({url!r}, username="elastic", password={password!r})
written = elastic.SnapshotRepository("old", old, "moving", "fs", {{"location": {location!r}}})
"""
SNAPSHOT = 'snapshot = elastic.Snapshot("all", old, written, "first")\npulumi.export("contents", snapshot.contents)\n'
BUCKET = """
connection = elastic.ElasticsearchConnection({url!r}, username="elastic", password={password!r})
elastic.SnapshotRepository(
    "s3", connection, "moving", "s3", {settings!r}, deployment_id={deployment!r},
    secure_settings={{"s3.client.default.secret_key": "hush-hush"}},
)
"""


def program(place: Between, location: str) -> str:
    return PROGRAM.format(url=place.url, password=PASSWORD, location=location)


def snapshots(node: Node, location: str) -> list[str]:
    """The snapshots that lie in a repository, whether it is registered or not."""
    node.client.snapshot.create_repository(name="look", repository={"type": "fs", "settings": {"location": location}})
    found = [one["snapshot"] for one in node.client.snapshot.get(repository="look", snapshot="_all")["snapshots"]]
    node.client.snapshot.delete_repository(name="look")
    return found


@pytest.fixture
def location(repository: Repository) -> str:
    return str(repository.settings["location"])


@pytest.fixture
def begun(stack: Stack, old: Node, location: str) -> Iterator[Between]:
    """A snapshot was begun, and could not be looked at any more; whoever asks now gets answers again."""
    fill(old, "books", 40)
    with between(old) as middle:
        middle.refused = lambda call, before: (
            call.startswith("GET /_snapshot/moving/first") and "PUT /_snapshot/moving/first" in before
        )
        stack.program(program(middle, location) + SNAPSHOT)
        failed = stack.up()
        assert not failed.succeeded
        assert "no longer" in text(failed)
        assert PASSWORD not in json.dumps(stack.engine.export(stack.workspace)) + text(failed)
        middle.refused = never
        yield middle


def test_a_snapshot_that_was_begun_goes_with_the_revert(stack: Stack, old: Node, begun: Between, location: str) -> None:
    assert old.client.snapshot.get(repository="moving", snapshot="first")["total"] == 1
    stack.program(program(begun, location))
    stack.apply()
    assert snapshots(old, location) == []


def test_the_next_run_goes_on_with_the_snapshot_that_was_begun(stack: Stack, old: Node, begun: Between) -> None:
    fill(old, "later", 1)
    stack.apply()
    assert list(stack.engine.outputs(stack.workspace)["contents"]) == ["books"]
    assert not stack.preview().has_changes
    assert [one for one in begun.seen if one.startswith("PUT /_snapshot/moving/")] == ["PUT /_snapshot/moving/first"]


def test_a_snapshot_that_the_cluster_refused_is_no_resource(stack: Stack, old: Node, location: str) -> None:
    fill(old, "books", 1)
    with between(old) as middle:
        middle.refused = lambda call, _: call == "PUT /_snapshot/moving/first"
        stack.program(program(middle, location) + SNAPSHOT)
        assert not stack.up().succeeded
        old.client.snapshot.create(repository="moving", snapshot="first", wait_for_completion=True)
        stack.program(program(middle, location))
        stack.apply()
    assert snapshots(old, location) == ["first"]


def test_a_repository_that_could_not_be_verified_goes_with_the_revert(stack: Stack, old: Node, location: str) -> None:
    with between(old) as middle:
        middle.refused = lambda call, _: call == "POST /_snapshot/moving/_verify"
        stack.program(program(middle, location))
        assert not stack.up().succeeded
        assert "moving" in old.client.snapshot.get_repository()
        stack.program("")
        stack.apply()
    assert old.client.snapshot.get_repository() == {}


def test_credentials_of_a_repository_that_was_refused_go_with_the_revert(stack: Stack, acme: Acme, old: Node) -> None:
    deployment = acme.cloud.add_deployment(acme.id, "shop", elasticsearch_url=old.url)
    refused = {"bucket": "backups", "compress": "neither"}
    stack.program(BUCKET.format(url=old.url, password=PASSWORD, settings=refused, deployment=deployment.id))
    failed = stack.up()
    assert not failed.succeeded
    assert list(deployment.keystore) == ["s3.client.default.secret_key"]
    for secret in ("hush-hush", PASSWORD):
        assert secret not in json.dumps(stack.engine.export(stack.workspace)) + text(failed)
    stack.program("")
    stack.apply()
    assert deployment.keystore == {}


def test_a_password_that_is_given_up_does_not_stay_in_state(stack: Stack, old: Node, location: str) -> None:
    fill(old, "books", 1)
    key = old.client.security.create_api_key(name="mover")["encoded"]
    with between(old) as middle:
        stack.program(program(middle, location) + SNAPSHOT)
        stack.apply()
        other = program(middle, location).replace(f'username="elastic", password={PASSWORD!r}', f"api_key={key!r}")
        stack.program(other + SNAPSHOT)
        stack.apply()
    exported = json.dumps(stack.engine.export(stack.workspace))
    assert PASSWORD not in exported
    assert key not in exported
