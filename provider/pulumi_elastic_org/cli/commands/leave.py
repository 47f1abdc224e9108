"""`elastic-org leave`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli.credentials import connect, key_user
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.procedure import (
    DepartureOptions,
    ProcedureOptions,
    departure_options,
    procedure_options,
)
from pulumi_elastic_org.cli.runs.procedures import carry_out
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import Leaving


@click.command()
@click.argument("person", required=False)
@click.option("--organization", envvar="EC_ORGANIZATION_ID", show_envvar=True, required=True, metavar="ID")
@departure_options
@procedure_options
def leave(person: str | None, organization: str, departure: DepartureOptions, options: ProcedureOptions) -> ExitCode:
    """Leave an organization, once the preconditions of Elastic's guide are met.

    PERSON, an e-mail address or a user id, leaves by their own key or an administrator's (EC_API_KEY). Without PERSON, whoever
    EC_API_KEY_USER says the key belongs to; the key itself tells nobody. Refused, with everything that stands in the way, are:
    whoever owns an active deployment or project; the last administrator while others stay; the only member while anything is left
    or the bills are not attested as paid.
    """
    account = Account(connect("EC_API_KEY"), key_user())
    leaving = Leaving(account, organization, person, departure.settings, departure.override)
    return carry_out(leaving, Journal(None, "leave", {}), options)
