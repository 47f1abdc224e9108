"""A full disk leaves the embedded engine's state as it was, and is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.things_stack import Stack

UP = """
import resource, sys
from pathlib import Path
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import Workspace

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
result = select("embedded").up(Workspace(Path(sys.argv[1]), "dev"))
print("\\n".join(result.errors))
sys.exit(0 if result.succeeded else 3)
"""
BIG = 'Thing("one", {"value": "a"})\nThing("two", {"value": "' + "x" * 20_000 + '"})\nThing("three", {"value": "c"})'


def test_a_full_disk_leaves_the_state_and_the_next_run_goes_on(embedded: Stack) -> None:
    embedded.apply('Thing("one", {"value": "a"})')
    embedded.program(BIG)
    directory = embedded.directory / ".elastic-org" / "state"

    process = subprocess.run(
        [sys.executable, "-c", UP, str(embedded.directory), "16384"],
        env={**os.environ, **embedded.environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert process.returncode == 3, process.stderr
    assert (
        f"The state {directory / 'dev.json'} cannot be written: File too large. It is left as it was" in process.stdout
    )
    assert "Traceback" not in process.stdout + process.stderr
    assert sorted(one.name for one in directory.iterdir()) == ["dev.json", "dev.json.bak"]
    assert "one" in _names(embedded)
    assert "two" not in _names(embedded)
    assert embedded.up().succeeded
    assert {"one", "two", "three"} <= _names(embedded)


def test_a_disk_that_is_full_from_the_start_changes_nothing(embedded: Stack) -> None:
    embedded.program(BIG)
    process = subprocess.run(
        [sys.executable, "-c", UP, str(embedded.directory), "8"],
        env={**os.environ, **embedded.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "The stack cannot be locked: " in process.stderr
    assert "File too large. Nothing was changed." in process.stderr
    assert not list((Path(embedded.directory) / ".elastic-org" / "state").iterdir())
    assert "create" not in embedded.call_names


def _names(stack: Stack) -> set[str]:
    return {resource["urn"].rpartition("::")[2] for resource in stack.resources}
