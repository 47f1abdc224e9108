"""`elastic-org tag-owner`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.roster_files import GuardOptions, guard_options
from pulumi_elastic_org.cli.options.stack import as_json
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization
from pulumi_elastic_org.cli.runs.procedures import agree
from pulumi_elastic_org.cloud.organizations import find_member
from pulumi_elastic_org.cloud.resources import cloud_resources, set_owner, tag_request
from pulumi_elastic_org.model.ownership import CloudResource, called, tag_value, tagged_names
from pulumi_elastic_org.model.people import Member, Organization, email_key
from pulumi_elastic_org.model.printable import json_text, printable
from pulumi_elastic_org.procedures.departure import display_name
from pulumi_elastic_org.roster_file.shape import nearest


@click.command(epilog=ENVIRONMENT)
@click.argument("resource")
@click.argument("person")
@guard_options
@click.option("-y", "--yes", is_flag=True, help="Act without asking.")
@as_json
def tag_owner(resource: str, person: str, options: GuardOptions, yes: bool, as_json: bool) -> ExitCode:
    """Make PERSON, a member's e-mail address or user id, the owner of RESOURCE, a deployment or project, by its owner tag.

    RESOURCE is an id, or a name as the console or the roster file has it. Whoever the owner tag names now is replaced; other tags
    stay. A project's tags hold no e-mail addresses, so the user id is written there."""
    key = options.guards.owner_tag
    organization = live_organization()
    actual = organization.read()
    owner = _member(person, actual)
    found = _resource(resource, cloud_resources(organization.session, actual.id, key), options.labels)
    names, value = tagged_names(found), tag_value(found, owner, actual.members)
    changed = list(map(email_key, names)) != [email_key(value)]
    if changed:
        now_names = f"; it names {' and '.join(names)} now" if names else ""
        question = f"Make {display_name(owner)} the owner of {found}, by its tag '{key}'{now_names}?"
        agree(question, yes)
        with AuditTrail(actual.id).call(f"make {display_name(owner)} the owner", str(found), tag_request(found)):
            set_owner(organization.session, found, key, owner, value)
    if as_json:
        document = {
            "organization_id": actual.id,
            "owner_tag": key,
            "resource": {"kind": found.kind, "id": found.id, "name": found.name},
            "owner": {"email": owner.email, "user_id": owner.user_id},
            "changed": changed,
        }
        click.echo(json_text(document))
    else:
        says = f"{'now' if changed else 'already'} names {display_name(owner)}{'' if changed else '; nothing to do'}"
        click.echo(printable(f"The tag '{key}' of {found} {says}."))
    return ExitCode.SUCCESS


def _member(person: str, actual: Organization) -> Member:
    if (owner := find_member(actual.members, person)) is not None:
        return owner
    if email_key(person) in {email_key(one.email) for one in actual.invitations}:
        hint = "the invitation is not accepted yet; run this again once it is"
    else:
        hint = nearest(person, sorted(one.email for one in actual.members if one.email))
    raise click.ClickException(f"{person} is not a member of organization {actual.id}: nothing was changed; {hint}")


def _resource(wanted: str, resources: Sequence[CloudResource], labels: Mapping[str, str]) -> CloudResource:
    found = called(wanted, resources, labels)
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(map(str, found))
        raise click.ClickException(
            f"'{wanted}' may be any of {several}: nothing was changed; write the id in place of the name"
        )
    names = sorted({*(one.name for one in resources), *labels.values()})
    hint = nearest(wanted, names) if names else "there are none"
    raise click.ClickException(f"no deployment or project has the id or name '{wanted}': nothing was changed; {hint}")
