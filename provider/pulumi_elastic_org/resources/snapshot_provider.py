"""The dynamic provider behind `Snapshot`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.resources.lazy_provider import LazyProvider


class SnapshotProvider(LazyProvider):
    """Takes a snapshot and waits for it; what is in it is looked at before and after."""

    implementation = "pulumi_elastic_org.resources.snapshot_lifecycle:SnapshotLifecycle"
