"""The options of commands that carry out a procedure, and of those by which somebody leaves an organization."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.stack import FILE, as_json, owner_tag
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.guards import GUARD_NAMES
from pulumi_elastic_org.model.printable import is_blank

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
        type=FILE,
        help=f"Where each step is noted, so that a run that was killed goes on.  [default: {default}]",
    )


@dataclass(frozen=True)
class DepartureOptions:
    """What was said about leaving.

    Args:
        settings: The owner tag, and the word on bills.
        override: Lets whoever leaves past guards.
    """

    settings: Guards
    override: Override | None


def _departure(
    attest_bills_paid: bool, owner_tag: str, overrides: tuple[str, ...], reason: str | None
) -> DepartureOptions:
    if overrides and is_blank(reason or ""):
        raise click.UsageError("--override needs a --reason, which the report repeats")
    override = Override(overrides, reason or "") if overrides else None
    return DepartureOptions(Guards(owner_tag=owner_tag, bills_attested=attest_bills_paid), override)


departure_options = as_value(
    "departure",
    _departure,
    click.option(
        "--attest-bills-paid",
        is_flag=True,
        help="Attest that the organization has no open bill; needed when its only member leaves.",
    ),
    owner_tag,
    click.option(
        "--override",
        "overrides",
        multiple=True,
        type=click.Choice(GUARD_NAMES),
        metavar="GUARD",
        help="Override this guard for the person; may be repeated.",
    ),
    click.option("--reason", metavar="TEXT", help="Why the guards are overridden."),
)
"""Gives a command the options about leaving, as `DepartureOptions` called ``departure``."""
