"""One run of one engine operation, as a value: the engine's result, and the plans that the provider logged on the way."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import Enum
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from pulumi_elastic_org.cli.runs.run_directory import run_directory
from pulumi_elastic_org.review.leaving import leaving
from pulumi_elastic_org.roster_sources import RosterSource, read_sources, used, write_request
from pulumi_elastic_org.variables import AUDIT_LOG, DRIFT_REVIEW, PLAN_LOG, ROSTER_SOURCES, STACK
from pulumi_embedded.port import Diagnostic, Engine, Event, OnEvent, Result, Workspace

if TYPE_CHECKING:
    from pulumi_elastic_org.review.plan_log import JudgedPlan

RosterFiles = Mapping[str, Sequence[Path]]
"""Files by the name of a roster in Pulumi; "" is the only roster of the program that is read from files."""

_AS_THE_PROGRAM_SAYS: RosterFiles = {}


class Operation(str, Enum):
    """What an engine is asked to do, under the command's name."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"
    DRIFT = "drift"

    @property
    def noun(self) -> str:
        """What a person calls it."""
        return {Operation.UP: "update", Operation.DRIFT: "drift review"}.get(self, self.value)

    @property
    def changes_nothing(self) -> bool:
        """Whether it is never more than a preview; a drift review is one that looks for findings, past what the guards refuse."""
        return self in (Operation.PREVIEW, Operation.DRIFT)


@dataclass(frozen=True)
class Run:
    """What one run did, or in a preview would do.

    Args:
        operation: What was asked.
        preview: Whether nothing was to be changed.
        engine: The name of the engine.
        stack: The name of the stack.
        result: What the engine says.
        plans: What would be done to people, one an organization; a refresh makes none, a destroy that of the members it removes.
        roster_sources: What the program reads its rosters from; noted in a drift review.
    """

    operation: Operation
    preview: bool
    engine: str
    stack: str
    result: Result
    plans: tuple[JudgedPlan, ...] = ()
    roster_sources: tuple[RosterSource, ...] = ()


def perform(
    engine: Engine,
    operation: Operation,
    workspace: Workspace,
    *,
    preview: bool,
    on_event: OnEvent,
    roster_files: RosterFiles = _AS_THE_PROGRAM_SAYS,
) -> Run:
    """Runs one operation and collects the plans.

    Args:
        engine: Who runs it.
        operation: What to run.
        workspace: The stack.
        preview: Whether to say what would be done instead of doing it.
        on_event: Receives progress.
        roster_files: For a preview: files that are read in place of those that the program names. A preview that does not read
            them fails.

    Raises:
        EngineError: The operation could not start, or could not be carried on.
    """
    with run_directory() as directory:
        log, request, sources = (Path(directory, name) for name in ("plans.jsonl", "rosters.json", "sources.jsonl"))
        environment = {**workspace.environment, PLAN_LOG: str(log), **_audited(workspace)}
        environment[DRIFT_REVIEW] = str(log) if operation is Operation.DRIFT else ""
        environment[ROSTER_SOURCES] = str(sources) if operation is Operation.DRIFT else ""
        if roster_files:
            environment |= write_request(request, roster_files)
        result = _start(engine, operation, replace(workspace, environment=environment), preview, _loading(on_event))
        if roster_files and result.succeeded:
            result = _with_unread(result, roster_files, used(request))
        from pulumi_elastic_org.review.plan_log import PlanLogError, read_plans  # noqa: PLC0415 - not before the processes have started

        run = Run(operation, preview, engine.name, workspace.stack, result, roster_sources=read_sources(sources))
        try:
            run = replace(run, plans=read_plans(log))
        except PlanLogError as error:
            run = replace(run, result=failed(result, str(error)))
    return _with_removals(run, engine, workspace) if preview and run.result.succeeded else run


def _loading(on_event: OnEvent) -> OnEvent:
    """Loads what makes a review while the provider works: the first event comes once the program has loaded what it needs."""
    loading = Thread(target=import_module, args=("pulumi_elastic_org.cli.runs.run_review",))

    def take(event: Event) -> None:
        if loading.ident is None:
            loading.start()
        on_event(event)

    return take


def _audited(workspace: Workspace) -> dict[str, str]:
    """What a provider needs for the audit trail: which stack this is, and the file where it lies as seen from here."""
    path = workspace.environment.get(AUDIT_LOG) or os.environ.get(AUDIT_LOG)
    return {STACK: workspace.stack, **({AUDIT_LOG: str(Path(path).absolute())} if path else {})}


def _with_removals(run: Run, engine: Engine, workspace: Workspace) -> Run:
    """A preview that also says what the guards say to what it deletes; Pulumi asks no provider about that."""
    if run.operation is Operation.REFRESH or not (urns := leaving(run.result.steps)):
        return run
    from pulumi_elastic_org.kinds.removals import RemovalsUnclear, plan_removals  # noqa: PLC0415 - loads Pulumi's SDK
    from pulumi_elastic_org.plugin.flat import flat_resource, flat_step  # noqa: PLC0415
    from pulumi_elastic_org.review.plan_log import put_together  # noqa: PLC0415

    environment = {**os.environ, **workspace.environment}
    try:
        stored = map(flat_resource, engine.stored(workspace, urns))
        removals = plan_removals(stored, [*map(flat_step, run.result.steps)], run.plans, environment)
    except RemovalsUnclear as error:
        return replace(run, result=failed(run.result, str(error)))
    result = replace(run.result, succeeded=not any(judged.verdict.violations for judged in removals.plans))
    if run.operation is Operation.DRIFT:
        return replace(run, result=result, plans=put_together([*run.plans, *removals.plans, *removals.refused]))
    for finding in (one for judged in removals.refused for one in judged.findings):
        result = failed(result, finding.detail)
    return replace(run, result=result, plans=put_together([*run.plans, *removals.plans]))


def failed(result: Result, message: str) -> Result:
    """Returns a result that also failed for a reason of ours.

    Args:
        result: What the engine says.
        message: What is wrong.
    """
    return replace(result, succeeded=False, diagnostics=(*result.diagnostics, Diagnostic("error", message)))


def _with_unread(result: Result, roster_files: RosterFiles, read: Set[str]) -> Result:
    """A preview that passes although the program never looked at the files would review nothing."""
    unread = [name for name in roster_files if name and name not in read]
    if read and not unread:
        return result
    what = f"has no roster '{unread[0]}' that is read from files" if unread else "reads no roster from files"
    message = f"the program {what}: --roster is for a Roster that a file describes, and nothing was reviewed"
    return failed(result, message)


def _start(engine: Engine, operation: Operation, workspace: Workspace, preview: bool, on_event: OnEvent) -> Result:
    if operation is Operation.REFRESH:
        return engine.refresh(workspace, preview_only=preview, on_event=on_event)
    if operation is Operation.DESTROY:
        return engine.destroy(workspace, preview_only=preview, on_event=on_event)
    if preview:
        return engine.preview(workspace, on_event=on_event)
    return engine.up(workspace, on_event=on_event)
