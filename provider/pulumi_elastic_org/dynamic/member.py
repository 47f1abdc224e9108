"""`Member` and `Invitation`: one person's membership of an organization, and that they have been invited."""

from __future__ import annotations

from typing import Any

import pulumi

from pulumi_elastic_org.dynamic.arguments import wrong, wrong_settings
from pulumi_elastic_org.dynamic.program import KindResource, claim, has_role_mappings
from pulumi_elastic_org.dynamic.roles import Roles, known_grants, roles_text
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from pulumi_elastic_org.model.people import INVITATION_LIFE, MAX_RESENDS, check_somebody
from pulumi_elastic_org.model.printable import listed
from pulumi_elastic_org.resources.invitation_provider import InvitationProvider
from pulumi_elastic_org.resources.member_provider import MemberProvider

OUTPUTS = ("status", "user_id", "expires_at", "applied", "organization_id")


def person_inputs(
    what: str,
    email: str,
    roles: Roles,
    guards: Guards | None,
    max_resends: int,
    expires_in: str,
    organization_id: pulumi.Input[str] | None,
) -> dict[str, Any]:
    """Returns the inputs of a resource that declares one person.

    Args:
        what: How a message names the resource.
        email: The person's e-mail address.
        roles: The person's roles.
        guards: What the guards allow; the defaults when left out.
        max_resends: How often an expired invitation is sent again.
        expires_in: How long invitations last.
        organization_id: Which organization this must be.

    Raises:
        pulumi.RunError: Something is wrong; all of it is named at once.
    """
    mistakes = [
        *wrong(lambda: check_somebody(email)),
        *wrong(lambda: known_grants(roles)),
        *wrong_settings(guards, max_resends, expires_in),
    ]
    if mistakes:
        raise pulumi.RunError(listed(f"{what} has mistakes:", mistakes))
    return {
        "email": email,
        "roles": roles_text(roles),
        "max_resends": max_resends,
        "expires_in": expires_in,
        "organization_id": organization_id,
        **write_guards(guards or Guards()),
    }


class Member(KindResource, module="elastic-org", name="Member"):
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
        inputs |= {"single_sign_on": single_sign_on or None, "role_mappings": has_role_mappings(opts)}
        super().__init__(MemberProvider(), name, OUTPUTS, inputs, opts)


class Invitation(KindResource, module="elastic-org", name="Invitation"):
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
        super().__init__(InvitationProvider(), name, OUTPUTS, inputs, opts)
