"""What a program says of one person, as inputs."""

from __future__ import annotations

from typing import Any

import pulumi

from pulumi_elastic_org.dynamic.arguments import wrong, wrong_settings
from pulumi_elastic_org.dynamic.credentials import check_key_is_secret
from pulumi_elastic_org.dynamic.interrupts import hide_interrupts
from pulumi_elastic_org.dynamic.roles import Roles, known_grants, roles_text
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from pulumi_elastic_org.model.people import check_somebody
from pulumi_elastic_org.model.printable import listed

OUTPUTS = ("status", "user_id", "expires_at", "applied")


def person_inputs(
    what: str,
    email: str,
    roles: Roles,
    guards: Guards | None,
    max_resends: int,
    expires_in: str,
    organization_id: pulumi.Input[str] | None,
) -> dict[str, Any]:
    """Returns the inputs of a resource that declares one person, and the names of its outputs.

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
    hide_interrupts()
    check_key_is_secret()
    return {
        **dict.fromkeys(OUTPUTS),
        "email": email,
        "roles": roles_text(roles),
        "max_resends": max_resends,
        "expires_in": expires_in,
        "organization_id": organization_id,
        **write_guards(guards or Guards()),
    }
