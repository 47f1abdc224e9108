"""Requests that wait at the same time are carried out together; each gets an answer of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_elastic_org.lifecycle.batching import Batches, Quiet

AGES = 60.0
"""Longer than any test: a batch that starts earlier has another reason to."""


class Doubling:
    """Doubles numbers, refuses odd ones, and notes what came together."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def __call__(self, requests: Sequence[int]) -> list[int | Exception]:
        self.batches.append(sorted(requests))
        return [ValueError(f"{number} is odd") if number % 2 else 2 * number for number in requests]


def test_a_full_batch_starts_at_once() -> None:
    double = Doubling()
    batches = Batches(double, size=4, quiet_seconds=AGES)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(batches.submit, (0, 2, 4, 6))) == [0, 4, 8, 12]
    assert double.batches == [[0, 2, 4, 6]]


def test_a_batch_that_nobody_joins_starts_after_a_while() -> None:
    double = Doubling()
    assert Batches(double, size=4, quiet_seconds=0.0).submit(2) == 4
    assert double.batches == [[2]]


def test_who_comes_more_slowly_is_waited_for_longer() -> None:
    quiet = Quiet(0.1)
    quiet.sign(10.0)
    assert quiet.left(10.0) == pytest.approx(0.1)
    quiet.sign(10.2)
    assert quiet.left(10.2) == pytest.approx(0.6)
    quiet.begun()
    quiet.sign(10.9)  # came while the engine waited for the batch
    quiet.ended(11.0)
    quiet.sign(11.5)
    quiet.sign(15.0)  # was not on its way together with the one before
    assert quiet.left(15.0) == pytest.approx(0.6)


def test_a_refusal_concerns_only_the_one_who_asked() -> None:
    batches = Batches(Doubling(), size=2, quiet_seconds=AGES)
    with ThreadPoolExecutor(2) as pool:
        odd, even = pool.submit(batches.submit, 3), pool.submit(batches.submit, 4)
        assert even.result() == 8
        with pytest.raises(ValueError, match="3 is odd"):
            odd.result()


def test_a_failure_reaches_everybody_who_waits_and_the_next_batch_runs() -> None:
    failures = [OSError("out of reach")]

    def carry_out(requests: Sequence[int]) -> list[int | Exception]:
        if failures:
            raise failures.pop()
        return list(requests)

    batches = Batches(carry_out, size=2, quiet_seconds=AGES)
    with ThreadPoolExecutor(2) as pool:
        for waiting in [pool.submit(batches.submit, number) for number in (1, 2)]:
            with pytest.raises(OSError, match="out of reach"):
                waiting.result()
        assert sorted(pool.map(batches.submit, (3, 4))) == [3, 4]


def test_who_comes_while_a_batch_runs_is_in_the_next_one() -> None:
    running, go_on = threading.Event(), threading.Event()
    batches_seen: list[list[int]] = []

    def carry_out(requests: Sequence[int]) -> list[int | Exception]:
        batches_seen.append(sorted(requests))
        running.set()
        go_on.wait()
        return list(requests)

    batches = Batches(carry_out, size=2, quiet_seconds=AGES)
    with ThreadPoolExecutor(4) as pool:
        first = [pool.submit(batches.submit, number) for number in (1, 2)]
        running.wait()
        second = [pool.submit(batches.submit, number) for number in (3, 4)]
        go_on.set()
        assert sorted(waiting.result() for waiting in (*first, *second)) == [1, 2, 3, 4]
    assert batches_seen == [[1, 2], [3, 4]]


def test_a_sign_of_more_to_come_holds_a_batch_open() -> None:
    double = Doubling()
    batches = Batches(double, size=2, quiet_seconds=AGES)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(batches.submit, 2)
        batches.expect()
        second = pool.submit(batches.submit, 4)
        assert (first.result(), second.result()) == (4, 8)
    assert double.batches == [[2, 4]]
