"""The options of commands that carry out a procedure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from pulumi_elastic_org.cli.options.stack import as_json

T = TypeVar("T")


@dataclass(frozen=True)
class ProcedureOptions:
    """How far a procedure goes without asking, and who is told.

    Args:
        dry_run: Look, and do not act.
        yes: Act without asking.
        as_json: Whether a program reads the output.
    """

    dry_run: bool = False
    yes: bool = False
    as_json: bool = False


def procedure_options(command: Callable[..., T]) -> Callable[..., T]:
    """Gives a command the options of a procedure, as one value called ``options``.

    Args:
        command: Takes that value beside its own options.
    """

    @functools.wraps(command)
    def with_options(*, dry_run: bool, yes: bool, as_json: bool, **own: Any) -> T:
        return command(options=ProcedureOptions(dry_run, yes, as_json), **own)

    return functools.reduce(lambda inner, option: option(inner), reversed(_OPTIONS), with_options)


def journal_path(default: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Gives a command the option that names its journal, as ``journal_path``.

    Args:
        default: The name that the command gives it, for the help.
    """
    return click.option(
        "--journal",
        "journal_path",
        type=click.Path(dir_okay=False, path_type=Path),
        help=f"Where each step is noted, so that a run that was killed goes on.  [default: {default}]",
    )


_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Show everything and change nothing."),
    click.option("-y", "--yes", is_flag=True, help="Act without asking."),
    as_json,
)
