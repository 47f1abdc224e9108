"""`elastic-org unlock`."""

from __future__ import annotations

import click

from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cli.credentials import connect
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.runs.procedures import agree
from pulumi_elastic_org.cloud.organization_settings import end_enforcement
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.printable import printable

BREAK_GLASS_KEY = "EC_BREAK_GLASS_KEY"


@click.command(
    epilog=f"""\b
Environment:
  {BREAK_GLASS_KEY}  an organization owner's API key  [default: EC_API_KEY]
  EC_ORGANIZATION_ID  which organization; without it one more call finds it
  EC_ENDPOINT         the address of the API  [default: Elastic Cloud's own]"""
)
@click.option("--organization", envvar="EC_ORGANIZATION_ID", show_envvar=True, metavar="ID", help="Which organization.")
@click.option("-y", "--yes", is_flag=True, help="Act without asking.")
def unlock(organization: str | None, yes: bool) -> ExitCode:
    """Take enforced single sign-on off, so that members can sign in with e-mail and password again.

    This is for when nobody can sign in, since the identity provider is down or its settings are wrong. It takes the break-glass
    key alone: no stack, no state, no other key. Identity provider and role mappings stay as they are, so that single sign-on
    goes on for whom it works.
    """
    session = connect(BREAK_GLASS_KEY, "EC_API_KEY")
    organization_id = organization or Organizations(session).find_id()
    question = f"Let members of organization {organization_id} sign in without single sign-on again?"
    agree(question, yes)
    with AuditTrail(organization_id).call(
        "take enforcement off", "single sign-on", "PUT /organizations/{organization}"
    ):
        end_enforcement(session, organization_id)
    click.echo(f"Single sign-on is no longer enforced in organization {printable(organization_id)}.")
    click.echo(
        "Who has no password, or one that a sign-on has ended, sets a new one by 'Forgot password?' on the login page."
    )
    click.echo(
        "Take enforce_authentication_method out of the program now: its next update would enforce single sign-on again."
    )
    return ExitCode.SUCCESS
