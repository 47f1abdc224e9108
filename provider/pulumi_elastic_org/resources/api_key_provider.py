"""The dynamic provider behind `ApiKey`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import KindProvider


class ApiKeyProvider(KindProvider):
    """Creates a key, and the next one before it expires."""

    kind = "ApiKey"
