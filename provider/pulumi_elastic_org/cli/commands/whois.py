"""`elastic-org whois`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.roster_files import roster_files
from pulumi_elastic_org.cli.options.stack import as_json, bindings
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.cloud.organizations import find_member
from pulumi_elastic_org.files import file_error, read_text
from pulumi_elastic_org.model.keys import created_by
from pulumi_elastic_org.model.people import Invitation, Member, Organization, email_key
from pulumi_elastic_org.model.printable import json_text, printable
from pulumi_elastic_org.model.targets import Target
from pulumi_elastic_org.review.whois import Somebody
from pulumi_elastic_org.roster_file.accepting import origins


@click.command(epilog=ENVIRONMENT)
@click.argument("person")
@roster_files("A roster file in which to look for what gives each role; may be repeated.")
@bindings
@as_json
def whois(person: str, files: tuple[Path, ...], bindings: tuple[str, ...], as_json: bool) -> ExitCode:
    """Say what PERSON, an e-mail address or a user id, can do: each role and what gives it, and the API keys that they created.

    Roles that role mappings give show as held; which mapping gave them at the last sign-on, Elastic Cloud does not say."""
    organization = live_organization()
    actual = organization.read()
    live = _find(person, actual)
    user_id = live.user_id if isinstance(live, Member) else ""
    keys = created_by(read_keys(organization.session, actual.id), user_id) if user_id else ()
    names = organization.target_names({Target(one.scope, one.target) for one in live.grants if one.target})
    try:
        texts = {str(file): read_text(file) for file in files}
        found = origins(texts, live.email or person, bindings) if files else None
    except OSError as error:
        raise click.ClickException(f"cannot read {file_error(error)}") from None
    somebody = Somebody(live, names, found, keys)
    if as_json:
        click.echo(json_text(somebody.data))
    else:
        for line in somebody.lines():
            click.echo(printable(line))
    return ExitCode.SUCCESS


def _find(person: str, actual: Organization) -> Member | Invitation:
    invited = (one for one in actual.invitations if email_key(one.email) == email_key(person))
    live = find_member(actual.members, person) or next(invited, None)
    if live is None:
        raise click.ClickException(f"{person} is neither a member of organization {actual.id} nor invited")
    return live
