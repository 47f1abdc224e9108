"""The options of commands by which somebody leaves an organization."""

from __future__ import annotations

from dataclasses import dataclass

import click

from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.stack import owner_tag
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.guards import GUARD_NAMES
from pulumi_elastic_org.model.printable import is_blank


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
