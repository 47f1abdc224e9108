"""How the cost grows with the number of people, and with the number of changes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.changes import LATENCY
from benchmarks.organization import acme, newcomers, people, promoted
from benchmarks.plots import Curve, plot
from benchmarks.processes import Costs
from benchmarks.report import Section, Table, seconds
from benchmarks.stack import EMBEDDED, Stack, engines

PEOPLE = (10, 100, 1_000, 10_000)
CHANGES = (1, 10, 100, 1_000)
AMONG = 2_000

PEOPLE_PLOT = "speed-people.svg"
CHANGES_PLOT = "speed-changes.svg"


def measure(runs: int, plots: Path | None) -> Section:
    """Measures previews of ever more people and updates of ever more changes.

    Args:
        runs: How often each preview is made; an update is made once.
        plots: The directory for the plots; ``None`` draws none.
    """
    previews = {engine: {count: _preview(engine, count, runs) for count in PEOPLE} for engine in engines()}
    updates = _updates()
    if plots:
        curves = [Curve(f"preview, {engine}", found) for engine, found in previews.items()]
        plot(plots / PEOPLE_PLOT, "people", "seconds", curves)
        plot(plots / CHANGES_PLOT, "changes", "seconds", [Curve(name, found) for name, found in updates.items()])
    return Section(
        "growth",
        (
            _table("A preview that finds nothing to do", "people", PEOPLE, previews),
            _table(
                f"An update among {AMONG:,} people, {LATENCY * 1000:.0f} ms a call, embedded",
                "changes",
                CHANGES,
                updates,
            ),
        ),
    )


def _preview(engine: str, count: int, runs: int) -> float:
    with tempfile.TemporaryDirectory() as directory, acme(people(count)) as organization:
        stack = Stack(Path(directory, "stack"), engine, organization)
        stack.declare(people(count))
        stack.settle()
        return Costs([stack.preview() for _ in range(runs)]).minimum


def _updates() -> dict[str, dict[int, float]]:
    everybody = people(AMONG)
    found: dict[str, dict[int, float]] = {"change a role of each": {}, "invite": {}}
    with tempfile.TemporaryDirectory() as directory, acme(everybody) as organization:
        stack = Stack(Path(directory, "stack"), EMBEDDED, organization)
        for count in CHANGES:
            for what, declared in (
                ("change a role of each", promoted(everybody, count)),
                ("invite", {**everybody, **newcomers(count)}),
            ):
                stack.declare(everybody)
                stack.settle()
                stack.declare(declared)
                with organization.latency(LATENCY):
                    found[what][count] = stack.act("up").seconds
    return found


def _table(title: str, what: str, counts: tuple[int, ...], found: Mapping[str, Mapping[int, float]]) -> Table:
    rows = tuple((name, *(seconds(by_count[count]) for count in counts)) for name, by_count in found.items())
    return Table(title, (what, *(f"{count:,}" for count in counts)), rows)
