"""However a run is ended, it leaves a state, no lock, and no process behind."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support.things_stack import Stack

from .processes import left_behind, lock_files, start, wait_until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks for processes under /proc")

HELD = """
first = Thing("first", {"value": "a", "wait": "go"})
Thing("second", {"value": first.made})
"""

BUSY = """
import time
Thing("first", {"value": "a"})
(THINGS / "busy").touch()
time.sleep(600)
"""


def test_ctrl_c_reaches_what_tests_start_also_where_they_were_started_to_ignore_it() -> None:
    child = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    tests = f"""
import subprocess, sys
from tests.support.interrupts import let_children_heed_interrupts
for begin in (lambda: None, let_children_heed_interrupts):
    begin()
    subprocess.run([sys.executable, "-c", {child!r}], check=True)
"""
    ignoring = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", tests]
    assert subprocess.run(ignoring, capture_output=True, text=True, check=True).stdout.split() == ["False", "True"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_run_that_is_told_to_end_finishes_what_has_begun(stack: Stack, number: signal.Signals) -> None:
    stack.program(HELD)
    running = start(stack)
    wait_until(lambda: "create" in stack.call_names, running)
    running.send_signal(number)  # to the command alone, as `kill` and a supervisor do
    running.send_signal(signal.SIGTERM)  # as a CI system does soon after
    assert running.stdout is not None
    line = ""
    while "Interrupted. What has begun is finished" not in line:
        line = running.stdout.readline()
        assert line
    (stack.directory / "go").touch()
    said, _ = running.communicate()
    assert running.returncode == 1, said
    if stack.engine.name == "embedded":  # the CLI passes the interrupt on to the program, which may show where it was
        assert "Traceback" not in said
    assert stack.call_names == ["check", "create"]
    assert stack.state("first")["id"] == "id-a"
    assert lock_files(stack.directory) == []
    assert left_behind(stack) == []
    assert stack.up().succeeded


def test_what_only_looks_is_not_waited_for_and_is_no_failure_once_the_run_is_told_to_end(embedded: Stack) -> None:
    embedded.program('Thing("first", {"value": "a", "hold": True})')
    running = start(embedded)
    wait_until(lambda: "check" in embedded.call_names, running)
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate()
    assert running.returncode == 1
    assert "Interrupted. What has begun is finished" in said
    assert "severity='error'" in said
    assert said.count("severity='error'") == 1, said
    assert left_behind(embedded) == []


def test_a_provider_does_not_outlive_a_killed_engine_and_finishes_what_has_begun(embedded: Stack) -> None:
    embedded.program(HELD)
    running = start(embedded)
    wait_until(lambda: "create" in embedded.call_names, running)
    running.kill()
    running.communicate()
    (embedded.directory / "go").touch()
    wait_until(lambda: left_behind(embedded) == [])
    assert embedded.call_names == ["check", "create"]


def test_a_program_that_is_busy_does_not_outlive_a_killed_engine(embedded: Stack) -> None:
    embedded.program(BUSY.replace("THINGS", "__import__('things').HERE"))
    running = start(embedded)
    wait_until((embedded.directory / "busy").exists, running)
    running.kill()
    running.communicate()
    wait_until(lambda: left_behind(embedded) == [])


def test_a_command_that_serves_ends_when_it_is_told_to() -> None:
    serving = subprocess.Popen(
        [sys.executable, "-c", "from pulumi_elastic_org.cli import main; main()", "emulator"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert serving.stdout is not None
    assert "emulated" in serving.stdout.readline()
    serving.terminate()
    _, errors = serving.communicate()
    assert (serving.returncode, errors) == (0, "")
