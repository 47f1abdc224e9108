"""`Member`: one person's membership of an organization, and their roles."""

from __future__ import annotations

from pulumi_elastic_org.kinds.person import PersonKind


class Member(PersonKind):
    """A person as a member with the declared roles; delete removes them, behind the guards."""

    name = "Member"
    what = "member"

    def owns_roles(self, *, member: bool) -> bool:
        """The roles are declared before and after the person accepts."""
        return True
