"""State about the data of clusters that an earlier release wrote goes on; without Elasticsearch nodes, as far as a preview."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_elastic_org.engine import select
from tests.releases.records import HERE, Record, releases, take_over
from tests.releases.worlds import World, cloud, clusters
from tests.support import nodes as migrate
from tests.support.acme import text
from tests.support.elasticsearch_node.node import PASSWORD, Node

SILENT = {
    "old": "http://127.0.0.1:9",
    "new": "http://127.0.0.1:99",
    "location": "/repositories",
    "old_uuid": "uuid-of-old",
    "new_uuid": "uuid-of-new",
}


nodes = migrate.nodes  # a fixture


@pytest.fixture(params=releases())
def record(request: pytest.FixtureRequest) -> Record:
    return Record(HERE / request.param / "clusters")


@pytest.fixture
def world(record: Record, nodes: tuple[Node, Node], tmp_path: Path) -> Iterator[World]:
    """The clusters as the record's program leaves them."""
    with clusters(nodes) as places, cloud(record.seed, places) as world:
        made = select("embedded").up(record.project(tmp_path / "first", world))
        assert made.succeeded, text(made)
        yield world


@pytest.mark.parametrize(
    ("writer", "engine_name"),
    [
        ("embedded", "embedded"),
        ("pulumi", "embedded"),
        pytest.param("pulumi", "pulumi", marks=pytest.mark.trust),
        pytest.param("embedded", "pulumi", marks=pytest.mark.trust),
    ],
    indirect=["engine_name"],
)
def test_state_of_an_earlier_release_previews_clean(
    record: Record, writer: str, engine_name: str, tmp_path: Path
) -> None:
    engine = select(engine_name)
    with cloud(record.seed, SILENT) as world:
        workspace = record.project(tmp_path / "project", world)
        take_over(engine, workspace, record.state(writer, world))
        preview = engine.preview(workspace)
    assert preview.succeeded, text(preview)
    assert not preview.has_changes, [(step.name, step.op, step.diff) for step in preview.steps]


@pytest.mark.trust
def test_state_of_an_earlier_release_goes_on(
    record: Record,
    world: World,
    nodes: tuple[Node, Node],
    engine_name: str,
    tmp_path: Path,
) -> None:
    engine = select(engine_name)
    workspace = record.project(tmp_path / "project", world)
    take_over(engine, workspace, record.state(engine_name, world))

    refresh = engine.refresh(workspace)
    assert refresh.succeeded, text(refresh)
    assert not refresh.has_changes, [(step.name, step.op, step.diff) for step in refresh.steps]
    destroy = engine.destroy(workspace)
    assert destroy.succeeded, text(destroy)

    old, new = (node.client for node in nodes)
    assert old.snapshot.get_repository() == {}
    assert new.snapshot.get_repository() == {}
    assert world.emulator.cloud.organization("acme").deployments["d" * 32].keystore == {}
    assert int(new.count(index="acme-books")["count"]) == 5


def test_state_of_an_earlier_release_holds_no_secret(record: Record) -> None:
    for state in ("embedded.json", "pulumi.json"):
        content = (record.directory / state).read_text()
        assert PASSWORD not in content
        assert "AKIA" not in content
