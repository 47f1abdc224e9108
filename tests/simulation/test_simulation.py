"""A fixed set of the stories of `make simulate`; the same seed gives the same story, to the call."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.maker import make
from tests.simulation.planted import PLANTED
from tests.simulation.shrink import replay, shrink
from tests.simulation.story import ERRANDS
from tests.trust.page import PAGE, SIMULATED

SEEDS = 60
ONCE_WRONG = {
    "several roles are exchanged at once": 14,
    "a consolidation adds roles that others cover": 514,
    "why a look was refused is taken for an answer": 4,
    "keys are not looked for once they are made or deleted": 30,
    "only what takes a way to be an owner waits for another one": 110,
    "a procedure goes by the address, whose account ever that is": 11,
    "a look that fails is no failure": 22,
    "a request to invite that waited is not looked at again": 988,
}
"""What the simulation has found, as it is planted again, and a seed that shows it."""


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
def test_nothing_goes_wrong_that_must_not(first: int) -> None:
    wrong = {seed: result.violations for seed in range(first, first + 10) if (result := replay(seed)).violations}
    assert wrong == {}


@pytest.mark.parametrize("fault", ONCE_WRONG)
def test_what_was_once_wrong_is_found_when_it_comes_back(fault: str) -> None:
    assert replay(ONCE_WRONG[fault]).violations == []
    with pytest.MonkeyPatch.context() as patch:
        PLANTED[fault].disable(patch)
        assert replay(ONCE_WRONG[fault]).violations


def test_a_story_that_goes_wrong_is_shortened_and_its_command_replays_it() -> None:
    fault = "several roles are exchanged at once"
    with pytest.MonkeyPatch.context() as patch:
        PLANTED[fault].disable(patch)
        whole = replay(ONCE_WRONG[fault])
        shrunk = shrink(whole)
        assert replay(whole.seed, shrunk.kept, shrunk.people).violations == shrunk.result.violations
    assert len(shrunk.result.told) < len(whole.told)
    assert f"--seed {whole.seed} --keep" in shrunk.command


@pytest.mark.parametrize("fault", PLANTED)
def test_every_fault_can_be_planted(fault: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        PLANTED[fault].disable(patch)


def test_an_account_that_leaves_is_that_with_which_it_began_whoever_gets_its_address() -> None:
    assert replay(982).violations == []


def test_a_seed_gives_the_same_story_to_the_call_in_every_process() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "39"]
    told = {
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": hashing}, capture_output=True, text=True, check=False
        ).stdout
        for hashing in ("1", "2")
    }
    assert len(told) == 1
    assert "nothing went wrong" in told.pop()


def test_every_procedure_is_started_beside_pipelines_and_killed_and_goes_on() -> None:
    told = [line for seed in range(SEEDS) if make(seed).errands for line in replay(seed).told]
    for what in ERRANDS:
        ends = [line.partition(" ends: ")[2] for line in told if f" {what} " in f"{line.partition(' ends: ')[0]} "]
        assert "None" in ends, what
    assert any(line.endswith(" ends: killed") for line in told)


def test_the_page_lists_planted_faults_that_were_all_found() -> None:
    section = PAGE.read_text(encoding="utf-8").split(SIMULATED)[1]
    listed = [line.split(" | ")[0].removeprefix("| ") for line in section.partition("| planted |")[2].splitlines()[2:]]
    named = [name for name in listed if name.strip()]
    assert len(named) >= 25
    assert set(named) <= PLANTED.keys()
    assert "not found" not in section
