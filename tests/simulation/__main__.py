"""`make simulate`: one seed after the other, until time is up or a story goes wrong; or one story once more."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count
from multiprocessing import get_context

import click

from tests.simulation.shrink import replay, shrink
from tests.simulation.world import Result

_SEEDS_A_TASK = 10
_LINE_EVERY = 15.0


def live(seeds: range) -> list[Result]:
    """Has the stories of some seeds happen; what is told is kept of those that go wrong only."""
    results = [replay(seed) for seed in seeds]
    for result in results:
        if not result.violations:
            result.told.clear()
    return results


@click.command()
@click.option("--seed", type=int, help="One story, told in full.")
@click.option("--keep", help="Which parts of it are left, as a shrunk story names them.")
@click.option("--people", type=int, default=0, help="How many people there are at least; all by default.")
@click.option("--first", type=int, default=0, show_default=True, help="The first seed.")
@click.option("--seeds", type=int, help="How many seeds; by default until time is up.")
@click.option("--minutes", type=float, default=5.0, show_default=True, help="For how long.")
def main(seed: int | None, keep: str | None, people: int, first: int, seeds: int | None, minutes: float) -> None:
    """Runs the real lifecycle in a simulated world."""
    if seed is not None:
        kept = None if keep is None else frozenset(int(one) for one in keep.split(",") if one.isdecimal())
        result = replay(seed, kept, people)
        _tell(result)
        sys.exit(1 if result.violations else 0)
    sys.exit(1 if _search(first, seeds, minutes * 60) else 0)


def _search(first: int, seeds: int | None, seconds: float) -> bool:
    """Goes through seeds, and returns whether a story went wrong."""
    began = told = time.monotonic()
    done = calls = 0
    starts = (
        range(start, min(start + _SEEDS_A_TASK, first + seeds) if seeds else start + _SEEDS_A_TASK)
        for start in (count(first, _SEEDS_A_TASK) if seeds is None else range(first, first + seeds, _SEEDS_A_TASK))
    )
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        waiting: set[Future[list[Result]]] = set()
        wrong: list[Result] = []
        over = False
        while not wrong and (waiting or not over):
            over = over or (seeds is None and time.monotonic() - began > seconds)
            while not over and len(waiting) < 2 * (os.cpu_count() or 1):
                task = next(starts, None)
                if task is None:
                    over = True
                else:
                    waiting.add(pool.submit(live, task))
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED) if waiting else (set(), waiting)
            for result in (one for task_ in ended for one in task_.result()):
                done, calls = done + 1, calls + result.calls
                wrong += [result] if result.violations else []
            if time.monotonic() - told > _LINE_EVERY or wrong or (over and not waiting):
                told = time.monotonic()
                rate = done / (told - began) * 60
                click.echo(f"{done} seeds, {calls} calls, {rate:.0f} seeds a minute, {len(wrong)} went wrong")
        for task_ in waiting:
            task_.cancel()
    if wrong:
        _explain(min(wrong, key=lambda one: one.seed))
    return bool(wrong)


def _explain(result: Result) -> None:
    click.echo(f"seed {result.seed} goes wrong: {result.violations[0]}")
    click.echo("leaving out what it does not take ...")
    shrunk = shrink(result)
    _tell(shrunk.result)
    click.echo(f"once more: {shrunk.command}")


def _tell(result: Result) -> None:
    click.echo("\n".join(result.told))
    click.echo(f"{result.calls} calls; " + ("; ".join(result.violations) or "nothing went wrong"))


if __name__ == "__main__":
    main()
