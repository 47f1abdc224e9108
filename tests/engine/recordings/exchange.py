"""A stack goes from one engine to the other, and its program finds nothing to do there."""

from __future__ import annotations

import os

from tests.support.things_stack import Stack

from .canonical import Canonical, storable
from .playing import AS_BEFORE, OPERATIONS, prepare
from .recording import Recording
from .scenario import Run, Scenario


def settled_runs(scenario: Scenario, recording: Recording) -> tuple[Run, ...]:
    """The runs of a scenario up to the one after which the state was exported; none if it never was."""
    last, is_empty = 0, True
    for number, run in enumerate(recording.runs, 1):
        if run["state"] != AS_BEFORE:
            is_empty = run["state"] == []
        if run["operation"] == "up" and run["succeeded"] and not is_empty:
            last = number
    return scenario.runs[:last]


def take_over_from_the_recording(scenario: Scenario, recording: Recording, stack: Stack) -> list[str]:
    """Imports the state that the CLI exported; returns what is wrong afterwards."""
    for run in settled_runs(scenario, recording):
        prepare(run, stack)
    stack.engine.import_(stack.workspace, recording.export)
    environment = {**os.environ, **stack.environment}
    was = Canonical(stack.directory, environment).state(recording.export, 0)
    now = Canonical(stack.directory, environment).state(storable(stack.engine.export(stack.workspace)), 0)
    return [*_changes(stack), *([] if was == now else ["the state is another one after its import"])]


def carry_over(scenario: Scenario, recording: Recording, maker: Stack, taker: Stack) -> list[str]:
    """Brings a stack of one engine to another; returns what is wrong there."""
    for run in settled_runs(scenario, recording):
        for stack in (maker, taker):
            prepare(run, stack)
        OPERATIONS[run.operation](maker)
    taker.engine.import_(taker.workspace, maker.engine.export(maker.workspace))
    before, after = (stack.engine.outputs(stack.workspace, show_secrets=True) for stack in (maker, taker))
    return [*_changes(taker), *([] if before == after else ["the outputs are others"])]


def _changes(stack: Stack) -> list[str]:
    preview = stack.preview()
    changes = [f"{step.op} {step.urn}" for step in preview.steps if step.op not in ("same", "read")]
    return changes if preview.succeeded else [*changes, "the preview failed", *preview.errors]
