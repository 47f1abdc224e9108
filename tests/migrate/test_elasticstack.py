"""A repository of Elastic's own Pulumi package is accepted wherever one of ours is."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.acme import Acme, acme, emulator, make_stack, text
from tests.support.elasticsearch_node.node import PASSWORD, Node
from tests.support.nodes import fill

__all__ = ["acme", "emulator"]  # fixtures

PROGRAM = """
import pulumi_elasticstack as elasticstack

def repository(name, url, readonly):
    return elasticstack.SnapshotRepository(
        name,
        name="moving",
        fs={{"location": {location!r}, "readonly": readonly}},
        elasticsearch_connection={{"endpoints": [url], "username": "elastic", "password": {password!r}}},
    )

old = elastic.ElasticsearchConnection({old!r}, username="elastic", password={password!r})
new = elastic.ElasticsearchConnection({new!r}, username="elastic", password={password!r})
snapshot = elastic.Snapshot("all", old, repository("old", {old!r}, False), "first")
elastic.Restore("all", new, repository("new", {new!r}, True), snapshot)
"""


@pytest.mark.usefixtures("pulumi_cli")
def test_data_moves_through_a_repository_of_pulumi_elasticstack(
    acme: Acme, old: Node, new: Node, repository: Repository, tmp_path: Path
) -> None:
    if find_spec("pulumi_elasticstack") is None:
        pytest.skip("the extra elasticstack is not installed")
    if shutil.which("pulumi-resource-elasticstack") is None:
        pytest.skip("the plugin of pulumi_elasticstack is not on PATH")
    fill(old, "books", 40)
    stack = make_stack(tmp_path, "pulumi", acme)
    location = repository.settings["location"]
    stack.program(PROGRAM.format(location=location, old=old.url, new=new.url, password=PASSWORD))
    stack.apply()
    assert new.client.count(index="books")["count"] == 40
    again = stack.preview()
    assert not again.has_changes, text(again)
