"""The options of commands by which somebody leaves an organization."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG, Guards, Override
from pulumi_elastic_org.model.guards import GUARD_NAMES
from pulumi_elastic_org.model.printable import is_blank

T = TypeVar("T")


@dataclass(frozen=True)
class DepartureOptions:
    """What was said about leaving.

    Args:
        settings: The owner tag, and the word on bills.
        override: Lets whoever leaves past guards.
    """

    settings: Guards
    override: Override | None


def departure_options(command: Callable[..., T]) -> Callable[..., T]:
    """Gives a command the options about leaving, as one value called ``departure``.

    Args:
        command: Takes that value beside its own options.
    """

    @functools.wraps(command)
    def with_departure(
        *, attest_bills_paid: bool, owner_tag: str, overrides: tuple[str, ...], reason: str | None, **own: Any
    ) -> T:
        if overrides and is_blank(reason or ""):
            raise click.UsageError("--override needs a --reason, which the report repeats")
        override = Override(overrides, reason or "") if overrides else None
        settings = Guards(owner_tag=owner_tag, bills_attested=attest_bills_paid)
        return command(departure=DepartureOptions(settings, override), **own)

    return functools.reduce(lambda inner, option: option(inner), reversed(_OPTIONS), with_departure)


_OPTIONS = (
    click.option(
        "--attest-bills-paid",
        is_flag=True,
        help="Attest that the organization has no open bill; needed when its only member leaves.",
    ),
    click.option(
        "--owner-tag",
        default=DEFAULT_OWNER_TAG,
        show_default=True,
        metavar="TAG",
        help="The tag of deployments and projects that names their owner by e-mail address.",
    ),
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
