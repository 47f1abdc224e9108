"""`Restore`: indices restored from a snapshot, as a resource."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi.dynamic import Resource

from pulumi_elastic_org.dynamic.elasticsearch_connection import ElasticsearchConnection
from pulumi_elastic_org.dynamic.interrupts import hide_interrupts
from pulumi_elastic_org.dynamic.snapshot import Snapshot
from pulumi_elastic_org.dynamic.snapshot_repository import AnyRepository, repository_name
from pulumi_elastic_org.resources.restore_provider import RestoreProvider
from pulumi_elastic_org.snapshots.renaming import EVERYTHING


class Restore(Resource, module="elastic-org", name="Restore"):
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
        hide_interrupts()
        inputs = {
            **connection.inputs(),
            "repository": repository_name(repository),
            "snapshot": snapshot.name if isinstance(snapshot, Snapshot) else snapshot,
            "indices": list(indices),
            "restored": None,
            **({"expected": snapshot.contents} if isinstance(snapshot, Snapshot) else {}),
            **({"rename": {"pattern": rename[0], "replacement": rename[1]}} if rename else {}),
        }
        super().__init__(RestoreProvider(), name, inputs, opts)
