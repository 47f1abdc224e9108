"""The live organization for commands that look at it without a Pulumi program."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import click

from pulumi_elastic_org.adoption.access import Access, access
from pulumi_elastic_org.adoption.draft import Draft, draft
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.domains import claimed_domains
from pulumi_elastic_org.cloud.errors import HOW_TO_GET_A_KEY, ApiError, IncompleteList
from pulumi_elastic_org.cloud.identity_providers import read_identity_provider
from pulumi_elastic_org.cloud.keys import read_keys
from pulumi_elastic_org.cloud.organization_settings import read_settings
from pulumi_elastic_org.cloud.organizations import find_member
from pulumi_elastic_org.cloud.role_mappings import read_role_mappings
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.lifecycle.phase import KeyMissing, Phase, find_settings
from pulumi_elastic_org.model.ownership import Ownership
from pulumi_elastic_org.model.people import Invitation, Member, Organization, email_key
from pulumi_elastic_org.review.render.text import count
from pulumi_elastic_org.roster_file.shape import nearest

ENVIRONMENT = """\b
Environment:
  EC_API_KEY          an API key of an organization owner
  EC_API_KEY_USER     whose key it is: an e-mail address or a user id
  EC_ORGANIZATION_ID  which organization, where the key sees several
  EC_ENDPOINT         the address of the API  [default: Elastic Cloud's own]"""
"""What the help of each command that looks at the live organization ends with."""


def live_organization(environment: Mapping[str, str] = os.environ) -> LiveOrganization:
    """Returns the organization that the environment leads to.

    Args:
        environment: The environment variables.

    Raises:
        click.ClickException: There is no API key.
        SettingsError: A setting is invalid.
    """
    try:
        settings = find_settings(lambda _: None, environment)
    except KeyMissing:
        raise click.ClickException(
            f"no API key for Elastic Cloud: set EC_API_KEY in the environment; stack configuration is not read by this command. "
            f"{HOW_TO_GET_A_KEY}"
        ) from None
    return Phase(lambda: settings, say=lambda text: click.echo(text, err=True)).organization


def draft_of(organization: LiveOrganization, owner_tag: str) -> Draft:
    """Returns what is live as it would be written down. Names and owners are a help to the reader: people are drafted without.

    Args:
        organization: Where.
        owner_tag: The key of the tag that names the owner.
    """
    try:
        ownership = organization.ownership(owner_tag)
    except IncompleteList as error:
        click.echo(f"warning: {error} Names and owners of deployments and projects are left out.", err=True)
        ownership = Ownership({}, ())
    return draft(organization.read(), ownership, now(), _access_of(organization))


def _access_of(organization: LiveOrganization) -> Access:
    """Single sign-on, settings and API keys: people are drafted without, where a key or an endpoint does not show them."""
    session, organization_id = organization.session, organization.id
    try:
        mappings, settings = read_role_mappings(session, organization_id), read_settings(session, organization_id)
        provider = read_identity_provider(session, organization_id)
        return access(
            mappings,
            settings,
            read_keys(session, organization_id),
            claimed_domains(session, organization_id),
            None if provider is None else provider.provider,
        )
    except (ApiError, IncompleteList) as error:
        click.echo(f"warning: {error} Single sign-on, settings and API keys are left out.", err=True)
        return Access()


def summary_of(found: Draft) -> str:
    """Returns how much a draft holds.

    Args:
        found: The draft.
    """
    people = len(found.singles) + sum(len(group.people) for group in found.groups)
    mapped = f", {count(len(found.access.mappings), 'role mapping')}" if found.access.mappings else ""
    left_out = "; the first lines of the file say what is left out" if found.notes else ""
    return (
        f"{count(people, 'person', 'people')}, {count(len(found.groups), 'group')}, {count(len(found.bundles), 'bundle')}, "
        f"{count(len(found.targets), 'deployment or project', 'deployments and projects')}{mapped}{left_out}"
    )


def find_person(person: str, actual: Organization) -> Member | Invitation:
    """Returns the membership of somebody, else their invitation.

    Args:
        person: As the operator wrote it: an e-mail address, or a user id.
        actual: The organization as it is.

    Raises:
        PersonUnclear: Several accounts have the address.
        click.ClickException: They do not belong to it; the message names the nearest who does.
    """
    invited = (one for one in actual.invitations if email_key(one.email) == email_key(person))
    live = find_member(actual.members, person) or next(invited, None)
    if live is None:
        everybody: Iterable[Member | Invitation] = (*actual.members, *actual.invitations)
        emails = sorted({one.email for one in everybody if one.email})
        raise click.ClickException(
            f"{person} is neither a member of organization {actual.id} nor invited; {nearest(person, emails)}"
        )
    return live
