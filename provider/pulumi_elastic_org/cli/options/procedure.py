"""The options of commands that carry out a procedure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from pulumi_elastic_org.cli.options.as_value import as_value
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


procedure_options = as_value(
    "options",
    ProcedureOptions,
    click.option("--dry-run", is_flag=True, help="Show everything and change nothing."),
    click.option("-y", "--yes", is_flag=True, help="Act without asking."),
    as_json,
)
"""Gives a command the options of a procedure, as `ProcedureOptions` called ``options``."""


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
