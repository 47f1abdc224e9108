"""How a program says which Elasticsearch a resource is for, as inputs."""

from __future__ import annotations

from dataclasses import dataclass, field

import pulumi

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
