"""The dynamic provider behind `Invitation`."""

from __future__ import annotations

from pulumi_elastic_org.resources.person_provider import PersonProvider
from pulumi_elastic_org.roster.changes import CancelInvitation, Change, Invite, Reinvite


class InvitationProvider(PersonProvider):
    """Makes sure that a person is invited; who has accepted is left alone, by delete too."""

    what = "invitation"

    @staticmethod
    def manages(change: Change) -> bool:
        """Invitations are this resource's to send and to cancel, members are not its concern."""
        return isinstance(change, Invite | Reinvite | CancelInvitation)

    def owns_roles(self, *, member: bool) -> bool:
        """The roles are those of the invitation; what becomes of them after it is accepted is not declared here."""
        return not member
