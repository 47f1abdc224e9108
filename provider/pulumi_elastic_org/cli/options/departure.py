"""The options of commands by which somebody leaves an organization."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

import click

from pulumi_elastic_org.model.guards import GUARD_NAMES
from pulumi_elastic_org.model.ownership import DEFAULT_OWNER_TAG
from pulumi_elastic_org.model.printable import is_blank
from pulumi_elastic_org.model.verdicts import Guards, Override

P = ParamSpec("P")
T = TypeVar("T")
UNATTENDED = "--yes must be given where nobody can be asked: without a terminal"


@dataclass(frozen=True)
class Departing:
    """What was said about leaving.

    Args:
        settings: The owner tag, and the word on bills.
        override: Lets whoever leaves past guards.
        dry_run: Whether to look and not to act.
        yes: Whether to act without asking.
    """

    settings: Guards
    override: Override | None
    dry_run: bool
    yes: bool

    def agreed(self, question: str) -> bool:
        """Asks, unless `yes` was given.

        Args:
            question: What to ask.

        Raises:
            click.UsageError: There is nobody to ask.
        """
        if self.yes:
            return True
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError(UNATTENDED)
        return click.confirm(question, err=True)


def departing_options(command: Callable[Concatenate[Departing, P], T]) -> Callable[..., T]:
    """Gives a command the options about leaving, as one value in front of its own options.

    Args:
        command: Takes that value and the command's own options.
    """

    @functools.wraps(command)
    def with_departing(
        attest_bills_paid: bool,
        owner_tag: str,
        overrides: tuple[str, ...],
        reason: str | None,
        dry_run: bool,
        yes: bool,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if overrides and is_blank(reason or ""):
            raise click.UsageError("--override wants a --reason, which the report repeats")
        override = Override(overrides, reason or "") if overrides else None
        settings = Guards(owner_tag=owner_tag, bills_attested=attest_bills_paid)
        return command(Departing(settings, override, dry_run, yes), *args, **kwargs)

    return functools.reduce(lambda inner, option: option(inner), reversed(_OPTIONS), with_departing)


_OPTIONS = (
    click.option(
        "--attest-bills-paid",
        is_flag=True,
        help="Your word that the organization has no open bill; asked for when its only member leaves.",
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
        help="Let the person past this guard; may be repeated.",
    ),
    click.option("--reason", metavar="TEXT", help="Why the guards are overridden."),
    click.option("--dry-run", is_flag=True, help="Show everything and change nothing."),
    click.option("-y", "--yes", is_flag=True, help="Act without asking."),
)
