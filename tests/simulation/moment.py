"""The organization between two calls, as the judge sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elastic_cloud_emulator import Cloud
from pulumi_elastic_org.cloud.models import read_assignments
from pulumi_elastic_org.model.grants import Grants, is_admin
from pulumi_elastic_org.model.people import email_key
from tests.trust.organization import ORGANIZATION


@dataclass(frozen=True)
class Person:
    """A member."""

    email: str
    grants: Grants


@dataclass(frozen=True)
class Invited:
    """An open invitation."""

    email: str
    grants: Grants
    expires_at: datetime


@dataclass(frozen=True)
class Moment:
    """The organization between two calls.

    Args:
        members: By user id.
        invitations: By token.
        owners: The user ids of those who own something.
        mails: How many invitations were sent so far.
    """

    members: Mapping[str, Person]
    invitations: Mapping[str, Invited]
    owners: frozenset[str]
    mails: int

    @property
    def administrators(self) -> set[str]:
        """Their user ids."""
        return {user_id for user_id, one in self.members.items() if is_admin(one.grants)}


class Look:
    """Looks at the organization, and reads each set of roles once.

    Args:
        cloud: Where.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._read: dict[int, tuple[Any, Grants]] = {}
        self.addresses: dict[str, list[str]] = {}
        """Every address that an account has had, by user id, as `email_key`; the present one last."""

    def now(self) -> Moment:
        """Returns the organization as it is."""
        cloud = self._cloud
        organization = cloud.organization(ORGANIZATION)
        for user in cloud.users.values():
            had = self.addresses.setdefault(user.id, [])
            key = email_key(user.email)
            if had[-1:] != [key]:
                had.append(key)
        return Moment(
            {
                user_id: Person(cloud.users[user_id].email, self.grants(one.roles.to_json(ORGANIZATION)))
                for user_id, one in organization.members.items()
            },
            {
                one.token: Invited(one.email, self.grants(one.roles.to_json(ORGANIZATION)), one.expires_at)
                for one in organization.invitations.values()
            },
            frozenset(
                owner
                for one in (*organization.deployments.values(), *organization.projects.values())
                if (owner := self._owner(one)) is not None
            ),
            len(cloud.outbox.messages),
        )

    def _owner(self, resource: Any) -> str | None:
        tag = resource.tags.get("owner")
        if tag is not None and (tag in self._cloud.users or self._cloud.has_account(tag)):
            return self._cloud.user(tag).id
        owner: str | None = resource.owner_id
        return owner

    def grants(self, document: Any) -> Grants:
        """Returns the grants of role assignments as the API writes them.

        Args:
            document: The same object each time, as the emulator keeps it.
        """
        known = self._read.get(id(document))
        if known is None or known[0] is not document:
            known = self._read[id(document)] = (document, read_assignments(document, ORGANIZATION)[0])
        return known[1]
