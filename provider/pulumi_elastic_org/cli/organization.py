"""The live organization for commands that look at it without a Pulumi program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from pulumi_elastic_org.cli.credentials import clear_errors
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.settings import KeyMissing, SettingsError, find_settings
from pulumi_elastic_org.model.guard_settings import DEFAULT_OWNER_TAG

owner_tag = click.option(
    "--owner-tag",
    default=DEFAULT_OWNER_TAG,
    show_default=True,
    metavar="KEY",
    help="The tag of deployments and projects that names their owner by e-mail address.",
)

ENVIRONMENT = """\b
Environment:
  EC_API_KEY          an API key of an organization owner
  EC_API_KEY_USER     whose key it is: an e-mail address or a user id
  EC_ORGANIZATION_ID  which organization  [default: the only one that the key sees]
  EC_ENDPOINT         the base address of the API  [default: Elastic Cloud's own]"""
"""What the help of each command that looks at the live organization ends with."""


@contextmanager
def live_organization() -> Iterator[LiveOrganization]:
    """Gives the organization that the environment leads to, and makes one clear line of whatever goes wrong with it.

    Raises:
        click.ClickException: There is no API key, or Elastic Cloud refuses something.
    """
    try:
        settings = find_settings(lambda _: None, os.environ)
    except SettingsError as error:
        if not isinstance(error, KeyMissing):
            raise click.ClickException(str(error)) from None
        raise click.ClickException(
            "no API key for Elastic Cloud: set EC_API_KEY in the environment; stack configuration is not read by this command"
        ) from None
    with clear_errors():
        yield Phase(lambda: settings, say=lambda text: click.echo(text, err=True)).organization
