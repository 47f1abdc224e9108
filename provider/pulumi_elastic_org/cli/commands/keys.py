"""`elastic-org keys`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import click

from pulumi_elastic_org.audit import AuditError, known_addresses, read_trail
from pulumi_elastic_org.cli.exit_codes import ExitCode
from pulumi_elastic_org.cli.options.formats import TERMINAL, one_format
from pulumi_elastic_org.cli.options.stack import as_json
from pulumi_elastic_org.cli.organization import ENVIRONMENT, live_organization
from pulumi_elastic_org.cli.reporters.document import JSON
from pulumi_elastic_org.cli.reporters.terminal import tell_whole
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.model.keys import Concern
from pulumi_elastic_org.model.printable import json_text
from pulumi_elastic_org.model.targets import targets_of
from pulumi_elastic_org.review.keys import inventory, keys_document, keys_markdown, render_keys, summary
from pulumi_elastic_org.variables import AUDIT_LOG

MARKDOWN = "markdown"


@click.command(epilog=ENVIRONMENT)
@click.option("--orphaned", is_flag=True, help="Only keys whose creator is no longer a member.")
@click.option("--expiring", is_flag=True, help="Only keys that expire within 30 days; with --orphaned, either.")
@click.option("--expect-none", is_flag=True, help="Exit with 7 when a key is listed.")
@click.option("--format", "form", type=click.Choice([TERMINAL, MARKDOWN, JSON]), default=TERMINAL, show_default=True)
@as_json
def keys(orphaned: bool, expiring: bool, expect_none: bool, form: str, as_json: bool) -> ExitCode:
    """List the organization's API keys: who created them, what they may do, until when they work.

    Keys outlive their creator's membership. Elastic Cloud shows no last use, and an expired key not at all. Whoever left
    is shown by the address that the audit trail knows, where ELASTIC_ORG_AUDIT_LOG names one."""
    form = one_format(form, as_json)
    only = [concern for concern, wanted in ((Concern.ORPHANED, orphaned), (Concern.EXPIRING, expiring)) if wanted]
    organization = live_organization()
    members = organization.read().members
    organization_id = organization.id
    found = inventory(read_keys(organization.session, organization_id), members, now(), only, _addresses())

    def names() -> Mapping[str, str]:
        return organization.target_names(targets_of(grant for one in found for grant in one.key.grants or ()))

    if form == JSON:
        click.echo(json_text(keys_document(organization_id, found)))
    elif form == MARKDOWN:
        click.echo(keys_markdown(organization_id, found, names()), nl=False)
    else:
        if found:
            tell_whole(render_keys(found, names()))
        click.echo(summary(found))
    return ExitCode.CHANGES if expect_none and found else ExitCode.SUCCESS


def _addresses() -> Mapping[str, str]:
    """By which addresses the audit trail knows accounts, where there is one: a help, without which the list is as complete."""
    with suppress(AuditError):
        if path := os.environ.get(AUDIT_LOG):
            return known_addresses(read_trail(Path(path)))
    return {}
