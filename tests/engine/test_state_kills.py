"""The embedded engine killed at any operation on its files leaves a valid state, from which the next run goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from pulumi_embedded.port import EngineError
from tests.support.things_stack import Stack

from .state_kills import STEPS, change, state_file

PROGRAM = """
first = Thing("one", {"value": "a"})
Thing("two", {"value": first.made, "word": Output.secret("hunter2")})
pulumi.export("made", first.made)
"""


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.engine.state_kills", *arguments]
    return subprocess.run(
        command, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False, timeout=120
    )


def names(path: Path) -> list[str]:
    return [resource.name for resource in state_file(path).load()]


def test_a_save_that_is_killed_anywhere_leaves_the_state_before_or_after_it(tmp_path: Path) -> None:
    before = tmp_path / "before" / "dev.json"
    change(before)
    old = before.read_bytes()

    process = run("saves", str(tmp_path))

    assert process.returncode == 0, process.stderr
    killed = json.loads(process.stdout)
    assert len(killed) > 30
    seen: list[list[str]] = []
    for number in killed:
        path = tmp_path / str(number) / "dev.json"
        found = names(path)
        if not seen or seen[-1] != found:
            seen.append(found)
        backup, lock = path.with_name("dev.json.bak"), path.with_name("dev.json.lock")
        assert path.read_bytes() == old or backup.read_bytes() == old
        assert not backup.exists() or backup.read_bytes() == old
        if lock.exists():
            with pytest.raises(EngineError, match=r"is locked .*deleting .*dev\.json\.lock, then run `refresh`"):
                change(path)
            lock.unlink()
        change(path)
        assert names(path) == STEPS[-1]
        assert sorted(one.name for one in path.parent.glob("dev.*")) == ["dev.json", "dev.json.bak"]
    assert seen == STEPS


@pytest.mark.trust
def test_an_update_that_is_killed_anywhere_is_finished_by_the_next(embedded: Stack, tmp_path: Path) -> None:
    embedded.apply('Thing("one", {"value": "old"})\nThing("three", {"value": "c"})')
    pristine = tmp_path / "pristine"
    embedded.directory.rename(pristine)
    lock = embedded.directory / ".elastic-org" / "state" / "dev.json.lock"
    kills = 0
    for number in count(1):
        shutil.rmtree(embedded.directory, ignore_errors=True)
        shutil.copytree(pristine, embedded.directory)
        embedded.program(PROGRAM)
        process = run("up", str(embedded.directory), str(number), environment=embedded.environment)
        if process.returncode == 0:
            break
        assert process.returncode == -9, process.stderr
        kills += 1
        preview = embedded.preview()
        assert preview.succeeded, preview.errors
        lock.unlink(missing_ok=True)
        assert embedded.refresh().succeeded
        result = embedded.up()
        assert result.succeeded, result.errors
        assert [one["urn"].rpartition("::")[2] for one in embedded.resources] == ["trial-dev", "default", "one", "two"]
        assert result.outputs == {"made": "made a"}
    assert kills > 60
