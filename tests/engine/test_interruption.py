"""Ctrl-C: what has begun is finished and kept, and nothing else is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from tests.support.things_stack import Stack

UP = """
import sys
from pathlib import Path
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import Workspace
workspace = Workspace(Path(sys.argv[2]), "dev")
result = select(sys.argv[1]).up(workspace, on_event=lambda event: print(event, flush=True))
print(result.succeeded, result.errors)
"""

PROGRAM = """
first = Thing("first", {"value": "a", "wait": "go"})
Thing("second", {"value": first.made})
"""


def test_what_has_begun_is_finished_and_kept(stack: Stack) -> None:
    stack.program(PROGRAM)
    running = subprocess.Popen(
        [sys.executable, "-c", UP, stack.engine.name, str(stack.directory)],
        env={**os.environ, **stack.environment},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while "create" not in stack.call_names:
        assert running.poll() is None
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to the engine and whatever is in its process group
    assert running.stdout is not None
    while "Interrupted" not in running.stdout.readline():
        assert running.poll() is None
    (stack.directory / "go").touch()
    answer, _ = running.communicate()
    assert answer.splitlines()[-1].startswith("False ('Interrupted.")
    assert stack.call_names == ["check", "create"]
    assert stack.state("first")["id"] == "id-a"
    assert stack.up().succeeded
