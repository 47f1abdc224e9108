"""Connections to Elastic Cloud with the keys of the environment, for commands that run without Pulumi."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from pulumi_elastic_org.audit import AuditError
from pulumi_elastic_org.cli.exit_codes import Unfinished
from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.network import DEFAULT_ENDPOINT
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.files import file_error
from pulumi_elastic_org.procedures.errors import ProcedureError, Waiting
from pulumi_elastic_org.snapshots.errors import ElasticsearchError


def connect(*variables: str) -> Session:
    """Returns a connection with the key of the first environment variable that is set.

    The endpoint is that of ``EC_ENDPOINT``, else Elastic Cloud's own.

    Args:
        variables: Names of environment variables, the one that is asked for in the error first.

    Raises:
        click.UsageError: None of them is set.
        ConfigurationError: The endpoint or the key is invalid.
    """
    key = next((os.environ[name] for name in variables if os.environ.get(name)), None)
    if key is None:
        raise click.UsageError(f"no API key: set {' or '.join(variables)} in the environment")
    return Session(os.environ.get("EC_ENDPOINT") or DEFAULT_ENDPOINT, key, warn=lambda line: click.echo(line, err=True))


def key_user() -> str | None:
    """Returns whose key that of ``EC_API_KEY`` is, as the operator says in the environment; ``None`` where they have not said."""
    return os.environ.get("EC_API_KEY_USER", "").strip() or None


@contextmanager
def clear_errors() -> Iterator[None]:
    """Ends the command with one clear text and exit code 1 when a cloud, a cluster or a workflow refuses, or a file fails."""
    try:
        yield
    except Waiting as error:
        raise Unfinished(str(error)) from None
    except (AuditError, CloudError, ElasticsearchError, ProcedureError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(file_error(error)) from None
