"""The address of a cluster leads to another one than that in which a resource was made, as after a move: nothing is done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from tests.support.elasticsearch_node.node import PASSWORD, Node
from tests.support.nodes import fill, new, nodes, old
from tests.support.provided import Cloud, Provided

__all__ = ["new", "nodes", "old"]  # fixtures


@pytest.mark.parametrize("kind", ["SnapshotRepository", "Snapshot"])
def test_neither_read_nor_update_nor_delete_reaches_another_cluster(
    cloud: Cloud, old: Node, new: Node, kind: str
) -> None:
    fill(old, "books", 1)
    made: dict[str, Provided] = {}
    for node in (old, new):
        connection = {"url": node.url, "username": "elastic", "password": PASSWORD}
        where = {"name": "moving", "type": "fs", "settings": {"location": str(old.repositories / "moving")}}
        repository = Provided("SnapshotRepository", cloud, {**connection, **where})
        repository.up()
        if node is old:
            made["SnapshotRepository"] = repository
            made["Snapshot"] = Provided(
                "Snapshot", cloud, {**connection, "repository": "moving", "name": "first", "indices": ["books"]}
            )
            made["Snapshot"].up()
    outputs = {**made[kind].outputs, "url": new.url, "contents": None, "begun": {}}
    id_ = f"{old.client.info()['cluster_uuid']}/moving/first"
    calls: list[Callable[[Any], object]] = [
        lambda driver: driver.read(id_, outputs),
        lambda driver: driver.update(id_, outputs, outputs),
        lambda driver: driver.delete(id_, outputs),
    ]
    for call in calls:
        with (
            cloud.phase(),
            pytest.raises((Refused, Failed), match=f"belongs to the Elasticsearch cluster .*, but {new.url} leads to"),
        ):
            call(cloud.driver(kind))
    assert set(new.client.snapshot.get_repository()) == {"moving"}
    assert len(new.client.snapshot.get(repository="moving", snapshot="*")["snapshots"]) == 1
