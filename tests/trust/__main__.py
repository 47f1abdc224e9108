"""`make trust`: tries everything, prints the figures, and writes them to `docs/trust.md`."""

from __future__ import annotations

import os
import sys
import tempfile
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from tests.simulation.planted import find_all
from tests.simulation.search import search
from tests.support.interrupts import let_children_heed_interrupts
from tests.trust.campaign import EXAMPLES, Figures, engines, everything, run
from tests.trust.page import (
    PAGE,
    about,
    encounter_rows,
    fault_rows,
    interference_rows,
    refused_rows,
    render,
    renew_numbers,
    renew_soaked,
    table,
)
from tests.trust.soak.campaign import soak

_SIMULATED_SECONDS = 600.0

_SAMPLE = Path("build", "trust.md")

_LINE_EVERY = 100
"""How much is done from one line of progress to the next, where there is no terminal to draw a bar on."""


@click.command()
@click.option("--every", type=click.IntRange(1), default=1, help="Try one in so many only, and write build/trust.md.")
@click.option("--soak", "only_soak", is_flag=True, help="Load and soak only, and renew that section of the page.")
def main(every: int, only_soak: bool) -> None:
    """Tries everything, and ends with 1 when anything is as it must not be."""
    console = Console()
    let_children_heed_interrupts()
    for name in [name for name in os.environ if name.startswith(("EC_", "ELASTIC_ORG_", "PULUMI_"))]:
        del os.environ[name]
    if only_soak:
        soaked = soak(1 / every)
        if every == 1:
            renew_soaked(soaked)
        console.print("\n".join(soaked.wrong) or "load and soak: nothing grows", markup=False)
        sys.exit(1 if soaked.wrong else 0)
    with tempfile.TemporaryDirectory(prefix="trust-") as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder  # of the processes that are started, too
        figures = _try_everything(console, every)
    violations = figures.violations
    console.print(table("A fault at every call", fault_rows(figures.judgements)))
    console.print(table("One entry that is refused", refused_rows(figures)))
    console.print(table("Two pipelines at once", encounter_rows(figures)))
    console.print(table("Somebody in the console", interference_rows(figures)))
    page = PAGE if every == 1 else _SAMPLE
    page.parent.mkdir(exist_ok=True)
    page.write_text(render(figures, about()), encoding="utf-8")
    if every == 1:
        renew_numbers(figures.tried)
    for violation in violations:
        console.print(violation, style="red", markup=False)
    console.print(f"{figures.tried} tried, {len(violations)} violations: see {page}")
    sys.exit(1 if violations else 0)


def _try_everything(console: Console, every: int) -> Figures:
    """Tries one in so many of everything; a part that breaks is told with the figures of the others."""
    with Progress(console=console) as progress:
        bar = progress.add_task("faults, kills, pipelines and hands", total=None)

        def told(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)
            if not console.is_terminal and done % _LINE_EVERY == 0:
                console.print(f"{done} of {total} done")

        figures = run(islice(everything(engines(), max(1, EXAMPLES // every)), 0, None, every), told)

    def simulate() -> None:
        figures.simulated = search(0, None, _SIMULATED_SECONDS / every, lambda _: None)
        if every == 1:
            figures.simulated.planted = find_all()

    def load() -> None:
        figures.soaked = soak(1 / every)

    for what, part in (("the simulated world and the planted faults", simulate), ("load and soak", load)):
        console.print(what)
        try:
            part()
        except Exception as error:
            figures.broken.append(f"{what} could not be tried: {error!r}")
    return figures


if __name__ == "__main__":
    main()
