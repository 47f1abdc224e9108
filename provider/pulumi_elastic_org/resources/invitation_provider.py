"""The dynamic provider behind `Invitation`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.resources.lazy_provider import LazyPeopleProvider


class InvitationProvider(LazyPeopleProvider):
    """Makes sure that a person is invited; who has accepted is left alone, by delete too."""

    implementation = "pulumi_elastic_org.resources.person_lifecycle:InvitationLifecycle"
