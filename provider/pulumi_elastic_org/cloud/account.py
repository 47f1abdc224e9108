"""A person with their own API key: where they belong."""

from __future__ import annotations

from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound
from pulumi_elastic_org.cloud.models import OrganizationName
from pulumi_elastic_org.cloud.organizations import Members, read_members, visible_organizations
from pulumi_elastic_org.cloud.session import Session


class Account:
    """A person and an API key; every method may raise what `Session.call` raises.

    Args:
        session: The connection with the key.
        person: The person's e-mail address or user id; ``None`` where it is not known, since no key tells whose it is.
    """

    def __init__(self, session: Session, person: str | None = None) -> None:
        self.session = session
        self.person = person

    def organizations(self) -> tuple[OrganizationName, ...]:
        """Returns the organizations that the key sees."""
        return tuple(visible_organizations(self.session).organizations)

    def membership(self, organization_id: str) -> bool | None:
        """Whether the person is a member of an organization; ``None`` where that cannot be told.

        A key is linked to one organization and outlives its user's membership there: it shows nothing of others, to which the
        person may belong as well.

        Args:
            organization_id: Elastic's id of the organization.
        """
        members = self.members(organization_id)
        if members is None:
            return None if self.organizations() else False
        if self.person is None:
            return None
        if members.find(self.person) is not None:
            return True
        return None if any(not member.email for member in members.people) and "@" in self.person else False

    def user_id(self, organization_id: str) -> str | None:
        """Returns the person's user id; ``None`` where they are not a member of an organization, or the key does not show it.

        Args:
            organization_id: Elastic's id of the organization.
        """
        members = self.members(organization_id)
        member = members.find(self.person) if members is not None and self.person is not None else None
        return member.user_id if member is not None else None

    def members(self, organization_id: str) -> Members | None:
        """Returns who belongs to an organization; ``None`` where the key does not show it.

        Args:
            organization_id: Elastic's id of the organization.
        """
        try:
            return read_members(self.session, organization_id)
        except (AccessDenied, NotFound):
            return None
