"""`Invitation`: makes sure that a person has been invited."""

from __future__ import annotations

from pulumi_elastic_org.kinds.person import PersonKind
from pulumi_elastic_org.model.changes import CancelInvitation, Change, Invite, Reinvite


class Invitation(PersonKind):
    """A person as invited; who has accepted is left alone, by delete too."""

    name = "Invitation"
    what = "invitation"

    def manages(self, change: Change) -> bool:
        """Invitations are this resource's to send and to cancel, members are not its concern."""
        return isinstance(change, Invite | Reinvite | CancelInvitation)

    def owns_roles(self, *, member: bool) -> bool:
        """The roles are those of the invitation; what becomes of them after it is accepted is not declared here."""
        return not member
