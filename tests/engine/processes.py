"""An update in a process of its own, and what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.things_stack import Stack

DEADLINE_SECONDS = 120.0
"""How long at most to wait for a process: a bound for what hangs, not a measure."""

_UP = """
import sys
from pathlib import Path
from pulumi_elastic_org.cli.termination import ends_as_interrupt
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import Workspace
with ends_as_interrupt():
    result = select(sys.argv[1]).up(Workspace(Path(sys.argv[2]), "dev"), on_event=lambda event: print(event, flush=True))
sys.exit(not result.succeeded)
"""


def lock_files(directory: Path) -> list[Path]:
    """Returns the locks that a run of either engine has left below a directory."""
    locks = (path for path in directory.rglob("*") if path.suffix == ".lock" or "locks" in path.parts)
    return [path for path in locks if path.is_file()]


def start(stack: Stack) -> subprocess.Popen[str]:
    """Starts an update; what happens comes line by line on its output, with its errors."""
    return subprocess.Popen(
        [sys.executable, "-c", _UP, stack.engine.name, str(stack.directory)],
        env={**os.environ, **stack.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_until(true: Callable[[], object], running: subprocess.Popen[str] | None = None) -> None:
    """Waits until something holds, as long as a process runs."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < end
        assert running is None or running.poll() is None, running.communicate()
        time.sleep(0.05)


def left_behind(stack: Stack) -> list[str]:
    """The command lines of the processes that run for a stack, found by their environment."""
    mark = f"TRIAL_DIRECTORY={stack.directory}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
