"""The example programs do what they say, on every engine, between two real clusters."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from elastic_cloud_emulator import Cloud, Emulator
from pulumi_elastic_org.snapshots.repositories import Repository
from tests.support.acme import Stack, text
from tests.support.elasticsearch_node.node import Node
from tests.support.nodes import fill

EXAMPLES = Path(__file__).parents[2] / "examples"
ADA = "ada@acme.example"
LINE = '    ADA: [elastic.deployment("editor")],\n'


@pytest.fixture
def stack(engine_name: str, tmp_path: Path, old: Node, new: Node, repository: Repository) -> Stack:
    """A project that is configured for both clusters."""
    stack = Stack(
        tmp_path,
        engine_name,
        {
            "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
            "PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"],
        },
    )
    fill(old, "books", 40, aliases={"library": {}})
    keys = [node.client.security.create_api_key(name="mover")["encoded"] for node in (old, new)]
    stack.config = {
        "people:oldUrl": old.url,
        "people:newUrl": new.url,
        "people:oldKey": keys[0],
        "people:newKey": keys[1],
        "people:oldElasticsearchKey": keys[0],
        "people:newElasticsearchKey": keys[1],
        "people:repositoryType": "fs",
        "people:repositorySettings": json.dumps(dict(repository.settings)),
    }
    return stack


def members(cloud: Cloud, organization: str) -> set[str]:
    return {cloud.user(user_id).email for user_id in cloud.organization(organization).members}


def test_migrate_deployment(stack: Stack, new: Node) -> None:
    (stack.directory / "__main__.py").write_text((EXAMPLES / "migrate-deployment" / "__main__.py").read_text())
    stack.apply()
    assert new.client.count(index="library")["count"] == 40
    assert not stack.preview().has_changes


def test_whole_move(stack: Stack, new: Node) -> None:
    program = (EXAMPLES / "whole-move" / "__main__.py").read_text()
    with Emulator(EXAMPLES / "whole-move" / "emulator.yaml") as emulator:
        cloud = emulator.cloud
        keys = {"oldApiKey": "key-of-old", "newApiKey": "key-of-new", "adaApiKey": "key-of-ada"}
        stack.config |= {f"people:{key}": value for key, value in keys.items()}
        stack.config["people:endpoint"] = emulator.endpoint
        (stack.directory / "__main__.py").write_text(program)
        stack.apply()
        assert ADA in members(cloud, "old")

        moved = program.replace(LINE, "", 1).replace("NEW = {\n", "NEW = {\n" + LINE)
        (stack.directory / "__main__.py").write_text(moved)
        cloud.set_tags("shop-of-ada", {})
        refused = stack.preview()
        assert not refused.succeeded
        assert "still owns deployment 'shop'" in text(refused)
        cloud.set_tags("shop-of-ada", {"owner": "root@old.example"})
        stack.apply()

        assert ADA not in members(cloud, "old")
        assert ADA in members(cloud, "new")
        assert new.client.count(index="library")["count"] == 40
