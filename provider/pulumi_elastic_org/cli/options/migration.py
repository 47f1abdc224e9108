"""The two ends of a migration, as options name them and as the environment holds their credentials."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from pulumi_elastic_org.cli.credentials import connect
from pulumi_elastic_org.cli.options.as_value import as_value
from pulumi_elastic_org.cli.options.repository_file import load_repository
from pulumi_elastic_org.cloud.hosted import find_deployment
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet
from pulumi_elastic_org.procedures.migration import DEFAULT_SNAPSHOT, Migration
from pulumi_elastic_org.procedures.preflight import Side
from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.renaming import EVERYTHING, Renaming

EPILOG = """\b
Credentials, from the environment:
  ELASTICSEARCH_API_KEY_SOURCE       an API key of the source, or
  ELASTICSEARCH_USERNAME_SOURCE      a user and
  ELASTICSEARCH_PASSWORD_SOURCE      the password instead
  ELASTICSEARCH_..._DESTINATION      the same for the destination
  EC_API_KEY_OLD, EC_API_KEY_NEW     of Elastic Cloud, for an end that is
                                     named by its deployment's id; else
                                     EC_API_KEY"""


@dataclass(frozen=True)
class Ends:
    """What moves, and between which clusters; nothing has been asked yet.

    Args:
        source: The address or the deployment's id.
        destination: The address or the deployment's id.
        source_ca: The certificate authority of the source, if it is not one of the system's.
        destination_ca: The same for the destination.
        repository: The file that describes the repository.
        snapshot: The snapshot's name.
        indices: Names and patterns of what moves; empty for everything.
        rename: A pattern and its replacement; ``None`` to keep the names.
    """

    source: str
    destination: str
    source_ca: str | None
    destination_ca: str | None
    repository: Path
    snapshot: str
    indices: tuple[str, ...]
    rename: tuple[str, str] | None

    @cached_property
    def migration(self) -> Migration:
        """What moves.

        Raises:
            click.ClickException: The repository's file has mistakes.
        """
        renaming = Renaming(*self.rename) if self.rename else None
        return Migration(
            load_repository(self.repository, os.environ), self.snapshot, self.indices or EVERYTHING, renaming
        )

    @property
    def subject(self) -> dict[str, str]:
        """What tells this migration from others in a journal."""
        return {"source": self.source, "destination": self.destination, **self.migration.subject}

    def connect(self) -> tuple[Side, Side]:
        """Returns both ends.

        Raises:
            click.UsageError: Credentials are missing.
            PreconditionsUnmet: A deployment has no Elasticsearch that can be reached.
            CloudError: Elastic Cloud cannot be asked.
            ElasticsearchError: A connection is invalid, or the client is missing.
        """
        return (
            _side("source", self.source, self.source_ca, "EC_API_KEY_OLD"),
            _side("destination", self.destination, self.destination_ca, "EC_API_KEY_NEW"),
        )


def _side(name: str, where: str, ca_file: str | None, cloud_key: str) -> Side:
    if "://" in where:
        return Side(Cluster(_connection(name, where, ca_file), f"the {name}"))
    session = connect(cloud_key, "EC_API_KEY")
    url = find_deployment(session, where).elasticsearch_url
    if not url:
        raise PreconditionsUnmet(f"Elastic Cloud gives no address for deployment {where}: give the address instead")
    return Side(Cluster(_connection(name, url, ca_file), f"the {name}"), session, where)


def _connection(name: str, url: str, ca_file: str | None) -> Connection:
    def variable(what: str) -> str | None:
        return os.environ.get(f"ELASTICSEARCH_{what}_{name.upper()}") or None

    api_key, username, password = variable("API_KEY"), variable("USERNAME"), variable("PASSWORD")
    if not (api_key or username):
        raise click.UsageError(
            f"no credentials for the {name}: set ELASTICSEARCH_API_KEY_{name.upper()} in the environment"
        )
    return Connection(url, api_key, username, password, ca_file)


migration_options = as_value(
    "ends",
    Ends,
    click.option("--source", required=True, metavar="URL|ID", help="Where from: an address, or a deployment's id."),
    click.option("--destination", required=True, metavar="URL|ID", help="Where to: an address, or a deployment's id."),
    click.option(
        "--source-ca", type=click.Path(exists=True, dir_okay=False), help="The source's certificate authority."
    ),
    click.option(
        "--destination-ca",
        type=click.Path(exists=True, dir_okay=False),
        help="The destination's certificate authority.",
    ),
    click.option(
        "--repository",
        required=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The private repository: name, type, settings, secure_settings.",
    ),
    click.option(
        "--snapshot", default=DEFAULT_SNAPSHOT, show_default=True, metavar="NAME", help="The snapshot's name."
    ),
    click.option(
        "--index",
        "indices",
        multiple=True,
        metavar="PATTERN",
        help="What moves: a name or a pattern, with - in front what does not; may be repeated.  [default: everything]",
    ),
    click.option(
        "--rename",
        nargs=2,
        metavar="PATTERN REPLACEMENT",
        help="New names on the destination, such as '(.+)' 'acme-$1'.",
    ),
)
"""Gives a command the options that say what moves and between which clusters, as `Ends` called ``ends``."""
