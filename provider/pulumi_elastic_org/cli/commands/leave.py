"""`elastic-org leave`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli.credentials import clear_errors, connect, key_user
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.interruption import told_when_interrupted
from pulumi_elastic_org.cli.options.departure import Departing, departing_options
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.procedures.departure import called, departure_lines
from pulumi_elastic_org.procedures.leave import Leaving
from pulumi_elastic_org.review.terminal import printable


@click.command()
@click.argument("person", required=False)
@click.option("--organization", envvar="EC_ORGANIZATION_ID", show_envvar=True, required=True, metavar="ID")
@departing_options
def leave(departing: Departing, person: str | None, organization: str) -> ExitCode:
    """Leave an organization, once the preconditions of Elastic's guide are met.

    PERSON, an e-mail address or a user id, leaves by their own key or an administrator's (EC_API_KEY). Without PERSON, whoever
    EC_API_KEY_USER says the key belongs to; the key itself tells nobody. Refused, with everything that stands in the way, are:
    whoever owns an active deployment or project; the last administrator while others stay; the only member while anything is left
    or the bills are not attested as paid.
    """
    with clear_errors():
        account = Account(connect("EC_API_KEY"), key_user())
        leaving = Leaving(account, organization, person, departing.settings, departing.override)
        departure = leaving.survey(now())
        if departure is None:
            if person is not None:
                raise click.ClickException(f"{person} is no member of organization {organization}: nothing was changed")
            click.echo(f"The key's user is no member of organization {organization}: nothing to leave")
            return ExitCode.SUCCESS
        for line in departure_lines(departure):
            click.echo(printable(line), err=not departure.allowed)
        if not departure.allowed:
            return ExitCode.ERROR
        if departing.dry_run:
            return ExitCode.SUCCESS
        question = f"{departure.person} leaves organization {organization}. This cannot be undone. Go on?"
        if not departing.agreed(printable(question)):
            click.echo("declined: nothing was changed", err=True)
            return ExitCode.ERROR
        with told_when_interrupted(lambda: _where(leaving)):
            leaving.leave(now())
    click.echo(printable(f"{departure.person} has left organization {organization}"))
    return ExitCode.SUCCESS


def _where(leaving: Leaving) -> str:
    member = leaving.member()
    if member is None:
        return f"The person has left organization {leaving.organization_id}"
    return f"{called(member)} is still a member of organization {leaving.organization_id}. To go on, run the same command again"
