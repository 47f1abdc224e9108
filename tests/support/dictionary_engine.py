# ruff: noqa: ARG002 - a port has more arguments than a small engine needs
"""A small engine of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pulumi_elastic_org.variables import PLAN_LOG
from pulumi_embedded.port import (
    Diagnostic,
    EngineError,
    OnEvent,
    Result,
    Step,
    StoredResource,
    Workspace,
)

Resources = dict[str, dict[str, Any]]
BUCKET = "test:storage:Bucket"


@dataclass
class DictionaryEngine:
    """An engine whose program is a dictionary, its state another, and reality a third.

    Args:
        desired: What the program declares: inputs by name.
        live: What there really is; an update and a destroy change it.
        plan: What the provider logs when the program is run.
        diagnostics: What is said in each run.
        unusable: Why it cannot run.
        breaks: The operation that fails.
    """

    desired: Resources = field(default_factory=dict)
    live: Resources = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    unusable: str = ""
    breaks: str = ""
    state: Resources = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    type: str = BUCKET
    name: str = "dictionary"

    def preview(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        self._log(workspace)
        return self._run("preview", self.state, self.desired, on_event)

    def up(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        self._log(workspace)
        result = self._run("up", self.state, self.desired, on_event)
        if result.succeeded:
            self.state, self.live = dict(self.desired), dict(self.desired)
        return replace(result, outputs={"count": len(self.live), "password": "[secret]"})

    def refresh(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        result = self._run("refresh preview" if preview_only else "refresh", self.state, self.live, on_event)
        if not preview_only and result.succeeded:
            self.state = dict(self.live)
        return result

    def destroy(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        result = self._run("destroy preview" if preview_only else "destroy", self.state, {}, on_event)
        if not preview_only and result.succeeded:
            self.state, self.live = {}, {}
        return result

    def stacks(self, workspace: Workspace) -> tuple[str, ...]:
        return ()

    def outputs(self, workspace: Workspace, *, show_secrets: bool = False) -> dict[str, Any]:
        return {}

    def set_config(self, workspace: Workspace, key: str, value: str, *, secret: bool = False) -> None:
        pass

    def stored(self, workspace: Workspace, urns: Collection[str]) -> tuple[StoredResource, ...]:
        return ()

    def export(self, workspace: Workspace) -> dict[str, Any]:
        return {"version": 3, "deployment": self.state}

    def import_(self, workspace: Workspace, deployment: Mapping[str, Any]) -> None:
        self.state = dict(deployment["deployment"])

    def _log(self, workspace: Workspace) -> None:
        if self.plan is not None:
            with Path(workspace.environment[PLAN_LOG]).open("a", encoding="utf-8") as log:
                log.write(json.dumps(self.plan) + "\n")

    def _run(self, operation: str, old: Resources, new: Resources, on_event: OnEvent | None) -> Result:
        self.called.append(operation)
        if self.unusable:
            raise EngineError(self.unusable)
        tell = on_event or (lambda _: None)
        steps = [self._step(name, old.get(name), new.get(name)) for name in sorted({*old, *new})]
        for diagnostic in self.diagnostics:
            tell(diagnostic)
        for step in steps:
            tell(step)  # it begins
            tell(step)  # it ends
        return Result(operation != self.breaks, tuple(steps), self.diagnostics)

    def _step(self, name: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Step:
        op = "create" if old is None else "delete" if new is None else "same" if old == new else "update"
        return Step(op, f"urn:pulumi:dev::people::{self.type}::{name}", self.type, old, new)  # type: ignore[arg-type]
