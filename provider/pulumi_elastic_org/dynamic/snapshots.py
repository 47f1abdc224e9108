"""`SnapshotRepository`, `Snapshot`, `Restore`: data that moves from one cluster to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from pulumi_elastic_org.dynamic.program import KindResource
from pulumi_elastic_org.resources.restore_provider import RestoreProvider
from pulumi_elastic_org.resources.snapshot_provider import SnapshotProvider
from pulumi_elastic_org.resources.snapshot_repository_provider import SnapshotRepositoryProvider
from pulumi_elastic_org.snapshots.renaming import EVERYTHING
from pulumi_elastic_org.snapshots.repositories import READ_ONLY

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
        given = {name: value for name, value in vars(self).items() if value is not None}
        return {name: pulumi.Output.secret(value) if name in _SECRET else value for name, value in given.items()}


AnyRepository = pulumi.Input[str] | pulumi.Resource
"""A repository's name, a `SnapshotRepository`, or any other resource with the output ``name``, such as the one of
`pulumi_elasticstack`."""


class SnapshotRepository(KindResource, module="elastic-org", name="SnapshotRepository"):
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
        inputs = {
            **connection.inputs(),
            "name": repository,
            "type": type,
            "settings": {**settings, **({READ_ONLY: "true"} if read_only and type != "url" else {})},
            "secure_settings": pulumi.Output.secret(dict(secure_settings)) if secure_settings else None,
            "deployment_id": deployment_id,
        }
        super().__init__(SnapshotRepositoryProvider(), name, (), inputs, opts)


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


class Snapshot(KindResource, module="elastic-org", name="Snapshot"):
    """A whole snapshot of indices; without users, roles and settings, which do not belong to another cluster.

    Another name, repository or choice of indices replaces it. Deleting the resource deletes the snapshot; with
    ``retain_on_delete=True`` it stays.

    Args:
        name: The resource's name in Pulumi.
        connection: The cluster.
        repository: Where it goes: a name, a `SnapshotRepository`, or one of `pulumi_elasticstack`.
        snapshot: The snapshot's name in the repository.
        indices: Names and patterns of indices and data streams, with ``-`` in front for what is left out; all by default.
        opts: Pulumi's resource options.
    """

    name: pulumi.Output[str]
    """The snapshot's name."""
    repository: pulumi.Output[str]
    """The repository's name."""
    contents: pulumi.Output[Mapping[str, str]]
    """What each index was like: documents, aliases, and a digest of the mappings."""

    def __init__(
        self,
        name: str,
        connection: ElasticsearchConnection,
        repository: AnyRepository,
        snapshot: pulumi.Input[str],
        indices: Sequence[pulumi.Input[str]] = EVERYTHING,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            **connection.inputs(),
            "repository": repository_name(repository),
            "name": snapshot,
            "indices": list(indices),
        }
        super().__init__(SnapshotProvider(), name, ("contents",), inputs, opts)


class Restore(KindResource, module="elastic-org", name="Restore"):
    """Indices that a cluster has from a snapshot: restored once, and compared with what the snapshot was taken of.

    Nothing is restored onto what exists: every index, alias or data stream that is in the way is listed in the preview, and
    nothing is begun. Shards that cannot be restored are named. Deleting the resource leaves the restored indices where they are.

    Args:
        name: The resource's name in Pulumi.
        connection: The cluster that gets the indices.
        repository: Where the snapshot is, as this cluster knows it: a name, a `SnapshotRepository`, or `pulumi_elasticstack`'s.
        snapshot: The snapshot's name, or a `Snapshot`, with whose contents the restored indices are then compared.
        indices: Names and patterns of what is restored, with ``-`` in front for what is left out; everything by default.
        rename: A regular expression and its replacement, such as ``("(.+)", "acme-$1")``, for new names.
        opts: Pulumi's resource options.
    """

    restored: pulumi.Output[Mapping[str, str]]
    """What each restored index was like: documents, aliases, and a digest of the mappings."""

    def __init__(
        self,
        name: str,
        connection: ElasticsearchConnection,
        repository: AnyRepository,
        snapshot: pulumi.Input[str] | Snapshot,
        indices: Sequence[pulumi.Input[str]] = EVERYTHING,
        rename: tuple[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {
            **connection.inputs(),
            "repository": repository_name(repository),
            "snapshot": snapshot.name if isinstance(snapshot, Snapshot) else snapshot,
            "indices": list(indices),
            "expected": snapshot.contents if isinstance(snapshot, Snapshot) else None,
            "rename": {"pattern": rename[0], "replacement": rename[1]} if rename else None,
        }
        super().__init__(RestoreProvider(), name, ("restored",), inputs, opts)
