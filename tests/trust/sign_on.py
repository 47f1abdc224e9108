"""Setting up and taking down single sign-on, with a fault at every call: nobody is locked out at any of them."""

from __future__ import annotations

from elastic_cloud_emulator import Emulator
from tests.support.sign_on import DOWN, UP, SignOnStack
from tests.trust.faults import FAULTS, CallSite, CallSites, strike
from tests.trust.phases import IMPATIENT, PATIENT
from tests.trust.trials import Judgement, Trial

SET_UP, TAKE_DOWN = "single sign-on, set up", "single sign-on, taken down"
"""The levels of such trials."""


def call_sites(level: str) -> list[CallSite]:
    """Returns the calls of a run that nothing disturbs, in their order; it must itself be without fault.

    Args:
        level: Of the two above.
    """
    with Emulator() as emulator:
        stack = SignOnStack(emulator, quiet=True)
        if level == TAKE_DOWN:
            stack.up()
        calls = CallSites()
        emulator.watchers.append(calls)
        reason = stack.up() if level == SET_UP else stack.down()
        wanted = UP if level == SET_UP else DOWN
        if reason or stack.live != wanted or stack.watch.violations:
            raise AssertionError(f"an undisturbed run goes wrong: {reason}; {stack.live}; {stack.watch.violations}")
    return calls.found


def attempt(trial: Trial) -> Judgement:
    """Makes a trial: the run fails, and the next one finishes it.

    Args:
        trial: What is tried, at a level of this module.
    """
    fault = FAULTS[trial.kind]
    with Emulator() as emulator:
        stack = SignOnStack(emulator, IMPATIENT if fault.kind == "unanswered" else PATIENT, quiet=True)
        run, wanted = (stack.up, UP) if trial.level == SET_UP else (stack.down, DOWN)
        if trial.level == TAKE_DOWN and (reason := stack.up()):
            raise AssertionError(reason)
        watcher = strike(emulator, trial.site, fault, lasting=trial.lasting)
        first = run()
        emulator.faults.clear()
        emulator.watchers.remove(watcher)
        second = run()
        wrong = dict.fromkeys(stack.watch.violations)
        return Judgement(
            trial,
            met=watcher.reached,
            recovered=first is None,
            converged=second is None and stack.live == wanted,
            violations=tuple(wrong),
            said=(
                *(reason for reason in (first, second) if reason),
                *([] if stack.live == wanted else [str(stack.live)]),
            ),
        )
