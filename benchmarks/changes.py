"""A thousand people at 50 ms a call: each kind of change, beside the same calls made bare and beside the per-person way."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.bare import BareClient, Calls
from benchmarks.organization import Acme, People, acme, newcomers, people, promoted, without
from benchmarks.peer import REFERENCE, Peer, find_peer
from benchmarks.processes import Cost, Costs
from benchmarks.report import Section, Table, seconds, times
from benchmarks.stack import EMBEDDED, PULUMI, Stack, engines

LATENCY = 0.05

OPERATIONS = {
    "preview": "preview, nothing to do",
    "add": "invite {} people",
    "cancel": "cancel {} invitations",
    "change": "change a role of {} members",
    "remove": "remove {} members",
}


class Contender(Protocol):
    """A way to make an organization what is declared."""

    def declare(self, people: People) -> None:
        """Says who ought to be in the organization."""

    def settle(self) -> None:
        """Makes it so, without being measured."""

    def act(self, operation: str) -> Cost:
        """Measures one of `OPERATIONS`: a preview, or to make it so."""


@dataclass(frozen=True)
class Size:
    """How much there is to do.

    Args:
        people: Who belong to the organization.
        changes: Of how many of them something is changed.
    """

    people: int = 1_000
    changes: int = 100


def measure(runs: int, *, with_peer: bool, size: Size = Size()) -> Section:
    """Measures every contender that there is on this machine.

    Args:
        runs: How often each of our own engines makes each change.
        with_peer: Whether to run the per-person peer, which takes minutes, where it is there.
        size: How much there is to do.
    """
    measured: dict[str, Mapping[str, Costs]] = {}
    calls: dict[str, Calls] = {}
    for engine in engines():
        with _organization(size) as (organization, directory):
            measured[engine] = _cycle(Stack(directory / "stack", engine, organization), organization, size, runs, calls)
    with _organization(size) as (organization, _):
        measured["limit"] = _cycle(BareClient(organization, calls), organization, size, runs)
    program = find_peer() if with_peer else None
    if program:
        with _organization(size) as (organization, directory):
            measured["peer"] = _cycle(Peer(directory / "peer", organization, program), organization, size, 1)
    return Section("changes", (_table(measured, calls, program, size),))


@contextmanager
def _organization(size: Size) -> Iterator[tuple[Acme, Path]]:
    with tempfile.TemporaryDirectory() as directory, acme(people(size.people)) as organization:
        yield organization, Path(directory)


def _cycle(
    contender: Contender, organization: Acme, size: Size, runs: int, calls: dict[str, Calls] | None = None
) -> dict[str, Costs]:
    """Makes every change so many times, in an order in which each leads to where the next begins."""
    everybody = people(size.people)
    contender.declare(everybody)
    contender.settle()
    costs: dict[str, list[Cost]] = {operation: [] for operation in OPERATIONS}

    def act(operation: str, declared: People) -> None:
        contender.declare(declared)
        organization.emulator.calls.reset()
        with organization.latency(LATENCY):
            costs[operation].append(contender.act(operation))
        if calls is not None:
            calls[operation] = organization.emulator.calls.counts()

    for _ in range(runs):
        act("preview", everybody)
        act("add", {**everybody, **newcomers(size.changes)})
        act("cancel", everybody)
        act("change", promoted(everybody, size.changes))
        contender.declare(everybody)
        contender.settle()
        act("remove", without(everybody, size.changes))
        organization.join(dict(list(everybody.items())[-size.changes :]))
        contender.declare(everybody)
        contender.settle()
    return {operation: Costs(made) for operation, made in costs.items()}


def _table(
    measured: Mapping[str, Mapping[str, Costs]], calls: Mapping[str, Calls], program: Path | None, size: Size
) -> Table:
    ours = [engine for engine in (EMBEDDED, PULUMI) if engine in measured]
    peer = {operation: costs.median for operation, costs in measured.get("peer", {}).items()} or REFERENCE
    rows = []
    for operation, what in OPERATIONS.items():
        limit = measured["limit"][operation].median
        row = [what.format(size.changes), str(sum(Counter(calls[operation]).values())), seconds(limit)]
        for engine in ours:
            cost = measured[engine][operation]
            row += [f"{seconds(cost.median)} ({seconds(cost.minimum)})", times(cost.median / limit)]
        row += [
            seconds(peer[operation]),
            *(times(peer[operation] / measured[engine][operation].median) for engine in ours),
        ]
        rows.append(tuple(row))
    columns = ["operation", "calls", "limit"]
    for engine in ours:
        columns += [engine, "of the limit"]
    peer_name = f"`ec_organization`, {program.name}" if program else "`ec_organization` (*)"
    columns += [peer_name, *(f"{engine} is faster by" for engine in ours)]
    note = (
        ""
        if program
        else (
            "(*) Reference figures, measured once on another machine: the provider and `tofu` or `terraform` were not on `PATH`."
        )
    )
    return Table(f"{size.people:,} people, {LATENCY * 1000:.0f} ms a call", tuple(columns), tuple(rows), note)
