"""The dynamic provider behind `SnapshotRepository`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import KindProvider


class SnapshotRepositoryProvider(KindProvider):
    """Registers a repository, and puts its credentials into the deployment's keystore first."""

    kind = "SnapshotRepository"
