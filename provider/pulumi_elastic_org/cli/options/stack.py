"""The options that commands share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.reporters.document import DocumentReporter
from pulumi_elastic_org.cli.reporters.terminal import TerminalReporter
from pulumi_elastic_org.cli.runs.carry_out import Reporter
from pulumi_elastic_org.engine import ENGINES, select
from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG
from pulumi_elastic_org.process import collect_seldom
from pulumi_elastic_org.variables import TRUST_STATE
from pulumi_embedded.port import Engine, EngineError, StackName, Workspace

NO_PROJECT = """There is no Pulumi project in {}: go to the one that you have, or name it with --cwd.
`elastic-org init` makes one of what is live. By hand, Pulumi.yaml has two lines, beside __main__.py:
  name: people
  runtime: python"""


@dataclass(frozen=True)
class Stack:
    """Which stack, what runs it, and who is told.

    Args:
        workspace: The stack.
        engine: The engine's name; `None` to choose.
        as_json: Whether a program reads the output.
    """

    workspace: Workspace
    engine: str | None
    as_json: bool

    def select(self) -> Engine:
        """Returns the engine.

        Raises:
            EngineError: There is none, or no project for it to run.
        """
        if not (self.workspace.directory / "Pulumi.yaml").is_file():
            raise EngineError(NO_PROJECT.format(self.workspace.directory))
        return select(self.engine)

    def reporter(self) -> Reporter:
        """Returns what tells how it goes."""
        return DocumentReporter() if self.as_json else TerminalReporter()


def _stack(
    directory: Path,
    stack: str,
    engine: str | None,
    config: dict[str, str],
    as_json: bool,
    trust_state: bool,
    new_stack: bool,
) -> Stack:
    collect_seldom()
    for name in ("Pulumi.yaml", "Pulumi.yml", f"Pulumi.{StackName.parse(stack).stack}.yaml"):
        if (file := directory / name).exists() and not file.is_file():
            raise click.UsageError(f"{file} is not a regular file")
    workspace = Workspace(directory.resolve(), stack, config, trust_state=trust_state, new_stack=new_stack)
    return Stack(workspace, engine, as_json)


def _read_stack(_: click.Context, __: click.Parameter, stack: str) -> str:
    try:
        StackName.parse(stack)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return stack


def _read_config(_: click.Context, __: click.Parameter, settings: tuple[str, ...]) -> dict[str, str]:
    config = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not (key and equals):
            raise click.BadParameter(f"{key!r} is not of the form KEY=VALUE")
        if key.rpartition(":")[2] == "apiKey":
            raise click.BadParameter(
                "an API key on a command line is visible to others: set EC_API_KEY in the environment instead"
            )
        config[key] = value
    return config


def _read_roster_files(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {}
    for one in given:
        name, _equals, path = ("", "", one) if Path(one).is_file() else one.rpartition("=")
        if not Path(path).is_file():
            raise click.BadParameter(f"there is no file {path!r}")
        files.setdefault(name, []).append(Path(path))
    return files


def _read_plan(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is not None:
        from pulumi_elastic_org.review.saved_plan import SavedPlanError, read_saved_plan  # noqa: PLC0415

        try:
            read_saved_plan(path)
        except SavedPlanError as error:
            raise click.BadParameter(str(error)) from None
    return path


FILE = click.Path(dir_okay=False, path_type=Path)
"""A file that need not exist."""

as_json = click.option("-j", "--json", "as_json", is_flag=True, help="Write one JSON document to standard output.")

stack_name = click.option(
    "-s",
    "--stack",
    default="dev",
    envvar="PULUMI_STACK",
    show_envvar=True,
    show_default=True,
    callback=_read_stack,
    help="The stack.",
)

stack_options = as_value(
    "stack",
    _stack,
    click.option(
        "-C",
        "--cwd",
        "directory",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=".",
        show_default=True,
        help="The directory that holds Pulumi.yaml.",
    ),
    stack_name,
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        help="What runs the program; the embedded engine needs no Pulumi CLI.  [default: pulumi where it is on PATH]",
    ),
    click.option(
        "-c",
        "--config",
        multiple=True,
        metavar="KEY=VALUE",
        callback=_read_config,
        help="Configuration for this run, over that of the stack; may be repeated. Never a secret.",
    ),
    as_json,
    click.option(
        "--trust-state",
        is_flag=True,
        envvar=TRUST_STATE,
        show_envvar=True,
        help="Run the code of providers that only the state names. The Pulumi CLI always does.",
    ),
    click.option("--new-stack", is_flag=True, help="The stack need not exist yet, although the project has others."),
)
"""Gives a command the options that say which stack, as a `Stack` called ``stack``."""

yes = click.option("-y", "--yes", is_flag=True, help="Act after the preview without asking.")
skip_preview = click.option("-f", "--skip-preview", is_flag=True, help="Act at once, without a preview.")
preview_only = click.option("--preview-only", is_flag=True, help="Show what would be done and change nothing.")
expect_no_changes = click.option("--expect-no-changes", is_flag=True, help="Exit with 7 when there are changes.")
roster_files = click.option(
    "--roster",
    "roster_files",
    multiple=True,
    metavar="[NAME=]FILE",
    callback=_read_roster_files,
    help="A roster file to plan in place of those that the program names; may be repeated for files that make one roster together. "
    "NAME is the roster's in Pulumi, needed where the program reads several from files.",
)
bindings = click.option(
    "-b",
    "--binding",
    "bindings",
    multiple=True,
    metavar="NAME",
    help="A name that the program binds to an id, so that the files may use it as a target; may be repeated.",
)
owner_tag = click.option(
    "--owner-tag",
    default=DEFAULT_OWNER_TAG,
    show_default=True,
    metavar="KEY",
    help="The tag of deployments and projects that names their owner by e-mail address.",
)
save_plan = click.option(
    "--save-plan",
    type=FILE,
    metavar="FILE",
    help="Keep the plan, so that `up --plan FILE` does this and nothing else. FILE names people and their roles.",
)
plan = click.option(
    "--plan",
    "reviewed",
    type=FILE,
    metavar="FILE",
    callback=_read_plan,
    help="Do what `preview --save-plan FILE` showed; refuse when the code or the organization has moved in a way that changes it.",
)
