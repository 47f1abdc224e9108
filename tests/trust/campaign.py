"""Everything that is tried, on all processors: faults at every call, kills, orphans, the console, two pipelines at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from tests.inputs import campaign as inputs
from tests.simulation.search import Simulated
from tests.trust import keys, kills, sign_on, trials
from tests.trust.console import BY_HAND, Interference, interfere
from tests.trust.faults import FAULTS, kinds_at, spread
from tests.trust.orphans import Orphan, batches, orphan
from tests.trust.pipelines import ENCOUNTERS, Encounter, meet
from tests.trust.refused import REFUSALS, RefusedEntry, entries, refuse
from tests.trust.soak.campaign import Soaked
from tests.trust.trials import Judgement, Trial

IN_PROCESS = "provider"
"""The level at which the provider is driven in this process."""

ENGINES = ("embedded", "pulumi")
"""The levels of whole processes."""

_KILLS = {"embedded": 1_000, "pulumi": 3}
"""At how many calls engine and provider are killed: with the embedded engine at every one."""

_SIGNALS = {"embedded": 12, "pulumi": 2}
"""At how many calls a run is told to end by each signal."""

EXAMPLES = 2_000
"""How many inputs each fuzzer makes."""

_MEETINGS = {"embedded": 8, "pulumi": 2}
"""At how many calls of one pipeline another one runs."""


Outcome = Judgement | RefusedEntry | Orphan | Interference | Encounter
Task = Callable[[], Outcome | inputs.Campaign]


@dataclass
class Figures:
    """Everything that came of it.

    Attributes:
        calls: How many calls an undisturbed update makes.
        judgements: Of the faults and the kills.
        refused: Of the entries that were refused for good.
        orphans: Of the providers whose engine was killed.
        interferences: Of somebody who uses the console meanwhile.
        encounters: Of the pipelines that met.
        bad_input: Of what no person and no API should hand in.
        simulated: Of the simulated world.
        soaked: Of load and soak.
        broken: What could not be tried, and why.
    """

    calls: int = 0
    judgements: list[Judgement] = field(default_factory=list)
    refused: list[RefusedEntry] = field(default_factory=list)
    orphans: list[Orphan] = field(default_factory=list)
    interferences: list[Interference] = field(default_factory=list)
    encounters: list[Encounter] = field(default_factory=list)
    bad_input: inputs.Campaign = field(default_factory=lambda: inputs.Campaign(()))
    simulated: Simulated = field(default_factory=Simulated)
    soaked: Soaked = field(default_factory=Soaked)
    broken: list[str] = field(default_factory=list)

    @property
    def outcomes(self) -> list[Outcome]:
        """All of them."""
        return [*self.judgements, *self.refused, *self.orphans, *self.interferences, *self.encounters]

    @property
    def violations(self) -> list[str]:
        """Everything that must not be, each with what showed it; empty when all is well."""
        met = [f"{outcome}: {'; '.join(outcome.wrong)}" for outcome in self.outcomes if outcome.wrong]
        return [*met, *self.bad_input.violations, *self.simulated.violations, *self.soaked.wrong, *self.broken]

    @property
    def tried(self) -> int:
        """How much was tried."""
        return len(self.outcomes) + sum(row.tried for row in self.bad_input.rows) + self.simulated.seeds

    def add(self, outcome: Outcome | inputs.Campaign) -> None:
        """Takes one in."""
        if isinstance(outcome, Judgement):
            self.judgements.append(outcome)
        elif isinstance(outcome, RefusedEntry):
            self.refused.append(outcome)
        elif isinstance(outcome, Orphan):
            self.orphans.append(outcome)
        elif isinstance(outcome, Interference):
            self.interferences.append(outcome)
        elif isinstance(outcome, Encounter):
            self.encounters.append(outcome)
        else:
            self.bad_input = outcome


def everything(engines: Iterable[str], examples: int = EXAMPLES) -> Iterator[Task]:
    """Yields all that is to be tried.

    Args:
        engines: The names of the engines that there are.
        examples: How many inputs each fuzzer makes.
    """
    yield partial(inputs.run, examples, seed=0)
    sites = trials.call_sites()
    for site in sites:
        for kind in kinds_at(site):
            for lasting in (False, True):
                yield partial(trials.attempt, Trial(kind, site, lasting, IN_PROCESS))
            yield partial(trials.attempt, Trial(kind, site, True, trials.REVERTED))
        for what in BY_HAND:
            yield partial(interfere, what, site)
    yield from _access()
    for entry in entries():
        for status in REFUSALS:
            yield partial(refuse, *entry, status)
    for engine in engines:
        yield from _whole_processes(engine)


def _access() -> Iterator[Task]:
    """Single sign-on and API keys, in this process."""
    for part, levels in ((sign_on, (sign_on.SET_UP, sign_on.TAKE_DOWN)), (keys, keys.LEVELS)):
        for level in levels:
            for site in part.call_sites(level):
                for kind in kinds_at(site):
                    for lasting in (False, True):
                        yield partial(part.attempt, Trial(kind, site, lasting, level))


def _whole_processes(engine: str) -> Iterator[Task]:
    sites = kills.call_sites(engine)
    for site in spread(sites, _KILLS[engine]):
        for kind in kills.KILLS:
            yield partial(kills.attempt, Trial(kind, site, False, engine))
    for site in spread(sites, _SIGNALS[engine]):
        for kind in kills.SIGNALS:
            yield partial(kills.attempt, Trial(kind, site, False, engine))
    yield from _killed_keys(engine)
    writes = [site for site in sites if not site.reads]
    for number, kind in enumerate(FAULTS if engine == "embedded" else ()):
        unanswered = FAULTS[kind].kind == "unanswered"  # costs half a minute each time that it is tried
        for lasting in (False,) if unanswered else (False, True):
            yield partial(kills.attempt, Trial(kind, writes[number * 5 % len(writes)], lasting, engine))
    for site in batches(sites):
        yield partial(orphan, site, engine)
    for what in ENCOUNTERS:
        for site in spread(writes, _MEETINGS[engine]):
            yield partial(meet, what, engine, site)


def _killed_keys(engine: str) -> Iterator[Task]:
    """API keys, by whole processes that are killed: with the embedded engine at every call, with the CLI at those that write."""
    for level in (keys.process_level(engine, one) for one in keys.LEVELS):
        for site in keys.call_sites_of_processes(level):
            kinds = () if site.reads else (*kills.KILLS, "success without the effect")
            for kind in kills.KILLS if engine == "embedded" and site.reads else kinds:
                yield partial(keys.kill, Trial(kind, site, False, level))


def engines() -> list[str]:
    """Returns the names of the engines that there are on this machine."""
    return [engine for engine in ENGINES if engine == "embedded" or shutil.which(engine)]


def _workers() -> int:
    """How many trials run side by side: they wait for each other's servers about as long as they compute."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 2 * (processors or 1)


def run(tasks: Iterable[Task], told: Callable[[int, int], None]) -> Figures:
    """Does everything, several at a time.

    Args:
        tasks: What to do, as `everything` yields it.
        told: Called with how many are done, and of how many.
    """
    figures = Figures(len(trials.call_sites()))
    with ProcessPoolExecutor(_workers(), get_context("spawn")) as pool:
        waiting: dict[Future[Outcome | inputs.Campaign], Task] = {pool.submit(task): task for task in tasks}
        for number, done in enumerate(as_completed(waiting), 1):
            if (error := done.exception()) is None:
                figures.add(done.result())
            else:
                figures.broken.append(f"{waiting[done]} could not be tried: {error!r}")
            told(number, len(waiting))
    return figures
