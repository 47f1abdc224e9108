"""The dynamic provider behind `Member`. Its class path is part of the format of state: it stays where it is."""

from __future__ import annotations

from pulumi_elastic_org.dynamic.provider import PeopleProvider


class MemberProvider(PeopleProvider):
    """Makes a person a member with the declared roles; delete removes them, behind the guards."""

    kind = "Member"
