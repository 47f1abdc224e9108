"""Roster files that a command reads beside what is live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from pulumi_elastic_org.files import file_error
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
