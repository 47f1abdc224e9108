"""One run of one engine operation, as a value: the engine's result, and the plans that the provider logged on the way."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from pulumi_elastic_org.engine import Engine, OnEvent, Result, Workspace
from pulumi_elastic_org.review.plan_log import PLAN_LOG
from pulumi_elastic_org.review.records import PlanRecord, read_plans


class Operation(str, Enum):
    """What an engine is asked to do, under the command's name."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return "update" if self is Operation.UP else self.value


@dataclass(frozen=True)
class Run:
    """What one run did, or in a preview would do.

    Args:
        operation: What was asked.
        preview: Whether nothing was to be changed.
        engine: The name of the engine.
        stack: The name of the stack.
        result: What the engine says.
        plans: The plans of the rosters, one an organization; a refresh or a destroy makes none.
    """

    operation: Operation
    preview: bool
    engine: str
    stack: str
    result: Result
    plans: tuple[PlanRecord, ...] = ()


def perform(engine: Engine, operation: Operation, workspace: Workspace, *, preview: bool, on_event: OnEvent) -> Run:
    """Runs one operation and collects the plans.

    Args:
        engine: Who runs it.
        operation: What to run.
        workspace: The stack.
        preview: Whether to say what would be done instead of doing it.
        on_event: Receives progress.

    Raises:
        EngineError: The operation could not start, or could not be carried on.
    """
    with tempfile.TemporaryDirectory(prefix="elastic-org-") as directory:
        log = Path(directory, "plans.jsonl")
        logging = replace(workspace, environment={**workspace.environment, PLAN_LOG: str(log)})
        result = _start(engine, operation, logging, preview, on_event)
        return Run(operation, preview, engine.name, workspace.stack, result, read_plans(log))


def _start(engine: Engine, operation: Operation, workspace: Workspace, preview: bool, on_event: OnEvent) -> Result:
    if operation is Operation.REFRESH:
        return engine.refresh(workspace, preview_only=preview, on_event=on_event)
    if operation is Operation.DESTROY:
        return engine.destroy(workspace, preview_only=preview, on_event=on_event)
    if preview:
        return engine.preview(workspace, on_event=on_event)
    return engine.up(workspace, on_event=on_event)
