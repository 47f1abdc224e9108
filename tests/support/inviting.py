"""What became of a request to invite people, put together of what is told while it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.people import Invitation


class Told(NamedTuple):
    """The invitation of each address, and for the others why there is none."""

    invitations: dict[str, Invitation]
    refused: dict[str, str]


def invited(
    organizations: Organizations, organization_id: str, emails: Iterable[str], grants: Grants, **more: Any
) -> Told:
    """Invites people, and returns what became of each."""
    told: dict[str, Invitation | str] = {}
    organizations.invite(organization_id, emails, grants, **more, settled=told.__setitem__)
    return Told(
        {email: one for email, one in told.items() if isinstance(one, Invitation)},
        {email: one for email, one in told.items() if isinstance(one, str)},
    )
