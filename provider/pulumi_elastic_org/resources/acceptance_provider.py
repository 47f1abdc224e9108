"""The dynamic provider behind `InvitationAcceptance`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import KindProvider


class AcceptanceProvider(KindProvider):
    """Accepts an invitation on create, and leaves the organization on delete."""

    kind = "InvitationAcceptance"
