"""The dynamic provider behind `Restore`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import KindProvider


class RestoreProvider(KindProvider):
    """Restores once, and proves it; what is restored belongs to nobody but the cluster from then on."""

    kind = "Restore"
