"""The embedded engine does what the Pulumi CLI was recorded to do: the same steps, calls, messages, outputs and state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests.support.things_stack import Stack

from .recordings.__main__ import observe
from .recordings.differences import WORDINGS
from .recordings.exchange import carry_over, settled_runs, take_over_from_the_recording
from .recordings.playing import Played, play
from .recordings.recording import Recording, difference, recorded
from .recordings.scenarios import SCENARIOS

INTERRUPTED = {name for name, scenario in SCENARIOS.items() if any(run.interrupted for run in scenario.runs)}
EXPORTED = [name for name in SCENARIOS if name in recorded() and settled_runs(SCENARIOS[name], Recording.load(name))]


def sample(names: Iterable[str], *chosen: str) -> list[ParameterSet]:
    """The names as parameters, of which `make test` takes only the chosen: with the CLI, each is half a minute."""
    return [pytest.param(name, marks=() if name in chosen else pytest.mark.recordings) for name in names]


def test_every_scenario_is_recorded() -> None:
    assert recorded() == SCENARIOS.keys()


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_embedded_engine_does_what_the_cli_did(embedded: Stack, python: Path, name: str) -> None:
    # Ctrl-C reaches a whole group of processes, and is not to reach this one.
    played: Played = observe(name, "embedded", python) if name in INTERRUPTED else play(SCENARIOS[name], embedded)
    assert difference(Recording.load(name).runs, played.runs) == []


def test_what_is_said_in_other_words_is_said() -> None:
    said = {message for name in SCENARIOS for run in Recording.load(name).runs for _, message, _ in run["diagnostics"]}
    assert [wording.meaning for wording in WORDINGS if not any(wording.is_of_cli(text) for text in said)] == []


@pytest.mark.parametrize("name", EXPORTED)
def test_the_embedded_engine_carries_on_what_the_cli_exported(embedded: Stack, name: str) -> None:
    assert take_over_from_the_recording(SCENARIOS[name], Recording.load(name), embedded) == []


@pytest.mark.usefixtures("pulumi_cli")
@pytest.mark.parametrize("name", sample(EXPORTED, "component-in-component", "secrets"))
def test_the_cli_carries_on_what_the_embedded_engine_exported(make_stack: Callable[[str], Stack], name: str) -> None:
    assert carry_over(SCENARIOS[name], Recording.load(name), make_stack("embedded"), make_stack("pulumi")) == []


@pytest.mark.usefixtures("pulumi_cli")
@pytest.mark.parametrize("name", sample(SCENARIOS, "update", "secret-credential"))
def test_the_cli_still_does_what_was_recorded(python: Path, name: str) -> None:
    assert difference(Recording.load(name).runs, observe(name, "pulumi", python).runs) == []
