"""Runs a scenario on an engine, and takes down what happened in each of its runs."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_embedded.port import Diagnostic, Event, Result
from tests.support.things_stack import Stack

from .canonical import Canonical, storable
from .scenario import Operation, Run, Scenario

_POLL_SECONDS = 0.02
AS_BEFORE = "as before"


@dataclass
class Played:
    """What happened.

    Args:
        runs: Each run in canonical form.
        export: The state, as exported, after the last run that brought the stack to where its program wants it.
    """

    runs: list[dict[str, Any]] = field(default_factory=list)
    export: dict[str, Any] = field(default_factory=dict)


def play(scenario: Scenario, stack: Stack) -> Played:
    """Carries out the runs of a scenario.

    Args:
        scenario: The scenario. If a run of it is to be interrupted, this process has to lead a group of its own.
        stack: A stack without resources, and the engine.
    """
    canonical = Canonical(stack.directory, {**os.environ, **stack.environment})
    played = Played()
    state: list[dict[str, Any]] = []
    for number, run in enumerate(scenario.runs, 1):
        prepare(run, stack)
        result = _interrupted(stack) if run.interrupted else OPERATIONS[run.operation](stack)
        before = state
        if not run.operation.startswith("preview"):
            exported = storable(stack.engine.export(stack.workspace))
            state = canonical.state(exported, number)
            if settles(run, result) and state:
                played.export = exported
        observed = {
            "operation": run.operation,
            "succeeded": result.succeeded,
            "outputs": canonical.text(result.outputs),
            "calls": canonical.text(stack.calls),
            "steps": [canonical.step(step) for step in result.steps],
            "diagnostics": [canonical.diagnostic(diagnostic) for diagnostic in result.diagnostics],
            "state": AS_BEFORE if state == before else state,
        }
        # A refresh reads everything side by side.
        unordered = scenario.unordered or run.operation.endswith("refresh")
        played.runs.append(_in_one_order(observed) if unordered else observed)
    return played


def prepare(run: Run, stack: Stack) -> None:
    """Makes the changes that come before a run."""
    stack.forget_calls()
    if run.program is not None:
        stack.program(run.program)
    if run.config is not None:
        stack.configure(dict(run.config))
    if run.cloud:
        stack.cloud(**{id_: None if thing is None else dict(thing) for id_, thing in run.cloud.items()})


def settles(run: Run, result: Result) -> bool:
    """Whether the run brought the stack to where its program wants it."""
    return run.operation == "up" and result.succeeded


OPERATIONS: Mapping[Operation, Callable[[Stack], Result]] = {
    "preview": Stack.preview,
    "up": Stack.up,
    "refresh": Stack.refresh,
    "preview refresh": lambda stack: stack.refresh(preview_only=True),
    "destroy": Stack.destroy,
    "preview destroy": lambda stack: stack.destroy(preview_only=True),
}


def _interrupted(stack: Stack) -> Result:
    """Runs `up`, presses Ctrl-C during the first create, and lets that create end once the engine has taken note."""

    def press() -> None:
        while "create" not in stack.call_names:
            time.sleep(_POLL_SECONDS)
        os.killpg(0, signal.SIGINT)  # as a terminal does: to this process, and the CLI if that is the engine

    def note(event: Event) -> None:
        if isinstance(event, Diagnostic) and event.message.startswith("Interrupted"):
            (stack.directory / "go").touch()

    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        return stack.up(note)
    finally:
        pressing.join()


def _in_one_order(observed: Mapping[str, Any]) -> dict[str, Any]:
    """The observation by resource: for each, things stay in their order."""
    state = observed["state"]
    return {
        **observed,
        "calls": sorted(observed["calls"], key=_subject),
        "steps": sorted(observed["steps"], key=lambda step: str(step["urn"])),
        "diagnostics": sorted(observed["diagnostics"], key=lambda diagnostic: str(diagnostic[2])),
        "state": state if state == AS_BEFORE else sorted(state, key=lambda resource: str(resource["urn"])),
    }


def _subject(call: list[Any]) -> str:
    """The id of the thing that a call is about: things are named after their values."""
    match call:
        case ["check", _, inputs] | ["create", inputs]:
            return f"id-{inputs.get('value')}"
        case ["configure", _]:
            return ""
    return str(call[1])
