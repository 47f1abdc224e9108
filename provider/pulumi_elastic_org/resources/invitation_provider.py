"""The dynamic provider behind `Invitation`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import PeopleProvider


class InvitationProvider(PeopleProvider):
    """Makes sure that a person is invited; who has accepted is left alone, by delete too."""

    kind = "Invitation"
