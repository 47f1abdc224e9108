"""Trials with whole processes: they are killed or told to end at a call, or meet a fault there, and run once more."""

from __future__ import annotations

import signal
from collections.abc import Callable

from tests.engine.processes import lock_files
from tests.trust.faults import FAULTS, AtCall, CallSite, CallSites, strike
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.processes import Update, drop_connection, prepared_project
from tests.trust.trials import Judgement, Trial

BEFORE_EFFECT = "process killed before the effect"
AFTER_EFFECT = "process killed after the effect"
KILLS = (BEFORE_EFFECT, AFTER_EFFECT)
SIGNALS = {f"told to end by {one.name}": one for one in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}


def call_sites(engine: str) -> list[CallSite]:
    """Returns the calls of an undisturbed update by whole processes, in their order."""
    with prepared_project(engine) as (emulator, project):
        calls, timeline = CallSites(), Timeline(emulator)
        emulator.watchers += [calls, timeline]
        reason = project.up().result()
        wrong = [*violations(timeline), *differences(timeline.now())]
    if reason or wrong:
        raise AssertionError(f"an undisturbed update goes wrong: {reason}; {wrong}")
    return calls.found


def attempt(trial: Trial) -> Judgement:
    """Makes a trial with whole processes; its level is the engine's name."""
    with prepared_project(trial.level) as (emulator, project):
        timeline = Timeline(emulator)
        emulator.watchers.append(timeline)
        started: list[Update] = []
        killed = trial.kind in KILLS
        if killed:
            watcher = AtCall(trial.site, killing(started, trial.kind), after_effect=trial.kind == AFTER_EFFECT)
            emulator.watchers.append(watcher)
        elif trial.kind in SIGNALS:
            watcher = AtCall(trial.site, lambda: started[0].tell(SIGNALS[trial.kind]), after_effect=False)
            emulator.watchers.append(watcher)
        else:
            watcher = strike(emulator, trial.site, FAULTS[trial.kind], lasting=trial.lasting)
        started.append(project.up())
        first = started[0].result()
        emulator.faults.clear()
        emulator.watchers.remove(watcher)
        if killed:
            project.release_lock()
        locked = [f"{lock.name} is left" for lock in lock_files(project.directory)]
        second = project.up().result()
        left = differences(timeline.now())
        return Judgement(
            trial,
            met=watcher.reached,
            recovered=first is None,
            converged=second is None and not left,
            violations=(*violations(timeline), *left, *locked),
            said=tuple(reason for reason in (first, second) if reason),
        )


def killing(started: list[Update], kind: str) -> Callable[[], None]:
    """Returns what kills the processes of an update at a call.

    Args:
        started: The update, once it is started.
        kind: Of `KILLS`.
    """

    def act() -> None:
        started[0].kill()
        if kind == BEFORE_EFFECT:
            drop_connection()

    return act
