"""The organizations of Elastic Cloud: who is in them, and every change of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pulumi_elastic_org.cloud.errors import (
    AccessDenied,
    ApiError,
    CloudError,
    IncompleteList,
    NotFound,
    OrganizationUnclear,
    PersonUnclear,
    RolesHidden,
)
from pulumi_elastic_org.cloud.models import InvitationList, MemberList, OrganizationList, write_assignments
from pulumi_elastic_org.cloud.network import BATCH_SIZE, csv_batches
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import Grant, Grants
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.people import Invitation, Member, Organization, email_key

if TYPE_CHECKING:  # what is only written is loaded where it is
    from pulumi_elastic_org.cloud.invitations import Settled, Unsent

Entry = TypeVar("Entry")


class Members(NamedTuple):
    """Who belongs to an organization.

    Args:
        people: Everybody.
        roles_shown: Whether the key is shown anybody's roles; where it is not, everybody's grants are empty.
    """

    people: tuple[Member, ...]
    roles_shown: bool

    def find(self, person: str) -> Member | None:
        """Returns one of them; see `find_member`."""
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
    members = session.ask(MemberList, "GET", "organizations", organization_id, "members", action=action).once()
    return Members(
        tuple(member.value(organization_id) for member in members),
        # Every organization has an owner, so an answer without any role assignments says that the key does not see them.
        roles_shown=not members or any(member.role_assignments is not None for member in members),
    )


def open_invitations(session: Session, organization_id: str) -> tuple[Invitation, ...]:
    """Returns the open invitations of an organization, expired ones included.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"read the invitations of organization {organization_id}"
    found = session.ask(InvitationList, "GET", "organizations", organization_id, "invitations", action=action)
    return found.open(organization_id)


def _about_an_id(error: ApiError) -> bool:
    """A delete asks for ids and nothing else; Elastic's Go client expects `root.invalid_data` for a token that is none."""
    return error.about_an_entry or error.code == "root.invalid_data"


_NOTHING: Mapping[str, Any] = {}
_GONE = frozenset({"organization.membership_not_found", "organization.invitation_not_found", "user.not_found"})


def _unheard(_entry: str, _result: object) -> None:
    """For who looks when all is over."""


def all_of_them(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Returns the entries as they are: nothing of them is done yet.

    Args:
        entries: Of a request.
    """
    return entries


class Organizations:
    """Reads and changes organizations. Every method may raise what `Session.call` raises.

    Args:
        session: The connection, with the key of an organization owner.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def side_by_side(self, most: int) -> Executor:
        """As `Session.side_by_side`."""
        return self._session.side_by_side(most)

    def find_id(self) -> str:
        """Returns the id of the one organization that the key belongs to.

        Raises:
            OrganizationUnclear: There is none, or more than one.
        """
        found = visible_organizations(self._session)
        if len(found.organizations) == 1 and not found.next_page:
            return found.organizations[0].id
        if not found.organizations:
            raise OrganizationUnclear(
                "the API key belongs to no organization: create the key as an owner of the organization, "
                "or set EC_ORGANIZATION_ID to its id; `elastic-org whoami` says what is known of the key"
            )
        raise OrganizationUnclear(
            f"the API key sees several organizations: {found.named}: set EC_ORGANIZATION_ID to the one you want"
        )

    def read(self, organization_id: str) -> Organization:
        """Returns who is in the organization now, with two calls made at the same time.

        Args:
            organization_id: Elastic's id of the organization.

        Raises:
            RolesHidden: The answer shows nobody's roles, so that nothing can be compared.
            IncompleteList: The answer shows nobody: everybody would be invited again.
            ApiError: The key may not, or there is no such organization; the message says which ones the key sees.
        """
        try:
            with self.side_by_side(2) as pool:
                members = pool.submit(self._members, organization_id)
                invitations = pool.submit(open_invitations, self._session, organization_id)
                found = Organization(organization_id, members.result(), invitations.result())
        except (AccessDenied, NotFound) as error:
            error.organizations_seen = self._seen_beside(organization_id)
            raise
        if not found.members:
            raise IncompleteList(
                f"cannot read the members of organization {organization_id}: Elastic Cloud shows none, and every organization "
                "has an owner: check EC_ORGANIZATION_ID and the key, then run the same command again."
            )
        return found

    def invite(
        self,
        organization_id: str,
        emails: Iterable[str],
        grants: Grants,
        unmodelled: Mapping[str, Any] = _NOTHING,
        expires_in: str | None = None,
        settled: Settled = _unheard,
        unsent: Unsent = all_of_them,
    ) -> None:
        """Invites people, in few requests, and nobody twice.

        Args:
            organization_id: Elastic's id of the organization.
            emails: Whom to invite, all with the same roles; an address that appears twice counts once.
            grants: The roles that each person gets on acceptance.
            unmodelled: Role assignments to send along as they are, from the invitation that this one replaces.
            expires_in: After how long the invitations lapse, such as ``"24h"``; ``None`` leaves it to Elastic Cloud (72 hours).
            settled: Is told what became of each address as soon as it is known: the invitation, or why there is none.
            unsent: Is given the addresses of a request right before it leaves, which may be a minute after it was made, and returns
                those that are still to be invited; nothing else is told of the others.

        Raises:
            OutcomeUnknown: It stays unknown whether the last invitations were sent.
        """
        from pulumi_elastic_org.cloud.invitations import Delivery  # noqa: PLC0415 - a preview invites nobody

        delivery = Delivery(self._session, organization_id, grants, unmodelled, expires_in, settled, unsent)
        people = iter({email_key(email): email for email in emails}.values())
        while batch := tuple(islice(people, BATCH_SIZE)):
            delivery.send(batch)

    def invitations(self, organization_id: str) -> tuple[Invitation, ...]:
        """Returns the open invitations of an organization now, expired ones included.

        Args:
            organization_id: Elastic's id of the organization.
        """
        return open_invitations(self._session, organization_id)

    def cancel(
        self,
        organization_id: str,
        tokens: Iterable[str],
        settled: Callable[[str, str | None], None] = _unheard,
    ) -> Mapping[str, str]:
        """Cancels open invitations; one that is gone already counts as cancelled.

        Args:
            organization_id: Elastic's id of the organization.
            tokens: The tokens of the invitations.
            settled: Is told of each token as soon as it is known: why the API refuses it, or ``None``.

        Returns:
            Why an invitation still stands, by token; empty when none does.
        """

        def standing() -> set[str]:
            return {invitation.token for invitation in self.invitations(organization_id)}

        return self._delete(organization_id, "invitations", tokens, standing, settled)

    def remove(
        self,
        organization_id: str,
        user_ids: Iterable[str],
        settled: Callable[[str, str | None], None] = _unheard,
    ) -> Mapping[str, str]:
        """Removes members; one who is gone already counts as removed. Elastic Cloud checks nothing: the guards do, before.

        Args:
            organization_id: Elastic's id of the organization.
            user_ids: The ids of the members' accounts.
            settled: Is told of each id as soon as it is known: why the API refuses it, or ``None``.

        Returns:
            Why a person is still a member, by user id; empty when nobody is.
        """

        def standing() -> set[str]:
            return {member.user_id for member in read_members(self._session, organization_id).people}

        return self._delete(organization_id, "members", user_ids, standing, settled)

    def add_grants(self, organization_id: str, user_id: str, grants: Iterable[Grant]) -> None:
        """Gives a member roles, in one call.

        Args:
            organization_id: Elastic's id of the organization.
            user_id: The id of the member's account.
            grants: What to add; no call is made for nothing.
        """
        self._change_grants("POST", "add", organization_id, user_id, grants)

    def remove_grants(self, organization_id: str, user_id: str, grants: Iterable[Grant]) -> None:
        """Takes roles from a member, in one call.

        Args:
            organization_id: Elastic's id of the organization.
            user_id: The id of the member's account.
            grants: What to remove; no call is made for nothing.
        """
        self._change_grants("DELETE", "remove", organization_id, user_id, grants)

    def delete_key(self, key_id: str) -> None:
        """Deletes an API key; one that is gone already counts as deleted.

        Args:
            key_id: Elastic's id of the key.
        """
        from pulumi_elastic_org.cloud.keys import delete_key  # noqa: PLC0415 - only for keys of who leaves

        delete_key(self._session, key_id)

    def _seen_beside(self, organization_id: str) -> str:
        """What a message says of the organizations that the key sees; nothing where it sees the one that was asked for."""
        try:
            found = visible_organizations(self._session)
        except CloudError:
            return ""
        if any(one.id == organization_id for one in found.organizations):
            return ""
        return f" The API key sees {found.named}."

    def _members(self, organization_id: str) -> tuple[Member, ...]:
        members = read_members(self._session, organization_id)
        if not members.roles_shown:
            raise RolesHidden(
                f"the API key sees the members of organization {organization_id} and nobody's roles: "
                "use the key of an organization owner (role organization-admin)"
            )
        return members.people

    def _change_grants(
        self, method: str, verb: str, organization_id: str, user_id: str, grants: Iterable[Grant]
    ) -> None:
        body = write_assignments(grants, organization_id)
        if body:
            self._session.call(
                method, "users", user_id, "role_assignments", action=f"{verb} roles of user {user_id}", body=body
            )

    def _delete(
        self,
        organization_id: str,
        kind: str,
        ids: Iterable[str],
        standing: Callable[[], set[str]],
        settled: Callable[[str, str | None], None],
    ) -> Mapping[str, str]:
        from pulumi_elastic_org.cloud.invitations import bisect  # noqa: PLC0415 - a preview deletes nothing

        refused: dict[str, str] = {}

        def send(batch: Sequence[str]) -> None:
            action = f"delete {len(batch)} {kind} of organization {organization_id}"
            secrets = batch if kind == "invitations" else ()
            path = ("organizations", organization_id, kind, batch)
            self._session.call("DELETE", *path, action=action, secrets=secrets)

        def left(batch: Sequence[str]) -> Sequence[str]:
            listed = standing()
            return [item for item in batch if item in listed]

        for batch in csv_batches(ids):
            for items, error in bisect(batch, send, left, _about_an_id):
                # A list may still show who is gone already.
                reason = None if error is None or error.code in _GONE else error.reason
                for item in items:
                    if reason is not None:
                        refused[item] = reason
                    settled(item, reason)
        return refused


def visible_organizations(session: Session) -> OrganizationList:
    """Returns the organizations that a key sees, as the API lists them.

    Args:
        session: The connection with that key.

    Raises:
        CloudError: As for `Session.call`.
    """
    return session.ask(OrganizationList, "GET", "organizations", action="list the organizations of the API key")
