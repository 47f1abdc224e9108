"""One trial: a fault at one call of an update, one more run, and a judgement of everything in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from elastic_cloud_emulator import Emulator
from tests.trust.faults import FAULTS, CallSite, CallSites, strike
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.organization import AFTER, BEFORE, LEAVING, found, let_invitations_lapse
from tests.trust.phases import IMPATIENT, PATIENT, State, up

REVERTED = "provider, reverted"
"""The level at which the next update takes back what the failing one did."""


@dataclass(frozen=True)
class Trial:
    """What is tried.

    Args:
        kind: The fault, by its name in `FAULTS`, or the way in which the processes are killed.
        site: The call that it meets.
        lasting: Whether everything after that call fails likewise, until the run ends.
        level: Whether the provider is driven in this process, or which engine runs everything as whole processes.
    """

    kind: str
    site: CallSite
    lasting: bool
    level: str

    def __str__(self) -> str:
        return f"{self.kind}{', lasting,' if self.lasting else ''} at {self.site} [{self.level}]"


@dataclass(frozen=True)
class Judgement:
    """What came of a trial.

    Args:
        trial: What was tried.
        met: Whether the call was made, so that the fault was met.
        recovered: Whether the run itself got over the fault.
        converged: Whether the organization was exactly what the roster says after one more run at most.
        violations: Everything that must not have been, at any moment.
        said: What the run said when it failed, and after it the next one, if that failed too.
    """

    trial: Trial
    met: bool
    recovered: bool
    converged: bool
    violations: tuple[str, ...]
    said: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.trial)

    @property
    def wrong(self) -> tuple[str, ...]:
        """What is wrong with it; empty where nothing is."""
        return (
            *(() if self.met else ("the call was never made",)),
            *self.violations,
            *(reason for reason in self.said if "Traceback" in reason),
            *(() if self.converged else ("did not converge", *self.said)),
        )


@lru_cache
def _applied() -> State:
    """The state that the last apply left; it depends on nothing that differs from run to run."""
    state = State()
    with Emulator() as emulator:
        found(emulator)
        if reason := up(emulator, state, BEFORE):
            raise AssertionError(f"the organization cannot be adopted: {reason}")
    return state


@contextmanager
def prepared() -> Iterator[tuple[Emulator, State]]:
    """An organization as it is when the roster is about to be applied, and the state of the last apply."""
    with Emulator() as emulator:
        found(emulator)
        let_invitations_lapse(emulator.cloud)
        yield emulator, deepcopy(_applied())


def call_sites() -> list[CallSite]:
    """Returns the calls of an update that nothing disturbs, in their order; it must itself be without fault."""
    with prepared() as (emulator, state):
        calls, timeline = CallSites(), Timeline(emulator)
        emulator.watchers += [calls, timeline]
        reason = up(emulator, state, AFTER)
        wrong = [*violations(timeline), *differences(timeline.now())]
    if reason or wrong:
        raise AssertionError(f"an undisturbed update goes wrong: {reason}; {wrong}")
    return calls.found


def attempt(trial: Trial) -> Judgement:
    """Makes a trial in this process: the update fails, and the next one finishes it or, at the level `REVERTED`, takes it back."""
    fault = FAULTS[trial.kind]
    reverts = trial.level == REVERTED
    with prepared() as (emulator, state):
        timeline = Timeline(emulator)
        emulator.watchers.append(timeline)
        watcher = strike(emulator, trial.site, fault, lasting=trial.lasting)
        if reverts:
            state.mode = "additive"  # where whoever is not known as managed is left alone
        first = up(emulator, state, AFTER, IMPATIENT if fault.kind == "unanswered" else PATIENT)
        emulator.faults.clear()
        emulator.watchers.remove(watcher)
        second = up(emulator, state, BEFORE if reverts else AFTER)
        left = differences(timeline.now(), BEFORE if reverts else AFTER)
        # Who is taken back in, or whose invitation is changed back, is mailed again, and has to be.
        wrong = (
            violations(timeline, by_hand=frozenset(LEAVING), mailed=frozenset(BEFORE))
            if reverts
            else violations(timeline)
        )
        return Judgement(
            trial,
            met=watcher.reached,
            recovered=first is None,
            converged=second is None and not left,
            violations=(*wrong, *left),
            said=tuple(reason for reason in (first, second) if reason),
        )
