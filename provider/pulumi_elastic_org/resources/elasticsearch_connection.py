"""How a program says which Elasticsearch a resource is for, and how a provider reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from pulumi_elastic_org.snapshots.client import Cluster, Connection

CONNECTION = ("url", "api_key", "username", "password", "ca_file")
"""Inputs that say how to reach a cluster; state keeps them, encrypted where they are secret, for refresh and destroy."""
_SECRET = ("api_key", "password")


@dataclass(frozen=True)
class ElasticsearchConnection:
    """How to reach the Elasticsearch of a deployment, or any other.

    Args:
        url: Its address; plain HTTP on loopback only.
        api_key: An API key of Elasticsearch (not of Elastic Cloud), encoded; kept as a secret.
        username: A user, instead of an API key.
        password: The user's password; kept as a secret.
        ca_file: The path of the certificate authority that signed the certificate; the system's own by default.
    """

    url: pulumi.Input[str]
    api_key: pulumi.Input[str] | None = field(default=None, repr=False)
    username: pulumi.Input[str] | None = None
    password: pulumi.Input[str] | None = field(default=None, repr=False)
    ca_file: pulumi.Input[str] | None = None

    def inputs(self) -> dict[str, pulumi.Input[str]]:
        """Returns the connection as inputs of a resource."""
        given = {name: getattr(self, name) for name in CONNECTION if getattr(self, name) is not None}
        return {name: pulumi.Output.secret(value) if name in _SECRET else value for name, value in given.items()}


def read_connection(properties: Mapping[str, Any]) -> Connection:
    """Returns the connection that a resource's properties describe, all of which are known.

    Args:
        properties: Inputs or outputs.
    """
    return Connection(**{name: str(properties[name]) for name in CONNECTION if properties.get(name) is not None})


def read_cluster(properties: Mapping[str, Any]) -> Cluster:
    """Returns the cluster that a resource's properties describe.

    Args:
        properties: Inputs or outputs, all of which are known.

    Raises:
        ConnectionMistake: The connection cannot be meant.
        ClientMissing: The official client is not installed.
    """
    return Cluster(read_connection(properties), str(properties["url"]))
