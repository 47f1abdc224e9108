"""The same work over and over, and many organizations at once, cost the same to the end: `make trust`, in small."""

from __future__ import annotations

import pytest

from tests.trust.soak import organizations, plugin, rate_limit, stacks
from tests.trust.soak.roster import FEWEST, revision
from tests.trust.soak.series import Series, grows


def _calls_and_objects(series: Series) -> Series:
    """What is counted; the memory of a process with other tests in it says nothing of this one."""
    series.memory.clear()
    return series


def test_an_hour_at_the_rate_limit_makes_as_many_calls_an_apply_to_the_end_and_keeps_no_objects() -> None:
    series = _calls_and_objects(rate_limit.soak(60, 1.0))
    assert series.wrong == []
    assert series.runs > 10
    assert sum(series.refused) > 0
    assert max(series.refused) <= 2  # who has been told to wait does not ask in vain


def test_organizations_at_once_in_one_process_neither_mix_nor_wait_for_each_other() -> None:
    series, slowest = organizations.soak(5, 5)
    assert _calls_and_objects(series).wrong == []
    assert series.refused == [0] * 5  # each keeps to its own limit
    assert slowest < 1.1  # of simulated time


def test_stacks_of_one_project_side_by_side_make_the_calls_of_one_alone() -> None:
    found = stacks.soak(3)
    assert found.wrong == []
    assert found.calls == [found.calls[0]] * 4


def test_a_plugin_that_serves_run_after_run_makes_the_same_calls_in_each() -> None:
    assert _calls_and_objects(plugin.soak(3)).wrong == []


def test_every_revision_of_the_roster_has_people_of_its_own() -> None:
    first, second = (revision(number, FEWEST, "acme") for number in (0, 1))
    assert len(first) == len(second) == FEWEST
    assert len(first.keys() - second.keys()) == len(second.keys() - first.keys()) == 3


@pytest.mark.parametrize(
    ("memory", "leaks"),
    [
        ([100_000 + 1_000 * run for run in range(40)], True),
        ([100_000 + 300 * (run % 2) for run in range(40)], False),
        ([100_000] * 40, False),
        ([60_000, 80_000, 95_000, *[100_000] * 37], False),
        ([100_000] * 25 + [102_300] * 15, False),
    ],
    ids=["grows", "goes up and down", "stays", "warms up", "one step"],
)
def test_memory_that_grows_is_told_from_memory_that_goes_up_and_down(memory: list[int], leaks: bool) -> None:
    assert bool(Series("a run", 1, calls=[1] * 40, memory=memory).wrong) == leaks


def test_an_object_that_each_run_leaves_is_told() -> None:
    assert Series("a run", 1, calls=[1] * 8, objects=[1_000 + run for run in range(8)]).wrong != []
    assert Series("a run", 1, calls=[1] * 8, objects=[1_000, 1_003] * 4).wrong == []
    assert not grows([1.0])


def test_a_call_more_in_one_run_is_told() -> None:
    assert Series("a run", 1, calls=[59, 59, 60]).wrong == ["a run: calls differ from run to run: [59, 59, 60]"]
    assert Series("a run", 1, calls=[59, 61, 59], spread=1).wrong != []
    assert Series("a run", 1, calls=[59, 60, 59], spread=1).wrong == []
