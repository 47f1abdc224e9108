"""`elastic-org accept`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import connect, key_user
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.procedure import ProcedureOptions
from pulumi_elastic_org.cli.options.stack import as_json
from pulumi_elastic_org.cli.runs.procedures import carry_out
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.files import read_text
from pulumi_elastic_org.procedures.accept import Accepting
from pulumi_elastic_org.procedures.journal import Journal

TOKEN = "EC_INVITATION_TOKEN"  # noqa: S105 - the name of a variable


@click.command()
@click.option(
    "--organization",
    envvar="EC_ORGANIZATION_ID",
    show_envvar=True,
    metavar="ID",
    help="Which organization the invitation must be for.",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help=f"The file that holds the invitation's token; - for standard input.  [default: {TOKEN}, else a prompt]",
)
@as_json
def accept(organization: str | None, token_file: Path | None, as_json: bool) -> ExitCode:
    """Accept an invitation to an organization, with your own API key (EC_API_KEY).

    The token is the last part of the link in the invitation's e-mail. It is a secret: it is never an argument, which others could
    read. Whoever belongs to the organization already is told so, and that is a success; since no key tells whose it
    is, EC_API_KEY_USER has to say it, an e-mail address or a user id.
    """
    account = Account(connect("EC_API_KEY"), key_user())
    accepting = Accepting(account, _token(token_file), organization)
    return carry_out(accepting, Journal(None, "accept", {}), ProcedureOptions(as_json=as_json))


def _token(file: Path | None) -> str:
    if file is not None:
        token = sys.stdin.read() if str(file) == "-" else read_text(file)
    elif os.environ.get(TOKEN):
        token = os.environ[TOKEN]
    elif sys.stdin.isatty():
        token = click.prompt("The invitation's token", hide_input=True, err=True)
    else:
        raise click.UsageError(f"no invitation token: give --token-file, or set {TOKEN} in the environment")
    if not token.strip():
        raise click.UsageError("the invitation token is empty")
    return token.strip()
