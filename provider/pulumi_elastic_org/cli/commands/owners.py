"""`elastic-org owners`."""

from __future__ import annotations

import click

from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.stack import as_json, owner_tag
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization
from pulumi_elastic_org.cli.reporters.terminal import tell_whole
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.review.owners import owned_resources, render_owners
from pulumi_elastic_org.review.render.text import count


@click.command(epilog=ENVIRONMENT)
@owner_tag
@as_json
def owners(owner_tag: str, as_json: bool) -> ExitCode:
    """List deployments and projects with their owners, and how each is known.

    An owner is known by the resource's owner tag, else by the owner id or the creator that Elastic Cloud shows, the first of them
    that names a member. Projects under deletion are listed; deployments that have been shut down are not."""
    organization = live_organization()
    found = owned_resources(organization.ownership(owner_tag), organization.read().members)
    number = len({(one.resource.kind, one.resource.id) for one in found})
    unknown = sum(one.owner is None for one in found)
    if as_json:
        document = {
            "organization_id": organization.id,
            "owner_tag": owner_tag,
            "resources": [one.data for one in found],
        }
        click.echo(json_text(document))
        return ExitCode.SUCCESS
    if found:
        tell_whole(render_owners(found))
    listed = count(number, "deployment or project", "deployments and projects")
    click.echo(f"{listed}, {unknown} without a known owner")
    return ExitCode.SUCCESS
