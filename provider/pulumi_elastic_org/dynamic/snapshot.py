"""`Snapshot`: a snapshot of a cluster's indices, as a resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi.dynamic import Resource

from pulumi_elastic_org.dynamic.elasticsearch_connection import ElasticsearchConnection
from pulumi_elastic_org.dynamic.interrupts import hide_interrupts
from pulumi_elastic_org.dynamic.snapshot_repository import AnyRepository, repository_name
from pulumi_elastic_org.resources.snapshot_provider import SnapshotProvider
from pulumi_elastic_org.snapshots.renaming import EVERYTHING


class Snapshot(Resource, module="elastic-org", name="Snapshot"):
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
        hide_interrupts()
        inputs = {
            **connection.inputs(),
            "repository": repository_name(repository),
            "name": snapshot,
            "indices": list(indices),
            "contents": None,
        }
        super().__init__(SnapshotProvider(), name, inputs, opts)
