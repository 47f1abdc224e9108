"""The engine of the Pulumi CLI, through the SDK's Automation API.

What happens is taken from the engine's event stream, never from the CLI's text: there each message comes once, and
values are masked already.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pulumi import automation
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pulumi_embedded.files import replace_file
from pulumi_embedded.location import state_directory, state_file
from pulumi_embedded.port import EngineError, NoStack, OnEvent, Result, StoredResource, Workspace

from . import STATE_DIRECTORY
from .events import EventLog, in_clear
from .pulumi_command import Cli, without_options

_AWAKE_SECONDS = 0.5
_PROVIDER_TYPE = "pulumi:providers:"
_PASSPHRASES = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"}
_INTERRUPTED = "Interrupted. What has begun is finished by the Pulumi CLI, and its result kept; nothing else is done."


class PulumiEngine:
    """An `Engine` that runs the Pulumi CLI, against whichever backend it is logged in to."""

    name = "pulumi"

    def preview(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.preview`."""
        return _run(workspace, on_event, lambda stack, options: stack.preview(**options), _existing_or_imagined)

    def up(self, workspace: Workspace, *, on_event: OnEvent | None = None) -> Result:
        """See `Engine.up`."""
        return _run(workspace, on_event, lambda stack, options: stack.up(**options), _existing_or_made)

    def refresh(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.refresh`."""

        def refresh(stack: automation.Stack, options: dict[str, Any]) -> object:
            return stack.preview_refresh(**options) if preview_only else stack.refresh(**options)

        return _run(workspace, on_event, refresh, _existing)

    def destroy(self, workspace: Workspace, *, preview_only: bool = False, on_event: OnEvent | None = None) -> Result:
        """See `Engine.destroy`."""

        def destroy(stack: automation.Stack, options: dict[str, Any]) -> object:
            return stack.preview_destroy(**options) if preview_only else stack.destroy(**options)

        return _run(workspace, on_event, destroy, _existing)

    def stacks(self, workspace: Workspace) -> tuple[str, ...]:
        """See `Engine.stacks`."""
        place = _place(workspace, None)
        with _plain_errors():
            listed = automation.LocalWorkspace(
                work_dir=place["work_dir"], env_vars=place["opts"].env_vars
            ).list_stacks()
        return tuple(sorted(one.name for one in listed))

    def outputs(self, workspace: Workspace, *, show_secrets: bool = False) -> dict[str, Any]:
        """See `Engine.outputs`."""
        with _plain_errors(), _existing(workspace) as stack:
            outputs = stack.outputs()
        # The CLI masks a value of which any part is secret as a whole, as does the SDK's text form of one.
        return {key: out.value if show_secrets or not out.secret else str(out) for key, out in outputs.items()}

    def set_config(self, workspace: Workspace, key: str, value: str, *, secret: bool = False) -> None:
        """See `Engine.set_config`; the value goes by standard input, since others can read arguments."""
        with _plain_errors(), _existing_or_made(workspace) as stack:
            project = stack.workspace
            kind = "--secret" if secret else "--plaintext"
            command = ["config", "set", key, kind, "--stack", workspace.stack, "--non-interactive"]
            ran = subprocess.run(  # noqa: S603
                [project.pulumi_command.command, *command],
                input=value,
                cwd=project.work_dir,
                env=without_options({**os.environ, **project.env_vars}),
                capture_output=True,
                text=True,
                check=False,
            )
        if ran.returncode:
            raise EngineError(ran.stderr.strip().removeprefix("error: "))

    def stored(self, workspace: Workspace, urns: Collection[str]) -> tuple[StoredResource, ...]:
        """See `Engine.stored`."""
        with _plain_errors(), _config_file(workspace) as config_file, _existing(workspace) as stack:
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
                explicit.get(provider, current),
                bool(one.get("retainOnDelete")),
                provider.rpartition("::")[2] if provider in explicit else "",
            )
            for one in resources
            if one["urn"] in urns
            for provider in (one.get("provider", "").rpartition("::")[0],)
        )

    def export(self, workspace: Workspace) -> dict[str, Any]:
        """See `Engine.export`."""
        try:
            with _plain_errors(), _existing(workspace) as stack:
                project = stack.workspace
                # The Automation API's own export has secrets in clear.
                command = ["stack", "export", "--stack", workspace.stack]
                exported = project.pulumi_command.run(command, project.work_dir, project.env_vars)
        except NoStack:
            return {"version": 3, "deployment": {}}
        content: dict[str, Any] = json.loads(exported.stdout)
        return content

    def import_(self, workspace: Workspace, deployment: Mapping[str, Any]) -> None:
        """See `Engine.import_`."""
        with _plain_errors(), _existing_or_made(workspace) as stack:
            stack.import_stack(automation.Deployment(**deployment))


@contextmanager
def _existing(workspace: Workspace, cli: Cli | None = None) -> Iterator[automation.Stack]:
    """The stack; refuses one that does not exist, since whoever asks about it has mistaken its name."""
    try:
        stack = automation.select_stack(workspace.stack, **_place(workspace, cli))
    except automation.StackNotFoundError:
        if not workspace.new_stack:
            _refuse_embedded_state(workspace)
        raise NoStack(workspace.stack) from None
    yield stack


def _refuse_embedded_state(workspace: Workspace) -> None:
    """Refuses to begin a state anew where the stack has one of the embedded engine, which knows who is managed.

    Raises:
        EngineError: There is one; the message says what to do.
    """
    project = workspace.project_file
    directory, name = project.parent, str(_read(project)["name"])
    places = [directory / STATE_DIRECTORY]
    with suppress(EngineError):  # a backend of another kind holds no files of that engine
        places.append(state_directory(directory, name, STATE_DIRECTORY, workspace.process_environment))
    for place in places:
        state = state_file(place, workspace.stack_name)
        if state.exists():
            raise EngineError(
                f"There is no stack '{workspace.stack}' in the Pulumi CLI's backend, and it has a state of the embedded engine, "
                f"{state}. Take that over: `pulumi stack init {workspace.stack}`, then `pulumi stack import --stack "
                f"{workspace.stack} --file {shlex.quote(str(state))}`. Or go on with it by --engine embedded; or begin without it "
                "by --new-stack. Nothing was changed."
            )


@contextmanager
def _existing_or_made(workspace: Workspace, cli: Cli | None = None) -> Iterator[automation.Stack]:
    if not workspace.new_stack:
        with _existing(workspace, cli) as stack:
            yield stack
        return
    yield automation.create_or_select_stack(workspace.stack, **_place(workspace, cli))


@contextmanager
def _existing_or_imagined(workspace: Workspace, cli: Cli | None = None) -> Iterator[automation.Stack]:
    """The stack, or where there is none an empty one in a backend of its own that is gone afterwards: a preview makes no stack."""
    with ExitStack() as ending:
        try:
            stack = ending.enter_context(_existing(workspace, cli))
        except NoStack:
            if not workspace.new_stack:
                raise
            stack = ending.enter_context(_imagined(workspace, cli))
        yield stack


@contextmanager
def _imagined(workspace: Workspace, cli: Cli | None) -> Iterator[automation.Stack]:
    with tempfile.TemporaryDirectory() as backend, _unchanged(_configuration(workspace)):
        environment = {**workspace.environment, "PULUMI_BACKEND_URL": Path(backend).as_uri()}
        if not _PASSPHRASES & {*os.environ, *environment}:
            environment["PULUMI_CONFIG_PASSPHRASE"] = secrets.token_hex()
        yield automation.create_stack(
            workspace.stack_name.stack, **_place(replace(workspace, environment=environment), cli)
        )


def _place(workspace: Workspace, cli: Cli | None) -> dict[str, Any]:
    _ = workspace.stack_name  # refused here as everywhere, before the CLI says it in its own way
    # A project that names no virtual environment runs in this one, as with the embedded engine.
    defaults = {"PULUMI_PYTHON_CMD": os.environ.get("PULUMI_PYTHON_CMD", sys.executable)}
    environment = {**defaults, **workspace.process_environment}
    options = automation.LocalWorkspaceOptions(env_vars=environment, pulumi_command=cli)
    return {"work_dir": str(workspace.project_file.parent), "opts": options}


def _run(
    workspace: Workspace,
    on_event: OnEvent | None,
    operate: Callable[[automation.Stack, dict[str, Any]], object],
    find: Callable[[Workspace, Cli], AbstractContextManager[automation.Stack]],
) -> Result:
    log = EventLog(on_event)
    with _plain_errors():
        cli = Cli()

    def run() -> None:
        with find(workspace, cli) as stack, _config_file(workspace) as config_file:
            operate(stack, {"on_event": log.receive, "color": "never", "config_file": config_file})

    # In a thread of its own: an interrupt is passed on to the CLI, which is then waited for; a second one ends it at once.
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        interrupted = False
        while True:
            try:
                failure = running.exception(_AWAKE_SECONDS)
                break
            except FutureTimeoutError:
                continue  # a signal that another thread takes does not wake this one
            except KeyboardInterrupt:
                cli.interrupt()
                if not interrupted:
                    log.say_error(_INTERRUPTED)
                interrupted = True
        if interrupted:
            return replace(log.result(succeeded=False), interrupted=True)
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
    path = _configuration(workspace)
    name = _read(workspace.project_file)["name"]
    content = _read(path) if path.exists() else {}
    overrides = {key if ":" in key else f"{name}:{key}": value for key, value in workspace.config.items()}
    content["config"] = {**(content.get("config") or {}), **overrides}
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / path.name
        yaml.dump(content, copy)
        yield str(copy)


def _configuration(workspace: Workspace) -> Path:
    """Where the stack's configuration file is, or would be."""
    directory = workspace.directory / str(_read(workspace.project_file).get("stackConfigDir") or ".")
    return directory / f"Pulumi.{workspace.stack_name.stack}.yaml"


def _read(path: Path) -> dict[str, Any]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise EngineError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    except YAMLError:
        raise EngineError(f"{path} is not valid YAML.") from None
    return content or {}


@contextmanager
def _unchanged(path: Path) -> Iterator[None]:
    """Puts a file back as it was: making a stack writes a salt for its secrets into the configuration."""
    before = path.read_bytes() if path.exists() else None
    try:
        yield
    finally:
        if before is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != before:
            replace_file(path, before, shared=True)


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
