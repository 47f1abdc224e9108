"""`make simulate`: one seed after the other, until time is up or a story goes wrong; or one story once more."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import click

from tests.simulation.planted import find_all
from tests.simulation.search import Simulated, search
from tests.simulation.shrink import replay, shrink
from tests.simulation.world import Result

_LINE_EVERY = 15.0


@click.command()
@click.option("--seed", type=int, help="One story, told in full.")
@click.option("--keep", help="Which parts of it are left, as a shrunk story names them.")
@click.option("--people", type=int, default=0, help="How many people there are at least; all by default.")
@click.option("--first", type=int, default=0, show_default=True, help="The first seed.")
@click.option("--seeds", type=int, help="How many seeds; by default until time is up.")
@click.option("--calls", type=int, help="Go on until there were as many calls of the API, however long that takes.")
@click.option("--minutes", type=float, default=5.0, show_default=True, help="For how long.")
@click.option(
    "--page", is_flag=True, help="Look for the planted faults as well, and renew the section of docs/trust.md."
)
def main(
    seed: int | None,
    keep: str | None,
    people: int,
    first: int,
    seeds: int | None,
    calls: int | None,
    minutes: float,
    page: bool,
) -> None:
    """Runs the real lifecycle in a simulated world."""
    if seed is not None:
        kept = None if keep is None else frozenset(int(one) for one in keep.split(",") if one.isdecimal())
        result = replay(seed, kept, people)
        _tell(result)
        sys.exit(1 if result.violations else 0)
    found = search(first, seeds, minutes * 60, _progress(), calls)
    click.echo(str(found))
    if found.wrong:
        _explain(min(found.wrong, key=lambda one: one.seed))
    elif page:
        from tests.trust.page import renew_simulated

        found.planted = find_all()
        renew_simulated(found)
        click.echo("\n".join(found.violations))
    sys.exit(1 if found.violations else 0)


def _progress() -> Callable[[Simulated], None]:
    """Shows a line now and then."""
    told = time.monotonic()

    def tell(found: Simulated) -> None:
        nonlocal told
        if time.monotonic() - told > _LINE_EVERY:
            told = time.monotonic()
            click.echo(str(found))

    return tell


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
