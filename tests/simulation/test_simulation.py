"""A fixed set of the stories of `make simulate`; the same seed gives the same story, to the call."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.simulation.shrink import replay

SEEDS = 100
ONCE_WRONG: dict[int, str] = {}


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_nothing_goes_wrong_that_must_not(first: int) -> None:
    wrong = {seed: result.violations for seed in range(first, first + 10) if (result := replay(seed)).violations}
    assert wrong == {}


def test_a_seed_gives_the_same_story_to_the_call_in_every_process() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "8"]
    told = {
        subprocess.run(command, env={"PYTHONHASHSEED": hashing}, capture_output=True, text=True, check=False).stdout
        for hashing in ("1", "2")
    }
    assert len(told) == 1
    assert "nothing went wrong" in told.pop()
