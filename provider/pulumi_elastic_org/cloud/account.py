"""What the user of an API key is, and may do for themselves."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound
from pulumi_elastic_org.cloud.keys import KeyUser, key_user
from pulumi_elastic_org.cloud.members import read_members
from pulumi_elastic_org.cloud.models import OrganizationList, parse
from pulumi_elastic_org.cloud.session import Session


class OrganizationName(NamedTuple):
    """An organization as its members know it."""

    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.id} ({self.name})" if self.name else self.id


class Account:
    """A person, known by their own API key. Every method may raise what `Session.call` raises.

    Args:
        session: The connection with that key.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    @cached_property
    def user(self) -> KeyUser:
        """Whose key this is; asked once, since a key never changes hands."""
        return key_user(self.session)

    def organizations(self) -> tuple[OrganizationName, ...]:
        """Returns the organizations that the key sees."""
        found = visible_organizations(self.session).organizations
        return tuple(OrganizationName(one.id, one.name) for one in found)

    def belongs_to(self, organization_id: str) -> bool:
        """Whether the key shows that the person is a member of an organization.

        Args:
            organization_id: Elastic's id of the organization.
        """
        return self._membership(organization_id) is True

    def membership(self, organization_id: str) -> bool | None:
        """Whether the person is a member of an organization; ``None`` where the key cannot show it.

        A key can be linked to one organization and outlive its user's membership there: then it sees an organization that the
        person does not belong to, and none of those that they do.

        Args:
            organization_id: Elastic's id of the organization.
        """
        if (found := self._membership(organization_id)) is not None:
            return found
        elsewhere = [self._membership(one.id) for one in self.organizations()]
        return False if not elsewhere or any(elsewhere) else None

    def _membership(self, organization_id: str) -> bool | None:
        try:
            members = read_members(self.session, organization_id)
        except (AccessDenied, NotFound):
            return None
        return self.user.user_id is None or members.find(self.user.user_id) is not None


def visible_organizations(session: Session) -> OrganizationList:
    """Returns the organizations that a key sees, as the API lists them.

    Args:
        session: The connection with that key.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = "list the organizations of the API key"
    return parse(OrganizationList, session.call("GET", "organizations", action=action), action)
