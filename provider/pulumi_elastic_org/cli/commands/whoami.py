"""`elastic-org whoami`."""

from __future__ import annotations

import click
from rich.text import Text

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.stack import as_json
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization
from pulumi_elastic_org.cli.reporters.terminal import tell_whole
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.keys import possible_users
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.review.render.terminal import Aligned
from pulumi_elastic_org.review.whoami import Identity


@click.command(epilog=ENVIRONMENT)
@as_json
def whoami(as_json: bool) -> ExitCode:
    """Say what is known of the API key: whose it is, which organizations it sees, with which roles, until when.

    Elastic Cloud tells neither whose key calls nor what it may do, so this is what the organization shows it."""
    organization = live_organization()
    identity = _identify(organization)
    if as_json:
        click.echo(json_text(identity.data))
    else:
        rows = [(Text(heading, style="bold"), Text(text)) for heading, text in identity.rows()]
        tell_whole(Aligned(rows, gap=2))
    return ExitCode.SUCCESS


def _identify(organization: LiveOrganization) -> Identity:
    session, settings = organization.session, organization.settings
    account = Account(session)
    seen = account.organizations()
    chosen = settings.organization_id or (seen[0].id if len(seen) == 1 else None)
    members = account.members(chosen) if chosen else None
    people = members.people if members else ()
    said = settings.api_key_user
    possible = possible_users(session) if chosen else frozenset()
    return Identity(
        settings.endpoint,
        session.key_expires_at,
        said,
        members.find(said) if members and said else None,
        [one for one in people if one.user_id in possible],
        [(one.id, one.name) for one in seen],
        chosen,
        members.roles_shown if members else None,
    )
