"""The dynamic provider behind `InvitationAcceptance`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.resources.lazy_provider import LazyProvider


class AcceptanceProvider(LazyProvider):
    """Accepts an invitation on create, and leaves the organization on delete."""

    implementation = "pulumi_elastic_org.resources.acceptance_lifecycle:AcceptanceLifecycle"
