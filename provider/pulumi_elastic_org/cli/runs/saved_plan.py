"""What binds an update to the preview that somebody has reviewed: a file that the preview writes and the update reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from pulumi_elastic_org.cli.next_command import next_command
from pulumi_elastic_org.cli.runs.operations import Run, failed
from pulumi_elastic_org.cli.runs.steps import resource_steps
from pulumi_elastic_org.variables import REVIEWED_PLAN
from pulumi_embedded.port import Step, Workspace

if TYPE_CHECKING:
    from pulumi_elastic_org.review.saved_plan import SavedPlan

# `review.saved_plan` takes a while to load, and most runs are bound to no plan.


def keep(run: Run, path: Path) -> None:
    """Writes the plan of a preview that went well, and says so with its digest on standard error.

    Args:
        run: The preview.
        path: The file.

    Raises:
        click.ClickException: It cannot be written.
    """
    from pulumi_elastic_org.review.saved_plan import write_saved_plan  # noqa: PLC0415

    saved = _plan_of(run)
    try:
        write_saved_plan(path, saved)
    except OSError as error:
        raise click.ClickException(f"the plan cannot be written to {path}: {error.strerror}") from None
    command = next_command(f"up --plan {quote(str(path))}")
    click.echo(f"Plan {saved.digest} saved to {path}. To apply it: {command}", err=True)


def hold_against(run: Run, path: Path) -> Run:
    """Returns a preview as it is when it would do what was reviewed, and as a failed one when it would not.

    Args:
        run: The preview.
        path: Of the plan that was reviewed.
    """
    from pulumi_elastic_org.review.saved_plan import differences, read_saved_plan  # noqa: PLC0415

    names = {id_: name for judged in run.plans for id_, name in judged.target_names.items()}
    found = differences(read_saved_plan(path), _plan_of(run), names)
    if not run.result.succeeded or not found:
        return run
    lines = ["nothing was changed: what would be done is not what was reviewed", *(f"  - {text}" for text in found)]
    return replace(run, result=failed(run.result, "\n".join([*lines, "Preview again, and have that reviewed."])))


def bound(workspace: Workspace, path: Path) -> Workspace:
    """Returns a workspace in which the provider, too, refuses whatever is not in a plan: live may move at the last moment.

    Args:
        workspace: The stack.
        path: Of the plan that was reviewed.
    """
    return replace(workspace, environment={**workspace.environment, REVIEWED_PLAN: str(path.resolve())})


def _plan_of(run: Run) -> SavedPlan:
    from pulumi_elastic_org.review.saved_plan import plan_to_save  # noqa: PLC0415

    return plan_to_save(run.stack, run.plans, map(_resource, resource_steps(run.result.steps)))


def _resource(step: Step) -> dict[str, Any]:
    changed = [{"path": list(one.path), "kind": one.kind, "old": one.old, "new": one.new} for one in step.diff]
    return {"op": step.op, "urn": step.urn, "diff": changed}
