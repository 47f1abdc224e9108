"""`Invitation`: makes sure that a person has been invited."""

from __future__ import annotations

import pulumi
from pulumi.dynamic import Resource

from pulumi_elastic_org.dynamic.claims import claim
from pulumi_elastic_org.dynamic.person_inputs import person_inputs
from pulumi_elastic_org.dynamic.roles import Roles
from pulumi_elastic_org.dynamic.roster import INVITATION_LIFE
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.people import MAX_RESENDS
from pulumi_elastic_org.resources.invitation_provider import InvitationProvider


class Invitation(Resource, module="elastic-org", name="Invitation"):
    """One person's invitation to an Elastic Cloud organization, for who is looked after elsewhere once they have accepted.

    A person who is neither a member nor invited is invited, with these roles; an expired invitation is sent again; a pending
    one is cancelled and sent again when the roles change. A member is left alone, whatever their roles. Deleting the resource
    cancels an open invitation and leaves a member alone.

    Args:
        name: The resource's name in Pulumi.
        email: The person's e-mail address, compared without regard to case. Another address is another person.
        roles: The roles that the person gets on acceptance: role assignments, or their text form.
        guards: Which domains may be invited, and how many invitations one update may cancel; sensible defaults when left out.
        max_resends: How often an expired invitation is sent again before it is only reported.
        expires_in: How long the invitation lasts, as Elastic writes durations, for instance ``"72h"`` or ``"7d"``.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options; ``provider`` takes a `Provider` for another organization.

    Raises:
        pulumi.RunError: Something in the arguments is wrong, or another resource declares the person.
    """

    organization_id: pulumi.Output[str]
    """The organization's id."""
    status: pulumi.Output[str | None]
    """``"member"`` for who has accepted, ``"invited"`` or ``"expired"``."""
    user_id: pulumi.Output[str | None]
    """Elastic's id of the account, once the person has accepted and an update or refresh has seen it."""
    expires_at: pulumi.Output[str | None]
    """Until when the invitation can be accepted, or could be (ISO 8601)."""
    applied: pulumi.Output[str]
    """The roles that the person was invited with, in text form."""

    def __init__(
        self,
        name: str,
        email: str,
        roles: Roles,
        guards: Guards | None = None,
        max_resends: int = MAX_RESENDS,
        expires_in: str = INVITATION_LIFE,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        what = f"Invitation '{name}'"
        inputs = person_inputs(what, email, roles, guards, max_resends, expires_in, organization_id)
        claim(what, [email], opts)
        super().__init__(InvitationProvider(), name, inputs, opts)
