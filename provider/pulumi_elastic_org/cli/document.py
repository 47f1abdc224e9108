"""A run as one JSON document, for programs.

================  ========================================================================================================
key               value
================  ========================================================================================================
operation         `preview`, `up`, `refresh` or `destroy`
preview           whether nothing was to be changed: also true of an `up` that stopped at its own preview
engine, stack     names; `engine` is null when none could be chosen
result            `succeeded`, `has_changes`, and `summary`: the number of resources by operation
plans             one an organization: `organization_id`, `changes`, `reports`, `violations`, `waivers`, as the provider logged
steps             one a resource: `op`, `urn`, `type`, `name`, `failed`, and `diff`: a list of `path`, `kind`, `old`, `new`
diagnostics       `severity`, `message`, `urn`
outputs           the stack's outputs
error             why the operation could not start or be carried on; null otherwise
exit_code         the exit code of the command
================  ========================================================================================================

Secrets are masked, and values only known after an update are `[unknown]`. Keys are added in later versions, never renamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from pulumi_elastic_org.cli.carry_out import Request
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.operations import Operation, Run
from pulumi_elastic_org.engine import Diagnostic, EngineError, OnEvent, Result, Step
from pulumi_elastic_org.roster.printable import json_text


class JsonReporter:
    """Writes one document to standard output, at the end."""

    can_ask = False

    def __init__(self) -> None:
        self._engine: str | None = None
        self._preview = False

    @contextmanager
    def running(self, request: Request, engine: str, *, preview: bool) -> Iterator[OnEvent]:  # noqa: ARG002
        """Shows no progress."""
        self._engine, self._preview = engine, preview
        yield lambda _: None

    def previewed(self, run: Run) -> None:
        """Says nothing of a preview that is acted on."""

    def finished(self, run: Run, exit_code: ExitCode) -> None:
        """Writes the document of a run."""
        _write(run_document(run, exit_code))

    def failed(self, request: Request, error: EngineError) -> None:
        """Writes the document of a run that came to nothing."""
        preview = self._preview or request.preview_only or request.operation is Operation.PREVIEW
        run = Run(request.operation, preview, self._engine or "", request.workspace.stack, Result(succeeded=False))
        _write(run_document(run, ExitCode.ERROR) | {"engine": self._engine, "error": str(error)})


def run_document(run: Run, exit_code: ExitCode) -> dict[str, Any]:
    """Returns a run as JSON; the keys are those of the module's docstring.

    Args:
        run: What was done.
        exit_code: How the command ends.
    """
    result = run.result
    return {
        "operation": run.operation.value,
        "preview": run.preview,
        "engine": run.engine,
        "stack": run.stack,
        "result": {
            "succeeded": result.succeeded,
            "has_changes": result.has_changes,
            "summary": result.summary,
        },
        "plans": [plan.data for plan in run.plans],
        "steps": [_step(step) for step in result.steps],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in result.diagnostics],
        "outputs": dict(result.outputs),
        "error": None,
        "exit_code": int(exit_code),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "op": step.op,
        "urn": step.urn,
        "type": step.type,
        "name": step.name,
        "failed": step.failed,
        "diff": [
            {"path": list(change.path), "kind": change.kind, "old": change.old, "new": change.new}
            for change in step.diff
        ],
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {"severity": diagnostic.severity, "message": diagnostic.message, "urn": diagnostic.urn}


def _write(document: dict[str, Any]) -> None:
    click.echo(json_text(document))
