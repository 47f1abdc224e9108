"""`Invitation`: makes sure that a person has been invited."""

from __future__ import annotations

from pulumi_elastic_org.kinds.person import PersonKind


class Invitation(PersonKind):
    """A person as invited; who has accepted is left alone, by delete too."""

    name = "Invitation"
    what = "invitation"
    properties = tuple(one for one in PersonKind.properties if one.name not in ("role_mappings", "single_sign_on"))

    def owns_roles(self, *, member: bool) -> bool:
        """The roles are those of the invitation; what becomes of them after it is accepted is not declared here."""
        return not member
