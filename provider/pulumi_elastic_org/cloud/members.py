"""The members of an organization, as far as a key is shown them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pulumi_elastic_org.cloud.errors import PersonUnclear
from pulumi_elastic_org.cloud.models import MemberList, parse
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.accounts import Accounts
from pulumi_elastic_org.model.people import Member


class Members(NamedTuple):
    """Who belongs to an organization.

    Args:
        people: Everybody.
        roles_shown: Whether the key is shown anybody's roles; where it is not, everybody's grants are empty.
    """

    people: tuple[Member, ...]
    roles_shown: bool

    def find(self, person: str) -> Member | None:
        """Returns a member by e-mail address or user id, or ``None`` where there is none.

        Args:
            person: An e-mail address in any letter case, or Elastic's id of the account.

        Raises:
            PersonUnclear: Several accounts have the address.
        """
        return find_member(self.people, person)


def find_member(members: Iterable[Member], person: str) -> Member | None:
    """Returns a member by e-mail address or user id, or ``None`` where there is none.

    Args:
        members: Who belongs to the organization.
        person: An e-mail address in any letter case, or Elastic's id of the account.

    Raises:
        PersonUnclear: Several accounts have the address.
    """
    members = tuple(members)
    named = Accounts.of(members).named(person)
    if len(named) > 1:
        raise PersonUnclear(person, named)
    return next((one for one in members if one.user_id in named), None)


def read_members(session: Session, organization_id: str) -> Members:
    """Reads who belongs to an organization, in one call.

    Args:
        session: The connection; the key of any member will do.
        organization_id: Elastic's id of the organization.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"read the members of organization {organization_id}"
    answer = session.call("GET", "organizations", organization_id, "members", action=action)
    members = parse(MemberList, answer, action).once()
    return Members(
        tuple(member.value(organization_id) for member in members),
        # Every organization has an owner, so an answer without any role assignments says that the key does not see them.
        roles_shown=not members or any(member.role_assignments is not None for member in members),
    )
