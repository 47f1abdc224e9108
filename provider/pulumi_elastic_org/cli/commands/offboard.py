"""`elastic-org offboard`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.roster_files import GuardOptions, guard_options
from pulumi_elastic_org.cli.options.stack import as_json
from pulumi_elastic_org.cli.organization import ENVIRONMENT, find_person, live_organization
from pulumi_elastic_org.cli.reporters.terminal import tell_lines
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.bills import bills
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.model.changes import RemoveMember
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.keys import ApiKey, created_by
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.model.targets import targets_of, touched_targets
from pulumi_elastic_org.review.offboarding import Offboarding, departure


@click.command(epilog=ENVIRONMENT)
@click.argument("person")
@guard_options
@as_json
def offboard(person: str, options: GuardOptions, as_json: bool) -> ExitCode:
    """Show everything that blocks the removal of PERSON, an e-mail address or a user id, and what to do about it; change nothing.

    Shows as well what outlives a membership: the API keys that they created, and what cannot be listed. Exits with 1 when something
    blocks."""
    organization = live_organization()
    actual = organization.read()
    plan = departure(find_person(person, actual), actual, now())
    situation = organization.situation(plan, actual, options.guards)
    [change] = plan.changes
    keys: Sequence[ApiKey] = ()
    shown = None
    if isinstance(change, RemoveMember):
        keys = created_by(read_keys(organization.session, actual.id), change.user_id)
        shown = bills(organization.session, actual.id, now()) if len(actual.members) == 1 else None
    held_by_keys = targets_of(grant for key in keys for grant in key.grants or ())
    names = organization.target_names(touched_targets(plan.changes) | held_by_keys)
    found = Offboarding(situation, judge(situation), shown, keys, names)
    if as_json:
        click.echo(json_text(found.data))
    else:
        tell_lines(found.lines())
    return ExitCode.ERROR if found.blocked else ExitCode.SUCCESS
