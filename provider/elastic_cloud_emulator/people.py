"""How people come to the emulated cloud and go, and what they may do there.

The HTTP API calls these methods after it has looked at who is asking; tests, seeds and the control API call them as people in the
console would. None of them asks whether a change is wise: like Elastic, the emulator lets the last administrator leave.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from . import errors
from .clock import Clock
from .directory import Directory
from .model import Invitation, Membership, Organization, User, is_email
from .outbox import Message, Outbox
from .roles import RoleSet, parse_role_assignments
from .switches import Switches

INVITATION_LIFETIME = timedelta(hours=72)
"""How long an invitation can be accepted when the call names no other time, as Elastic documents it."""

RolesJson = Mapping[str, Any]
"""The API's `RoleAssignments`, in which `organization_id` may be left out."""


class People(Directory):
    """Members, their roles, and invitations.

    Args:
        clock: Dates everything that happens.
        outbox: Takes the invitations.
        switches: The behaviour where the published description leaves a choice.
    """

    def __init__(self, clock: Clock, outbox: Outbox, switches: Switches) -> None:
        super().__init__(clock)
        self.outbox = outbox
        self.switches = switches

    # Members

    def add_member(
        self,
        organization: str,
        user: str,
        roles: RolesJson | None = None,
        *,
        key: str | None = None,
        since: datetime | None = None,
    ) -> Membership:
        """Make a person a member without an invitation.

        Args:
            organization: The organization.
            user: A user's id or e-mail address; an address without an account gets one.
            roles: The roles held; by default none.
            key: An API key of the person that belongs to the organization; by default there is none.
            since: When the membership began; by default now.

        Raises:
            AlreadyBelongs: The person is a member.
            OrganizationNotFound: There is no such organization.
            UserNotFound: There is no such user, and the argument is not an e-mail address.
            ValueError: The roles have another form than the API's, or the key is taken.
        """
        with self.lock:
            found = self.organization(organization)
            role_set = self._role_set(found, roles)
            person = self.add_user(user) if is_email(user) and not self.has_account(user) else self.user(user)
            membership = self._join(found, person, role_set, since or self.clock.now())
            if key is not None:
                self.add_key(person.id, key, organization=found.id)
            return membership

    def set_roles(self, organization: str, user: str, roles: RolesJson) -> None:
        """Replace all roles of a member, as an administrator in the console can.

        Raises:
            MembershipNotFound: The person is not a member.
            OrganizationNotFound: There is no such organization.
            UserNotFound: There is no such user.
            ValueError: The roles have another form than the API's.
        """
        with self.lock:
            membership = self.member(organization, user)
            membership.roles = self._role_set(self.organization(organization), roles)

    def leave(self, organization: str, *users: str) -> None:
        """End memberships: all of those named, or none.

        The API keys of the people who go stay with the organization and keep what they could do, as Elastic documents it.

        Raises:
            MembershipNotFound: One of them is not a member.
            OrganizationNotFound: There is no such organization.
            UserNotFound: One of them has no account.
        """
        with self.lock:
            found = self.organization(organization)
            leaving = {membership.user_id: membership for membership in [self.member(found.id, user) for user in users]}
            for key in self.keys.values():
                if key.user_id in leaving and key.organization_id == found.id and key.roles is None:
                    key.roles = leaving[key.user_id].roles.copy()
            for user_id in leaving:
                del found.members[user_id]

    # Invitations

    def invite(
        self,
        organization: str,
        emails: str | Sequence[str],
        roles: RolesJson | None = None,
        *,
        expires_in: timedelta = INVITATION_LIFETIME,
    ) -> list[Invitation]:
        """Invite people: all of those named, or none.

        Args:
            organization: The organization.
            emails: One address or several.
            roles: The roles that they will hold; by default none.
            expires_in: How long they can accept.

        Raises:
            AlreadyBelongs: One of them is a member.
            InvalidInvitationEmail: One of the addresses is none.
            InvitationAlreadyExists: One of them has a pending invitation, and the switch `refresh_pending_invitations` is off.
            OrganizationNotFound: There is no such organization.
            SeveralErrors: Several of these.
            TooManyPendingInvitations: There would be more pending invitations than the switches allow.
            ValueError: The roles have another form than the API's.
        """
        with self.lock:
            found = self.organization(organization)
            role_set = self._role_set(found, roles)
            invited = {email.casefold(): email for email in ([emails] if isinstance(emails, str) else emails)}
            open_invitations = {one.email.casefold(): one for one in found.invitations.values()}
            refusals = [
                refusal
                for key, email in invited.items()
                if (refusal := self._invitation_refusal(found, email, open_invitations.get(key)))
            ]
            if refusals:
                raise refusals[0] if len(refusals) == 1 else errors.SeveralErrors(refusals)
            pending = {key for key, one in open_invitations.items() if not one.expired(self.clock.now())}
            limit = self.switches.most_pending_invitations
            if limit is not None and len(pending | invited.keys()) > limit:
                raise errors.TooManyPendingInvitations(f"At most {limit} invitations are pending at a time.")
            return [
                self._send_invitation(found, email, role_set.copy(), expires_in, open_invitations.get(key))
                for key, email in invited.items()
            ]

    def invitation(self, organization: str, email: str) -> Invitation | None:
        """Return the open invitation of an address, pending or expired, if there is one.

        Raises:
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            invitations = self.organization(organization).invitations.values()
            return next((one for one in invitations if one.email.casefold() == email.casefold()), None)

    def find_invitation(self, token: str) -> tuple[Organization, Invitation]:
        """Return an open invitation and the organization that it is for.

        Raises:
            InvitationNotFound: No open invitation has this token.
        """
        with self.lock:
            for organization in self.organizations.values():
                if token in organization.invitations:
                    return organization, organization.invitations[token]
        raise errors.InvitationNotFound("The invitation was not found.")

    def accept(self, organization: str, email: str) -> Membership:
        """Accept the invitation of an address, as its owner would in a browser; a person without an account opens one.

        Raises:
            AlreadyBelongs: The person is a member, of this organization or (see the switches) of another.
            InvitationNotFound: The address has no invitation, or it is expired.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            invitation = self.invitation(organization, email)
            if invitation is None:
                raise errors.InvitationNotFound(f"{email} has no open invitation.")
            person = self.user(email) if self.has_account(email) else self.add_user(invitation.email)
            return self.accept_invitation(invitation.token, person)

    def accept_invitation(self, token: str, person: User) -> Membership:
        """Accept the invitation with this token for a person.

        Raises:
            AlreadyBelongs: The person is a member, of this organization or (see the switches) of another.
            InvitationNotFound: No open invitation has this token, or it is expired.
        """
        with self.lock:
            found, invitation = self.find_invitation(token)
            if invitation.expired(self.clock.now()):
                raise errors.InvitationNotFound("The invitation is expired.")
            if self.switches.one_organization_per_user and self.memberships(person.id):
                raise errors.AlreadyBelongs(f"{person.email} already belongs to an organization.")
            membership = self._join(found, person, invitation.roles, self.clock.now())
            del found.invitations[token]
            return membership

    def cancel_invitations(self, organization: str, *tokens: str) -> None:
        """Delete open invitations: all of those named, or none.

        Raises:
            InvitationNotFound: The organization has no open invitation with one of the tokens.
            OrganizationNotFound: There is no such organization.
        """
        with self.lock:
            invitations = self.organization(organization).invitations
            if missing := set(tokens) - invitations.keys():
                raise errors.InvitationNotFound(f"{len(missing)} of {len(set(tokens))} invitations were not found.")
            for token in set(tokens):
                del invitations[token]

    def _join(self, organization: Organization, person: User, roles: RoleSet, since: datetime) -> Membership:
        if person.id in organization.members:
            raise errors.AlreadyBelongs(f"{person.email} already belongs to organization {organization.id}.")
        organization.members[person.id] = Membership(person.id, since, roles)
        roles.to_json(
            organization.id
        )  # which keeps it: else the first list of thousands of people would take twice as long
        return organization.members[person.id]

    def _invitation_refusal(
        self, organization: Organization, email: str, open_one: Invitation | None
    ) -> errors.ApiError | None:
        if not is_email(email):
            return errors.InvalidInvitationEmail(f"{email!r} is not an e-mail address.", "emails")
        if self.has_account(email) and self.user(email).id in organization.members:
            return errors.AlreadyBelongs(f"{email} already belongs to organization {organization.id}.", "emails")
        pending = open_one is not None and not open_one.expired(self.clock.now())
        if pending and not self.switches.refresh_pending_invitations:
            return errors.InvitationAlreadyExists(f"{email} has already been invited.", "emails")
        return None

    def _send_invitation(
        self, organization: Organization, email: str, roles: RoleSet, expires_in: timedelta, open_one: Invitation | None
    ) -> Invitation:
        now = self.clock.now()
        if open_one is None or open_one.expired(now):
            invitation = Invitation(self.new_secret(), email, now, now + expires_in, roles)
            organization.invitations[invitation.token] = invitation
            if open_one is not None:
                del organization.invitations[open_one.token]
        else:
            invitation = open_one
            invitation.expires_at = now + expires_in
            invitation.roles = roles
        self.outbox.send(Message(email, organization.id, now, invitation.token))
        return invitation

    @staticmethod
    def _role_set(organization: Organization, roles: RolesJson | None) -> RoleSet:
        assignments = parse_role_assignments(roles or {}, organization.id)
        foreign = {assignment.organization_id for assignment in assignments} - {organization.id}
        if foreign:
            raise ValueError(
                f"Roles in organization {organization.id} cannot be assigned in {', '.join(sorted(foreign))}."
            )
        return RoleSet(assignments)
