"""`make trust`: tries everything, prints the figures, and writes them to `docs/trust.md`."""

from __future__ import annotations

import os
import sys
import tempfile

from rich.console import Console
from rich.progress import Progress

from tests.simulation.planted import find_all
from tests.simulation.search import search
from tests.trust.campaign import engines, everything, run
from tests.trust.page import PAGE, about, encounter_rows, fault_rows, interference_rows, refused_rows, render, table

_SIMULATED_SECONDS = 600.0

_LINE_EVERY = 100
"""How much is done from one line of progress to the next, where there is no terminal to draw a bar on."""


def main() -> int:
    """Returns the exit code: 1 when anything is as it must not be."""
    console = Console()
    for name in [name for name in os.environ if name.startswith(("EC_", "ELASTIC_ORG_", "PULUMI_"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="trust-") as folder, Progress(console=console) as progress:
        os.environ["TMPDIR"] = tempfile.tempdir = folder  # of the processes that are started, too
        bar = progress.add_task("faults, kills, pipelines and hands", total=None)

        def told(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)
            if not console.is_terminal and done % _LINE_EVERY == 0:
                console.print(f"{done} of {total} done")

        figures = run(everything(engines()), told)
    console.print("ten minutes of the simulated world, then the planted faults")
    figures.simulated = search(0, None, _SIMULATED_SECONDS, lambda _: None)
    figures.simulated.planted = find_all()
    violations = figures.violations
    console.print(table("A fault at every call", fault_rows(figures.judgements)))
    console.print(table("One entry that is refused", refused_rows(figures)))
    console.print(table("Two pipelines at once", encounter_rows(figures)))
    console.print(table("Somebody in the console", interference_rows(figures)))
    PAGE.write_text(render(figures, about()), encoding="utf-8")
    for violation in violations:
        console.print(violation, style="red", markup=False)
    console.print(f"{figures.tried} tried, {len(violations)} violations: see {PAGE}")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
