"""The dynamic provider behind `Member`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.resources.lazy_provider import LazyPeopleProvider


class MemberProvider(LazyPeopleProvider):
    """Makes a person a member with the declared roles; delete removes them, behind the guards."""

    implementation = "pulumi_elastic_org.resources.person_lifecycle:MemberLifecycle"
