"""The engine of the Pulumi CLI, through the SDK's Automation API.

What happens is taken from the engine's event stream, never from the CLI's text: there each message comes once, and
values are masked already.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pulumi import automation
from ruamel.yaml import YAML

from .events import EventLog, in_clear
from .port import EngineError, OnEvent, Result, StoredResource, Workspace

_PROVIDER_TYPE = "pulumi:providers:"
_INTERRUPTED = "Interrupted. What has begun is finished by the Pulumi CLI, and its result kept; nothing else is done."


class PulumiEngine:
    """An `Engine` that runs the Pulumi CLI, against whichever backend it is logged in to."""

    name = "pulumi"

    def preview(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.preview`."""
        return _run(workspace, on_event, lambda stack, options: stack.preview(**options))

    def up(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.up`."""
        return _run(workspace, on_event, lambda stack, options: stack.up(**options))

    def refresh(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.refresh`."""

        def refresh(stack: automation.Stack, options: dict[str, Any]) -> object:
            return stack.preview_refresh(**options) if preview_only else stack.refresh(**options)

        return _run(workspace, on_event, refresh)

    def destroy(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.destroy`."""

        def destroy(stack: automation.Stack, options: dict[str, Any]) -> object:
            return stack.preview_destroy(**options) if preview_only else stack.destroy(**options)

        return _run(workspace, on_event, destroy)

    def outputs(self, workspace: Workspace, *, show_secrets: bool = False) -> dict[str, Any]:
        """See `Engine.outputs`."""
        with _plain_errors():
            outputs = _stack(workspace).outputs()
        # The CLI masks a value of which any part is secret as a whole, as does the SDK's text form of one.
        return {key: out.value if show_secrets or not out.secret else str(out) for key, out in outputs.items()}

    def stored(self, workspace: Workspace, urns: Collection[str]) -> tuple[StoredResource, ...]:
        """See `Engine.stored`."""
        with _plain_errors(), _config_file(workspace) as config_file:
            stack = _stack(workspace)
            deployment = stack.export_stack().deployment or {}  # with secrets in clear
            project = stack.workspace
            command = ["config", "--show-secrets", "--json", "--stack", workspace.stack]
            command += ["--config-file", config_file] if config_file else []
            config = json.loads(project.pulumi_command.run(command, project.work_dir, project.env_vars).stdout)
        resources = deployment.get("resources") or []
        current = {key: entry.get("value") for key, entry in config.items()}
        explicit = {
            one["urn"]: in_clear(one.get("inputs", {}))
            for one in resources
            if one["type"].startswith(_PROVIDER_TYPE) and one.get("parent")
        }
        return tuple(
            StoredResource(
                one["urn"],
                one["type"],
                in_clear(one.get("outputs", {})),
                explicit.get(one.get("provider", "").rpartition("::")[0], current),
                bool(one.get("retainOnDelete")),
            )
            for one in resources
            if one["urn"] in urns
        )

    def export(self, workspace: Workspace) -> dict[str, Any]:
        """See `Engine.export`."""
        with _plain_errors():
            project = _stack(workspace).workspace
            # The Automation API's own export has secrets in clear.
            command = ["stack", "export", "--stack", workspace.stack]
            exported = project.pulumi_command.run(command, project.work_dir, project.env_vars)
        content: dict[str, Any] = json.loads(exported.stdout)
        return content

    def import_(self, workspace: Workspace, deployment: Mapping[str, Any]) -> None:
        """See `Engine.import_`."""
        with _plain_errors():
            _stack(workspace).import_stack(automation.Deployment(**deployment))


def _stack(workspace: Workspace) -> automation.Stack:
    # A project that names no virtual environment runs in this one, as with the embedded engine.
    defaults = {"PULUMI_PYTHON_CMD": os.environ.get("PULUMI_PYTHON_CMD", sys.executable)}
    options = automation.LocalWorkspaceOptions(env_vars={**defaults, **workspace.environment})
    return automation.create_or_select_stack(workspace.stack, work_dir=str(workspace.project_file.parent), opts=options)


def _run(
    workspace: Workspace, on_event: OnEvent | None, operate: Callable[[automation.Stack, dict[str, Any]], object]
) -> Result:
    log = EventLog(on_event)

    def run() -> None:
        stack = _stack(workspace)
        with _config_file(workspace) as config_file:
            operate(stack, {"on_event": log.receive, "color": "never", "config_file": config_file})

    # In a thread of its own: Ctrl-C reaches the CLI as well, which is then waited for.
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        try:
            failure = running.exception()
        except KeyboardInterrupt:
            log.say_error(_INTERRUPTED)
            running.exception()
            return log.result(succeeded=False)
    log.wait_for_end()
    if failure is None:
        return log.result(succeeded=True)
    if isinstance(failure, automation.CommandError) and log.has_begun:
        if not log.has_errors:
            log.say_error(_message(failure))
        return log.result(succeeded=False)
    with _plain_errors():
        raise failure


@contextmanager
def _config_file(workspace: Workspace) -> Iterator[str | None]:
    """A copy of the stack's configuration file with the workspace's values over it; none when there are no such."""
    if not workspace.config:
        yield None
        return
    yaml = YAML(typ="safe", pure=True)
    settings = yaml.load(workspace.directory / "Pulumi.yaml")
    path = workspace.directory / str(settings.get("stackConfigDir") or ".") / f"Pulumi.{workspace.stack}.yaml"
    content = (yaml.load(path) if path.exists() else None) or {}
    overrides = {key if ":" in key else f"{settings['name']}:{key}": value for key, value in workspace.config.items()}
    content["config"] = {**(content.get("config") or {}), **overrides}
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / path.name
        yaml.dump(content, copy)
        yield str(copy)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turns the Automation API's errors into the CLI's own message."""
    try:
        yield
    except automation.CommandError as error:
        raise EngineError(_message(error)) from None
    except (FileNotFoundError, automation.InvalidVersionError) as error:
        raise EngineError(f"The Pulumi CLI cannot be used: {error}") from None


def _message(error: automation.CommandError) -> str:
    """What the CLI wrote to standard error: the last part of the Automation API's dump of a command."""
    lines = [line.removeprefix("error: ") for line in str(error).rpartition(" stderr: ")[2].splitlines()]
    return "\n".join(line for line in lines if line).strip() or "The Pulumi CLI failed without a message."
