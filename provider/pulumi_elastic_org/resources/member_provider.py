"""The dynamic provider behind `Member`."""

from __future__ import annotations

from pulumi_elastic_org.resources.person_provider import PersonProvider
from pulumi_elastic_org.roster.changes import Change


class MemberProvider(PersonProvider):
    """Makes a person a member with the declared roles; delete removes them, behind the guards."""

    what = "member"

    @staticmethod
    def manages(change: Change) -> bool:  # noqa: ARG004
        """Everything about the person is this resource's to change."""
        return True

    def owns_roles(self, *, member: bool) -> bool:  # noqa: ARG002
        """The roles are declared before and after the person accepts."""
        return True
