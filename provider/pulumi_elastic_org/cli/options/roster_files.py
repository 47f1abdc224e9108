"""Roster files that a command reads beside what is live, and what guards allow by them or by the owner tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click

from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.stack import bindings, owner_tag
from pulumi_elastic_org.files import file_error
from pulumi_elastic_org.model.guard_settings import Guards, wrong_guards
from pulumi_elastic_org.roster_file.reading import RosterFile, load_roster

F = TypeVar("F", bound=Callable[..., object])


def roster_files(text: str) -> Callable[[F], F]:
    """Returns the option ``--roster``, whose value is called ``files``.

    Args:
        text: What its help says.
    """
    return click.option(
        "--roster",
        "files",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help=text,
    )


def read_rosters(files: Sequence[Path], bindings: Sequence[str]) -> RosterFile:
    """Reads the files as one roster.

    Args:
        files: One at least.
        bindings: The names that the program binds to ids.

    Raises:
        RosterFileError: The files have mistakes.
        click.ClickException: A file cannot be read.
    """
    try:
        return load_roster(files, bindings)
    except OSError as error:
        raise click.ClickException(f"cannot read {file_error(error)}") from None


@dataclass(frozen=True)
class GuardOptions:
    """What decides, out of roster files or out of options.

    Args:
        guards: What the guards allow, overrides included.
        labels: The names that the files give to deployments and projects, by id.
    """

    guards: Guards
    labels: Mapping[str, str] = field(default_factory=dict)


def _options(files: tuple[Path, ...], bindings: tuple[str, ...], owner_tag: str) -> GuardOptions:
    for wrong in wrong_guards({"owner_tag": owner_tag}):
        raise click.UsageError(wrong.reason)
    if not files:
        return GuardOptions(Guards(owner_tag=owner_tag))
    found = read_rosters(files, bindings)
    return GuardOptions(found.guards, found.labels)


guard_options = as_value(
    "options",
    _options,
    roster_files(
        "A roster file whose guards and overrides decide; may be repeated.  [default: the guards' own defaults]"
    ),
    bindings,
    owner_tag,
)
"""Gives a command the options, as `GuardOptions` called ``options``."""
