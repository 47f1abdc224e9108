"""`elastic-org whois`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.roster_files import roster_files
from pulumi_elastic_org.cli.options.stack import as_json, bindings
from pulumi_elastic_org.cli.organization import ENVIRONMENT, find_person, live_organization
from pulumi_elastic_org.cli.reporters.terminal import tell_lines
from pulumi_elastic_org.cloud.errors import ApiError
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.cloud.role_mappings import read_role_mappings
from pulumi_elastic_org.files import file_error, read_text
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.keys import created_by
from pulumi_elastic_org.model.people import Member, email_key
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.model.role_mappings import RoleMapping
from pulumi_elastic_org.model.targets import Target, TargetNames
from pulumi_elastic_org.review.whois import Somebody
from pulumi_elastic_org.roster_file.accepting import origins
from pulumi_elastic_org.roster_file.reading import RosterFile, parse_rosters


@click.command(epilog=ENVIRONMENT)
@click.argument("person")
@roster_files("A roster file in which to look for what gives each role; may be repeated.")
@bindings
@as_json
def whois(person: str, files: tuple[Path, ...], bindings: tuple[str, ...], as_json: bool) -> ExitCode:
    """Say what PERSON, an e-mail address or a user id, can do: each role and what gives it, and the API keys that they created.

    Which role mapping gave a role at the last sign-on, Elastic Cloud does not say: those that can are named."""
    organization = live_organization()
    actual = organization.read()
    live = find_person(person, actual)
    user_id = live.user_id if isinstance(live, Member) else ""
    keys = created_by(read_keys(organization.session, actual.id), user_id) if user_id else ()
    roster, found = _said(files, live.email or person, bindings, organization)
    in_question = {*live.grants, *(grant for given in (found or {}).values() for grant in given)}
    somebody = Somebody(
        live,
        organization.target_names({Target(one.scope, one.target) for one in in_question if one.target}),
        found,
        keys,
        _mappings(organization),
        roster is not None and email_key(live.email or person) in map(email_key, roster.single_sign_on),
    )
    if as_json:
        click.echo(json_text(somebody.data))
    else:
        tell_lines(somebody.lines())
    return ExitCode.SUCCESS


def _said(
    files: tuple[Path, ...], person: str, bindings: tuple[str, ...], organization: LiveOrganization
) -> tuple[RosterFile | None, Mapping[str, Grants] | None]:
    """What the roster files say, and what in them gives the person roles; the organization learns what they call its targets."""
    if not files:
        return None, None
    try:
        texts = {str(file): read_text(file) for file in files}
    except OSError as error:
        raise click.ClickException(f"cannot read {file_error(error)}") from None
    roster, found = parse_rosters(texts, bindings), origins(texts, person, bindings)
    organization.label(roster.labels)
    if roster.names:
        names = TargetNames(roster.names, organization.resources())
        found = {origin: names.resolve(given) for origin, given in found.items()}
        organization.label(names.labels)
    return roster, found


def _mappings(organization: LiveOrganization) -> Sequence[RoleMapping]:
    try:
        return read_role_mappings(organization.session, organization.id)
    except ApiError as error:
        click.echo(f"warning: {error} What single sign-on gives is left out.", err=True)
        return ()
