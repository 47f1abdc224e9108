"""The dynamic provider behind `Roster`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.resources.lazy_provider import LazyPeopleProvider


class RosterProvider(LazyPeopleProvider):
    """Makes an organization's members what a roster says."""

    implementation = "pulumi_elastic_org.resources.roster_lifecycle:RosterLifecycle"
