"""`elastic-org accept`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import clear_errors, connect, key_user
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.interruption import told_when_interrupted
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.files import read_text
from pulumi_elastic_org.procedures.accept import accept as accept_invitation
from pulumi_elastic_org.review.terminal import printable

_NOT_KNOWN = (
    "The invitation may have been accepted or not; nothing else was changed. Run the same command again, with EC_API_KEY_USER and "
    "--organization: whoever is a member already is told so"
)
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
def accept(organization: str | None, token_file: Path | None) -> ExitCode:
    """Accept an invitation to an organization, with your own API key (EC_API_KEY).

    The token is the last part of the link in the invitation's e-mail. It is a secret: it is never an argument, which others could
    read. Whoever belongs to the organization already is told so, and that is a success; since no key tells whose it
    is, EC_API_KEY_USER has to say it, an e-mail address or a user id.
    """
    with clear_errors():
        account = Account(connect("EC_API_KEY"), key_user())
        token = _token(token_file)
        with told_when_interrupted(lambda: _NOT_KNOWN):
            result = accept_invitation(account, token, now(), organization)
    done = "You are now a member of" if result.joined else "You are a member already of"
    click.echo(f"{done} organization {printable(str(result.organization))}")
    return ExitCode.SUCCESS


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
