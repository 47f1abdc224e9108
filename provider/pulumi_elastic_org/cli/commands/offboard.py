"""`elastic-org offboard`."""

from __future__ import annotations

from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.stack import as_json, bindings
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization, owner_tag
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.bills import bills
from pulumi_elastic_org.cloud.errors import PersonUnclear
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.model.accounts import Accounts
from pulumi_elastic_org.model.changes import RemoveMember
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.people import Organization
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.model.printable import printable_lines as printable
from pulumi_elastic_org.review.offboarding import departure, offboarding, offboarding_lines
from pulumi_elastic_org.roster_file.reading import RosterFileError, load_roster
from pulumi_elastic_org.roster_file.shape import nearest


@click.command(epilog=ENVIRONMENT)
@click.argument("person")
@click.option(
    "--roster",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A roster file whose guards and overrides decide; may be repeated.  [default: the guards' own defaults]",
)
@bindings
@owner_tag
@as_json
def offboard(
    person: str, files: tuple[Path, ...], bindings: tuple[str, ...], owner_tag: str, as_json: bool
) -> ExitCode:
    """Show everything that blocks the removal of PERSON, an e-mail address or a user id, and what to do about it; change nothing.

    Shows as well what outlives a membership: the API keys that they created, and what cannot be listed. Exits with 1 when something
    blocks."""
    guards = _guards(files, bindings) if files else Guards(owner_tag=owner_tag)
    with live_organization() as organization:
        actual = organization.read()
        if len(named := Accounts.of(actual.members).named(person)) > 1:
            raise PersonUnclear(person, named)
        plan = departure(person, actual, now())
        if plan is None:
            raise click.ClickException(_nobody(person, actual))
        situation = organization.situation(plan, actual, guards)
        leaves = isinstance(plan.changes[0], RemoveMember)
        keys = read_keys(organization.session, actual.id) if leaves else ()
        shown = bills(organization.session, actual.id, now()) if leaves and len(actual.members) == 1 else None
    found = offboarding(situation, judge(situation), shown, keys)
    if as_json:
        click.echo(json_text(found.data))
    else:
        for line in offboarding_lines(found):
            click.echo(printable(line))
    return ExitCode.ERROR if found.blocked else ExitCode.SUCCESS


def _guards(files: tuple[Path, ...], bindings: tuple[str, ...]) -> Guards:
    try:
        return load_roster(files, bindings).guards
    except RosterFileError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot read {error.filename}: {error.strerror}") from None


def _nobody(person: str, actual: Organization) -> str:
    emails = sorted({*(one.email for one in actual.members if one.email), *(one.email for one in actual.invitations)})
    return f"{person} is neither a member of organization {actual.id} nor invited; {nearest(person, emails)}"
