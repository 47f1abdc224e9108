"""Calls that are made at the same time."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from pulumi_elastic_org.cloud.network import HTTP

_ENDING = """
import time
from concurrent.futures import ThreadPoolExecutor
from pulumi_elastic_org.cloud.network import HTTP

other = ThreadPoolExecutor(1)

def ends():
    try:
        other.submit(int)
    except RuntimeError:  # the interpreter is ending
        return True
    return False

def serve():
    while not ends():
        time.sleep(0.01)
    with HTTP.side_by_side(2) as pool:
        print(list(pool.map(abs, (-1, -2, -3))), flush=True)

ThreadPoolExecutor(1).submit(serve)
"""


def test_what_has_begun_goes_on_to_make_calls_while_its_process_ends() -> None:
    done = subprocess.run([sys.executable, "-c", _ENDING], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("[1, 2, 3]\n", "")


def test_no_more_tasks_than_were_asked_for_are_done_at_a_time() -> None:
    at_once, most, lock, two = [0], [0], threading.Lock(), threading.Barrier(2, timeout=30)

    def task(_: int) -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        two.wait()
        with lock:
            at_once[0] -= 1

    with HTTP.side_by_side(2) as pool:
        list(pool.map(task, range(6)))
    assert most == [2]


def test_a_task_that_fails_tells_who_asks_for_its_result() -> None:
    with HTTP.side_by_side(2) as pool:
        failing, succeeding = pool.submit(int, "x"), pool.submit(int, "7")
    assert succeeding.result() == 7
    with pytest.raises(ValueError, match="'x'"):
        failing.result()


def test_an_interrupt_waits_for_nothing_that_has_begun() -> None:
    goes_on, done = threading.Event(), threading.Event()

    def task() -> None:
        goes_on.wait(30)
        done.set()

    def interrupted() -> None:
        with HTTP.side_by_side(1) as pool:
            pool.submit(task)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not done.is_set()
    goes_on.set()
    assert done.wait(30)


def test_nothing_is_waited_for_in_vain_after_a_task_failed() -> None:
    with pytest.raises(ValueError, match="'x'"), HTTP.side_by_side(1) as pool:
        list(pool.map(int, ["x", "7", "8"]))
