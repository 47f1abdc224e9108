"""The dynamic provider behind `Snapshot`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import KindProvider


class SnapshotProvider(KindProvider):
    """Takes a snapshot and waits for it; what is in it is looked at before and after."""

    kind = "Snapshot"
