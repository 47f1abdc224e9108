"""Two real Elasticsearch nodes, one from which things move and one to which; kept for all tests, and empty for each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import helpers

from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.elasticsearch_node.distribution import why_unavailable
from tests.support.elasticsearch_node.node import PASSWORD, Node, two_nodes


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    """Both nodes, started once."""
    if reason := why_unavailable():
        pytest.skip(reason)
    with two_nodes(tmp_path_factory.mktemp("elasticsearch")) as started:
        yield started


@pytest.fixture
def old(nodes: tuple[Node, Node]) -> Iterator[Node]:
    """The node that things move from."""
    yield nodes[0]
    nodes[0].clear()
    shutil.rmtree(nodes[0].repositories)  # what one test stored, another does not see
    nodes[0].repositories.mkdir()


@pytest.fixture
def new(nodes: tuple[Node, Node]) -> Iterator[Node]:
    """The node that things move to."""
    yield nodes[1]
    nodes[1].clear()


@pytest.fixture
def source(old: Node) -> Cluster:
    return Cluster(connection_to(old), "the source")


@pytest.fixture
def destination(new: Node) -> Cluster:
    return Cluster(connection_to(new), "the destination")


@pytest.fixture
def repository(old: Node) -> Repository:
    """A repository that both nodes reach."""
    return Repository("moving", "fs", {"location": str(old.repositories / "moving")})


def connection_to(node: Node) -> Connection:
    """How a test reaches a node."""
    return Connection(node.url, username="elastic", password=PASSWORD)


def fill(node: Node, index: str, documents: int, *, aliases: Mapping[str, Any] | None = None, shards: int = 1) -> None:
    """Makes an index with documents, mappings and aliases of its own."""
    node.client.indices.create(
        index=index,
        settings={"number_of_replicas": 0, "number_of_shards": shards},
        mappings={"properties": {"title": {"type": "text"}, f"{index.strip('.')}_id": {"type": "keyword"}}},
        aliases=dict(aliases or {}),
    )
    helpers.bulk(node.client, ({"_index": index, "title": f"Title {n}"} for n in range(documents)), refresh=True)


def damage(repository: Repository, index: str) -> None:
    """Takes the stored data of an index away, as a storage does that loses files."""
    location = Path(repository.settings["location"])
    [latest] = location.glob("index-*")
    stored = json.loads(latest.read_text())["indices"][index]["id"]
    for blob in location.glob(f"indices/{stored}/*/__*"):
        blob.unlink()
