"""Connections to Elastic Cloud with the keys of the environment, for commands that run without Pulumi."""

from __future__ import annotations

import os

import click

from pulumi_elastic_org.cloud.errors import KeyOrigin
from pulumi_elastic_org.cloud.network import DEFAULT_ENDPOINT, HTTP, Transport
from pulumi_elastic_org.cloud.session import Session


def connect(*variables: str, transport: Transport = HTTP) -> Session:
    """Returns a connection with the key of the first environment variable that is set.

    The endpoint is that of ``EC_ENDPOINT``, else Elastic Cloud's own.

    Args:
        variables: Names of environment variables, the one that is asked for in the error first.
        transport: How calls travel.

    Raises:
        click.UsageError: None of them is set.
        ConfigurationError: The endpoint or the key is invalid.
    """
    variable = next((name for name in variables if os.environ.get(name)), None)
    if variable is None:
        raise click.UsageError(f"no API key: set {' or '.join(variables)} in the environment")
    endpoint = os.environ.get("EC_ENDPOINT") or DEFAULT_ENDPOINT
    return Session(
        endpoint,
        os.environ[variable],
        warn=lambda line: click.echo(line, err=True),
        transport=transport,
        key_from=KeyOrigin(f"{variable} in the environment"),
    )


def key_user() -> str | None:
    """Returns whose key that of ``EC_API_KEY`` is, as the operator says in the environment; ``None`` where they have not said."""
    return os.environ.get("EC_API_KEY_USER", "").strip() or None
