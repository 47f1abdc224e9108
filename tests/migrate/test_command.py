"""The commands `migrate` and `move`, as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.elasticsearch_node.node import PASSWORD, Node
from tests.support.nodes import fill
from tests.support.two_organizations import ADA, ADA_KEY, NEW_KEY, OLD_KEY, World

Call = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = Path(sys.executable).with_name("elastic-org")


@pytest.fixture
def call(tmp_path: Path, world: World) -> Call:
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        variables = {
            **os.environ,
            "EC_ENDPOINT": world.emulator.endpoint,
            "EC_API_KEY_OLD": OLD_KEY,
            "EC_API_KEY_NEW": NEW_KEY,
            "EC_API_KEY_PERSON": ADA_KEY,
            **{
                f"ELASTICSEARCH_{name}_{side}": value
                for side in ("SOURCE", "DESTINATION")
                for name, value in (("USERNAME", "elastic"), ("PASSWORD", PASSWORD))
            },
            **environment,
        }
        return subprocess.run(
            [COMMAND, *arguments], env=variables, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )

    return run


@pytest.fixture
def options(old: Node, new: Node, tmp_path: Path) -> tuple[str, ...]:
    fill(old, "books", 30, aliases={"library": {}})
    file = tmp_path / "repository.yaml"
    file.write_text(f"name: moving\ntype: fs\nsettings:\n  location: {old.repositories}/moving\n")
    return ("--source", old.url, "--destination", new.url, "--repository", str(file))


def test_a_migration_tells_each_step_and_shows_what_arrived(call: Call, options: tuple[str, ...], new: Node) -> None:
    done = call("migrate", *options, "--yes")
    assert done.returncode == 0, done.stderr
    told = [line.partition(":")[0] for line in done.stdout.splitlines() if ": " in line]
    assert told == [
        *("move books", "register-source", "snapshot", "register-destination", "restore", "verify"),
    ]
    assert done.stdout.splitlines()[-1].split() == ["books", "books", "library", "30", "30"]
    assert new.client.count(index="library")["count"] == 30
    again = call("migrate", *options, "--yes")
    assert again.returncode == 0
    assert "done by an earlier run" in again.stdout


def test_the_report_is_one_json_document(call: Call, options: tuple[str, ...]) -> None:
    done = call("migrate", *options, "--yes", "--json", "--rename", "(.+)", "acme-$1")
    report = json.loads(done.stdout)
    assert report["finished"] is True
    assert report["error"] is None
    assert report["indices"] == [
        {
            "source": "books",
            "destination": "acme-books",
            "documents": {"expected": "30", "found": "30"},
            "aliases": ["library"],
        }
    ]


def test_a_dry_run_changes_nothing(call: Call, options: tuple[str, ...], old: Node) -> None:
    shown = call("migrate", *options, "--dry-run")
    assert shown.returncode == 0
    assert "move books: 30 documents" in shown.stdout
    assert old.client.snapshot.get_repository() == {}


def test_a_refusal_lists_everything_and_ends_with_1(call: Call, options: tuple[str, ...], new: Node) -> None:
    fill(new, "books", 1)
    refused = call("migrate", *options, "--yes", "--json", "--index", "*", "--index", "music")
    assert refused.returncode == 1
    assert "books: the destination has an index of this name" in refused.stderr
    assert "nothing named music" in json.loads(refused.stdout)["error"]


def test_nobody_to_ask_is_wrong_usage(call: Call, options: tuple[str, ...]) -> None:
    assert call("migrate", *options).returncode == 2


def test_credentials_come_from_the_environment_only(call: Call, options: tuple[str, ...]) -> None:
    missing = call("migrate", *options, "--yes", ELASTICSEARCH_USERNAME_SOURCE="")
    assert missing.returncode == 2
    assert "ELASTICSEARCH_API_KEY_SOURCE" in missing.stderr
    wrong = call("migrate", *options, "--yes", ELASTICSEARCH_PASSWORD_SOURCE="not-the-password")
    assert wrong.returncode == 1
    assert "the source: cannot read what cluster this is" in wrong.stderr
    assert "not-the-password" not in wrong.stdout + wrong.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: moving\n", "type is missing"),
        ("name: moving\ntype: s3\nbucket: b\n", ":3:1: bucket: is not one of name, type, settings, secure_settings"),
        ("name: moving\ntype: s3\nsettings: here\n", ":3:1: settings: holds one value a line"),
        (
            "name: moving\ntype: s3\nsettings: {bucket: b}\nsecure_settings: {s3.client.default.access_key: NOT_SET}\n",
            "there is no NOT_SET",
        ),
    ],
)
def test_mistakes_in_the_file_are_told_with_their_place(
    call: Call, options: tuple[str, ...], tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "repository.yaml").write_text(text)
    refused = call("migrate", *options, "--yes")
    assert refused.returncode == 1
    assert said in refused.stderr


def test_a_whole_move_by_deployment_ids(
    call: Call, options: tuple[str, ...], world: World, old: Node, new: Node
) -> None:
    source = world.cloud.add_deployment(world.old, "shop", owner=ADA, elasticsearch_url=old.url)
    destination = world.cloud.add_deployment(world.new, "shop", elasticsearch_url=new.url)
    way = (
        "--from",
        world.old,
        "--to",
        world.new,
        "--roles",
        "deployment-editor on all",
        "--leave",
        "after",
        *options[-2:],
    )
    ends = ("--source", source.id, "--destination", destination.id)
    refused = call("move", ADA, *way, *ends, "--yes")
    assert refused.returncode == 1
    assert "still owns deployment 'shop'" in refused.stderr
    assert world.writes() == []
    done = call("move", ADA, *way, *ends, "--yes", "--shut-down-source")
    assert done.returncode == 0, done.stderr
    assert world.belongs(world.new)
    assert not world.belongs(world.old)
    assert source.hidden
    assert new.client.count(index="library")["count"] == 30
