"""The dynamic provider behind `Roster`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import PeopleProvider


class RosterProvider(PeopleProvider):
    """Makes an organization's members what a roster says."""

    kind = "Roster"
