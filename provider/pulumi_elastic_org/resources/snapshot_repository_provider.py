"""The dynamic provider behind `SnapshotRepository`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.resources.lazy_provider import LazyProvider


class SnapshotRepositoryProvider(LazyProvider):
    """Registers a repository, and puts its credentials into the deployment's keystore first."""

    implementation = "pulumi_elastic_org.resources.snapshot_repository_lifecycle:SnapshotRepositoryLifecycle"
