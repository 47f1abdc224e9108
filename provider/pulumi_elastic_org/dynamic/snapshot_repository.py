"""`SnapshotRepository`: where a cluster keeps its snapshots, as a resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from pulumi_elastic_org.dynamic.elasticsearch_connection import ElasticsearchConnection
from pulumi_elastic_org.dynamic.interrupts import hide_interrupts
from pulumi_elastic_org.resources.snapshot_repository_provider import SnapshotRepositoryProvider
from pulumi_elastic_org.snapshots.repositories import READ_ONLY

AnyRepository = pulumi.Input[str] | pulumi.Resource
"""A repository's name, a `SnapshotRepository`, or any other resource with the output ``name``, such as the one of
`pulumi_elasticstack`."""


class SnapshotRepository(Resource, module="elastic-org", name="SnapshotRepository"):
    """A snapshot repository that is registered with a cluster, and that every node of it was seen to reach.

    Type and settings are those of Elasticsearch's guide "Register a snapshot repository". A repository that is registered already
    under this name and in this place is adopted. Deleting the resource unregisters it; the snapshots in it stay.

    Args:
        name: The resource's name in Pulumi.
        connection: The cluster.
        repository: The repository's name in the cluster.
        type: ``"fs"``, ``"url"``, ``"s3"``, ``"gcs"`` or ``"azure"``.
        settings: Where it lies, such as ``{"bucket": "backups", "base_path": "acme"}``.
        read_only: Whether the cluster only restores from it. Register a repository with one writing cluster at most.
        secure_settings: Its credentials, by keystore entry such as ``"s3.client.default.access_key"``. They go to the deployment's
            keystore through Elastic Cloud's API; state keeps them encrypted, to notice a change.
        deployment_id: Elastic's id of the deployment; needed for ``secure_settings``.
        opts: Pulumi's resource options; ``provider`` takes the `Provider` of the deployment's organization.
    """

    name: pulumi.Output[str]
    """The repository's name in the cluster."""
    type: pulumi.Output[str]
    """The repository's type."""

    def __init__(
        self,
        name: str,
        connection: ElasticsearchConnection,
        repository: pulumi.Input[str],
        type: str,
        settings: Mapping[str, pulumi.Input[Any]],
        read_only: bool = False,
        secure_settings: Mapping[str, pulumi.Input[str]] | None = None,
        deployment_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        hide_interrupts()
        inputs: dict[str, Any] = {
            **connection.inputs(),
            "name": repository,
            "type": type,
            "settings": {**settings, **({READ_ONLY: "true"} if read_only and type != "url" else {})},
        }
        if secure_settings:
            inputs["secure_settings"] = pulumi.Output.secret(dict(secure_settings))
        if deployment_id is not None:
            inputs["deployment_id"] = deployment_id
        super().__init__(SnapshotRepositoryProvider(), name, inputs, opts)


def repository_name(repository: AnyRepository) -> pulumi.Input[str]:
    """Returns the name of a repository.

    Args:
        repository: As a program gives it.

    Raises:
        pulumi.RunError: It is a resource that is no repository.
    """
    if not isinstance(repository, pulumi.Resource):
        return repository
    name = getattr(repository, "name", None)
    if not isinstance(name, pulumi.Output):
        raise pulumi.RunError(f"{type(repository).__name__} is not a snapshot repository: it has no output 'name'")
    return name
