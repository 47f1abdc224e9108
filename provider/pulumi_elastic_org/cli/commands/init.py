"""`elastic-org init`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pulumi_elastic_org.adoption.draft import Draft
from pulumi_elastic_org.adoption.project import IGNORED, PIPELINES, project_files, with_lines, with_requirement
from pulumi_elastic_org.adoption.python_text import python_text
from pulumi_elastic_org.adoption.yaml_text import yaml_text
from pulumi_elastic_org.cli.commands.emulator import needs_emulator
from pulumi_elastic_org.cli.commands.import_ import SCHEMA_FILE, draft_format
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.next_command import next_command
from pulumi_elastic_org.cli.options.stack import owner_tag, stack_name
from pulumi_elastic_org.cli.organization import ENVIRONMENT, draft_of, live_organization, summary_of
from pulumi_elastic_org.files import read_text, rewrite, shipped, write_private
from pulumi_elastic_org.roster_file.editor_schema import roster_schema_text
from pulumi_elastic_org.variables import ORGANIZATION_ID

PRIVATE = ("roster.yaml", "__main__.py")
"""Files that may hold people: readable by their owner alone, until somebody decides otherwise."""

ADDED_TO = {"requirements.txt", ".gitignore"}
"""Files of which lines that are there stay."""


@click.command(epilog=ENVIRONMENT)
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--emulator", is_flag=True, help="Begin with the emulated organization acme; no account needed.")
@draft_format
@click.option("--ci", type=click.Choice(list(PIPELINES)), help="Add pipelines: preview, apply, a daily drift review.")
@stack_name
@owner_tag
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; files that are there and differ are kept as NAME~.")
def init(directory: Path, emulator: bool, form: str, ci: str | None, stack: str, owner_tag: str, yes: bool) -> ExitCode:
    """Make a directory a project of what is live; applying it changes nothing.

    It writes Pulumi.yaml, the stack's configuration, the program, the roster file with its schema, requirements.txt and .gitignore.
    The API key is that of EC_API_KEY, or asked for; it is not written down.
    """
    if ci and form == "python":
        raise click.UsageError(
            "--ci goes with a roster file, which its pipelines review as data: leave --format python out"
        )
    with _environment(emulator, ask=not yes and sys.stdin.isatty()) as (environment, emulated):
        draft = draft_of(live_organization(environment), owner_tag)
    files = _files(directory, draft, form, ci, stack)
    _check_is_its_own(directory, draft.organization_id)
    kept = _kept(directory, files, yes)
    before = {name for name in files if (directory / name).exists()}
    for name, text in files.items():
        if name not in kept:
            _write(directory / name, text)
    click.echo(f"organization {draft.organization_id}: {summary_of(draft)}")
    for name in files:
        saved = f", the old one is {name}~" if name in before - kept - ADDED_TO else ""
        click.echo(f"  {'kept as it is' if name in kept else 'wrote'}  {directory / name}{saved}")
    where = "" if directory.resolve() == Path.cwd() else f", in {directory}"
    click.echo(f"\nNext{where}:\n" + "\n".join(_next_steps(emulated, ci)))
    return ExitCode.SUCCESS


@contextmanager
def _environment(emulator: bool, *, ask: bool) -> Iterator[tuple[Mapping[str, str], bool]]:
    """The environment that leads to the organization, and whether that is an emulated one."""
    key = os.environ.get("EC_API_KEY", "")
    if not emulator and not key and ask:
        key = click.prompt(
            "API key of an Organization owner (Enter to begin on the emulator)",
            hide_input=True,
            default="",
            show_default=False,
        )
        emulator = not key
    if not emulator:
        yield {**os.environ, "EC_API_KEY": key}, False
        return
    with needs_emulator("emulator"):
        from elastic_cloud_emulator import ACME, Emulator  # noqa: PLC0415 - needs the optional dependency
        from pulumi_elastic_org.cli.demo.emulation import environment  # noqa: PLC0415

    with Emulator(ACME) as running:
        yield environment(running), True


def _files(directory: Path, draft: Draft, form: str, ci: str | None, stack: str) -> Mapping[str, str]:
    """The text of each file of the project, by its path in it."""
    files = project_files(directory.resolve().name, draft.organization_id, stack, _virtualenv(directory.resolve()))
    if form == "python":
        files["__main__.py"] = python_text(draft, "additive", "people")
    else:
        files |= {"roster.yaml": yaml_text(draft, "additive", SCHEMA_FILE), SCHEMA_FILE: roster_schema_text()}
    here = distribution("pulumi-elastic-org")
    required, ignored = (_text(directory / name) or "" for name in ("requirements.txt", ".gitignore"))
    files["requirements.txt"] = with_requirement(required, here.version, here.read_text("direct_url.json"))
    files[".gitignore"] = with_lines(ignored, IGNORED)
    pipelines = PIPELINES[ci] if ci else {}
    return files | {there: read_text(shipped("ci") / name) for name, there in pipelines.items()}


def _virtualenv(directory: Path) -> str | None:
    """The virtual environment of this process, where it is the directory's own."""
    prefix = Path(sys.prefix)
    own = sys.prefix != sys.base_prefix and prefix.is_relative_to(directory)
    return prefix.relative_to(directory).as_posix() if own else None


def _kept(directory: Path, files: Mapping[str, str], yes: bool) -> set[str]:
    """Which files stay as they are: those that are the same, and those that somebody wants to keep; asked before any is written."""
    there = {name: _text(directory / name) for name in files}
    same = {name for name, text in files.items() if there[name] == text}
    differ = [name for name in files if there[name] is not None and name not in same | ADDED_TO]
    if yes or not differ:
        return same
    if not sys.stdin.isatty():
        raise click.UsageError(
            f"{', '.join(differ)}: there already, and different. --yes overwrites, and keeps the old as NAME~"
        )
    return same | {
        name for name in differ if not click.confirm(f"Overwrite {directory / name}? The old one is kept as {name}~")
    }


def _check_is_its_own(directory: Path, organization_id: str) -> None:
    """Refuses a directory whose stacks are of another organization, whose people would be taken for those of this one."""
    for path in sorted(directory.glob("Pulumi.*.yaml")):
        try:
            settings = YAML(typ="safe", pure=True).load(read_text(path))
        except YAMLError:
            raise click.ClickException(
                f"{path} is not valid YAML: which organization it is of cannot be read"
            ) from None
        config = settings.get("config") if isinstance(settings, Mapping) else None
        other = str(config.get(ORGANIZATION_ID, "")) if isinstance(config, Mapping) else ""
        if other not in ("", organization_id):
            raise click.ClickException(
                f"{path} is of organization {other}, and its people stand in the files that organization {organization_id} would "
                "get: nothing was written. Name another directory"
            )


def _text(path: Path) -> str | None:
    return read_text(path) if path.exists() else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.name not in ADDED_TO:
        shutil.copy2(path, path.with_name(f"{path.name}~"))
    write = write_private if path.name in PRIVATE else rewrite
    write(path, text)


def _next_steps(emulated: bool, ci: str | None) -> list[str]:
    steps = [("elastic-org emulator", "in another terminal; export here what it prints")] if emulated else []
    if not emulated and (unset := _unset({"EC_API_KEY": "...", "EC_API_KEY_USER": "you@example.com"})):
        steps.append((f"export {unset}", "the key again, and whose it is"))
    if ci and (unset := _unset({"PULUMI_BACKEND_URL": "...", "PULUMI_CONFIG_PASSPHRASE": "..."})):
        steps.append((f"export {unset}", "where pipelines find the state too, from the first `up` on"))
    steps += [
        (next_command("up"), "begins to manage what is live; changes nobody"),
        (next_command("preview --save-plan plan.json"), "after an edit of the people: what would happen, for review"),
        (next_command("up --plan plan.json"), "does what was reviewed, and nothing else"),
        (next_command("drift"), "whose access was changed by hand"),
    ]
    if ci:
        steps.append(("git add, commit, push", "once the pipelines are set up as their first lines say"))
    width = max(len(command) for command, _ in steps)
    return [f"  {command:<{width}}  # {meaning}" for command, meaning in steps]


def _unset(examples: Mapping[str, str]) -> str:
    """Which of these variables the environment lacks, each with its example."""
    return " ".join(f"{name}={example}" for name, example in examples.items() if not os.environ.get(name))
