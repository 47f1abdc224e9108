"""`Member`: one person's membership of an organization, and their roles."""

from __future__ import annotations

import pulumi
from pulumi.dynamic import Resource

from pulumi_elastic_org.dynamic.claims import claim
from pulumi_elastic_org.dynamic.person_inputs import person_inputs
from pulumi_elastic_org.dynamic.roles import Roles
from pulumi_elastic_org.dynamic.roster import INVITATION_LIFE
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.people import MAX_RESENDS
from pulumi_elastic_org.resources.member_provider import MemberProvider


class Member(Resource, module="elastic-org", name="Member"):
    """One person who belongs to an Elastic Cloud organization. Nobody else is touched.

    A person who is absent is invited, and invited again when the invitation expires; roles are changed in place. Deleting the
    resource removes the person, or cancels the invitation, once the guards agree, unless the same program declares the person
    in another resource. Pulumi's own preview does not ask a provider about deletes: `elastic-org preview` does.

    Args:
        name: The resource's name in Pulumi.
        email: The person's e-mail address, compared without regard to case. Another address is another person.
        roles: The roles: role assignments, or their text form; an empty list is a member without roles.
        guards: Under which conditions the person may be removed or lose roles; sensible defaults when left out.
        max_resends: How often an expired invitation is sent again before it is only reported.
        expires_in: How long invitations last, as Elastic writes durations, for instance ``"72h"`` or ``"7d"``.
        single_sign_on: Whether an identity provider lets the person in and gives roles at each login: then they are not invited,
            their roles are left alone, and what differs is only reported.
        organization_id: Which organization this must be; the one that the settings lead to by default.
        opts: Pulumi's resource options; ``provider`` takes a `Provider` for another organization.

    Raises:
        pulumi.RunError: Something in the arguments is wrong, or another resource declares the person.
    """

    organization_id: pulumi.Output[str]
    """The organization's id."""
    status: pulumi.Output[str | None]
    """``"member"``, ``"invited"`` or ``"expired"``; nothing for who has yet to sign on."""
    user_id: pulumi.Output[str | None]
    """Elastic's id of the account, once the person has accepted and an update or refresh has seen it."""
    expires_at: pulumi.Output[str | None]
    """Until when an open invitation can be accepted, or could be (ISO 8601)."""
    applied: pulumi.Output[str]
    """The roles that were applied last, in text form."""

    def __init__(
        self,
        name: str,
        email: str,
        roles: Roles,
        guards: Guards | None = None,
        max_resends: int = MAX_RESENDS,
        expires_in: str = INVITATION_LIFE,
        single_sign_on: bool = False,
        organization_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        what = f"Member '{name}'"
        inputs = person_inputs(what, email, roles, guards, max_resends, expires_in, organization_id)
        claim(what, [email], opts)
        if single_sign_on:
            inputs["single_sign_on"] = True
        super().__init__(MemberProvider(), name, inputs, opts)
