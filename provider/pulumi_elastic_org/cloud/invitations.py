"""Invitations: sent so that everybody gets one, nobody gets two and one bad address stops nobody else; found, and accepted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import Any, TypeVar

from pulumi_elastic_org.cloud.errors import ApiError, CloudError, NotFound, OutcomeUnknown, UnreadableAnswer
from pulumi_elastic_org.cloud.models import (
    AddressedInvitationAnswer,
    InvitationList,
    OrganizationName,
    write_assignments,
)
from pulumi_elastic_org.cloud.organizations import Entry, all_of_them, open_invitations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.people import Invitation, email_key

Seen = TypeVar("Seen")
Entries = Sequence[Entry]


def bisect(
    entries: Entries[Entry],
    send: Callable[[Entries[Entry]], None],
    left: Callable[[Entries[Entry]], Entries[Entry]] = all_of_them,
    about_an_entry: Callable[[ApiError], bool] = attrgetter("about_an_entry"),
) -> Iterator[tuple[Entries[Entry], ApiError | None]]:
    """Sends everything at once; where the API refuses that because of an entry, sends halves, down to the entry itself.

    Args:
        entries: What is to be sent; not empty.
        send: Makes one request.
        left: Returns which entries of a refused request are still to be sent: what the API has done of it is not published.
        about_an_entry: Whether a refusal may be about one entry.

    Yields:
        Entries that were sent, with ``None``, and each single one that was refused, with the refusal.

    Raises:
        OutcomeUnknown: A request was refused, and what of it is still to be sent could not be found out.
        CloudError: What `send` raised, unless it is a refusal that is about an entry.
    """
    batches: list[Entries[Entry]] = [entries]
    while batches:
        batch = batches.pop()
        try:
            send(batch)
        except ApiError as error:
            if not about_an_entry(error):
                raise
            rest = look_back(partial(left, batch))
            if len(rest) < len(batch):
                yield [entry for entry in batch if entry not in rest], None
                batches += [rest] if rest else []
            elif len(batch) == 1:
                yield batch, error
            else:
                middle = len(batch) // 2
                batches += [batch[middle:], batch[:middle]]
        else:
            yield batch, None


def look_back(look: Callable[[], Seen]) -> Seen:
    """Returns what a look shows at what a request before has done.

    Args:
        look: Looks.

    Raises:
        OutcomeUnknown: It could not look; why the look was refused says nothing of the request.
    """
    try:
        return look()
    except CloudError as error:
        raise OutcomeUnknown(f"{error} It is not known what of the request before was done.") from None


_ABOUT_THE_ROLES = "role_assignments."
"""How codes begin that find fault with what everybody in the request would get: fewer addresses would only repeat them."""

_LIMIT_REACHED = "organization.invitations_pending_limit_exceeded"

ALREADY_BELONGS = "organization.user_organization_already_belongs"
"""Elastic's code for a person who belongs to an organization, be it the one that invites or another."""


Settled = Callable[[str, Invitation | str], None]
"""Is told what became of an address: its invitation, or why there is none."""

Unsent = Callable[[Sequence[str]], Collection[str]]
"""Returns which addresses are still to be invited."""


class _FewerToSend(Exception):
    """Some of a request have been invited by somebody else meanwhile."""


@dataclass
class Delivery:
    """The sending of one set of roles to many people.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        grants: The roles that each person gets on acceptance.
        unmodelled: Role assignments to send along as they are.
        expires_in: After how long the invitations lapse, such as ``"24h"``; ``None`` leaves it to Elastic Cloud (72 hours).
        settled: Is told what became of each address as soon as it is known.
        unsent: Is asked right before a request leaves.
    """

    session: Session
    organization_id: str
    grants: Grants
    unmodelled: Mapping[str, Any]
    expires_in: str | None
    settled: Settled
    unsent: Unsent
    _standing: set[str] = field(default_factory=set)
    _full: ApiError | None = None
    _maybe_sent: set[str] = field(default_factory=set)

    def send(self, emails: Sequence[str]) -> None:
        """Invites people; where the request is refused, finds out because of whom and invites the others.

        Args:
            emails: Addresses for one request, no two alike.

        Raises:
            CloudError: As for `Session.call`; `OutcomeUnknown` when it stays unknown whether the invitations were sent.
        """
        for [email, *_], error in bisect(emails, self._send_until_known, self._still_to_send):
            if error is not None:
                self._refuse([email], error)

    def _send_until_known(self, emails: Sequence[str]) -> None:
        if self._full is not None:
            self._refuse(emails, self._full)
            return
        try:
            self._send_once(emails)
        except ApiError as error:
            # an answer of success that tells of errors too, or a refusal of what an attempt before may have done
            if error.maybe_done or not self._maybe_sent.isdisjoint(emails):
                self._let_it_arrive(emails)
            if not error.code.startswith(_ABOUT_THE_ROLES):
                raise
            self._refuse(self._without_invitation(emails), error)

    def _still_to_send(self, emails: Sequence[str]) -> Sequence[str]:
        """Looks again, since a request may have been refused because of one address and done for the others."""
        self._recognize(emails)
        return self._without_invitation(emails)

    def _refuse(self, emails: Sequence[str], error: ApiError) -> None:
        if error.code == _LIMIT_REACHED:
            self._full = error
        for email in emails:
            self.settled(email, error.reason)

    def _send_once(self, emails: Sequence[str]) -> None:
        """Sends once; after an unknown outcome it sends only what the open invitations lack."""
        for attempt in self.session.pacing.retrying(OutcomeUnknown):
            with attempt:
                if attempt.retry_state.attempt_number > 1:
                    self._maybe_sent.update(emails)
                    self._recognize(emails)
                self._post_left(emails)
        if left := self._without_invitation(emails):
            self._let_it_arrive(left)
        for email in self._without_invitation(emails):
            self.settled(email, "Elastic Cloud accepted the request and made no invitation for this address.")

    def _post_left(self, emails: Sequence[str]) -> None:
        if left := self._without_invitation(emails):
            try:
                self._post(left)
            except _FewerToSend:
                self._post_left(emails)

    def _check_unsent(self, emails: Sequence[str]) -> None:
        unsent = self.unsent(emails)
        if sent := [email for email in emails if email not in unsent]:
            if not self._maybe_sent.isdisjoint(sent):
                self._recognize(sent)
            self._standing.update(sent)
            raise _FewerToSend

    def _post(self, emails: Sequence[str]) -> None:
        people = emails[0] if len(emails) == 1 else f"{len(emails)} people"
        action = f"invite {people} to organization {self.organization_id}"
        body: dict[str, Any] = {
            "emails": list(emails),
            "role_assignments": write_assignments(self.grants, self.organization_id, self.unmodelled),
        }
        if self.expires_in is not None:
            body["expires_in"] = self.expires_in
        path = ("organizations", self.organization_id, "invitations")
        try:
            sent = self.session.ask(
                InvitationList,
                "POST",
                *path,
                action=action,
                body=body,
                repeatable=False,
                before_sending=partial(self._check_unsent, emails),
            )
        except OutcomeUnknown as error:
            if error.under_way:
                self._let_it_arrive(emails)
            raise
        except UnreadableAnswer as error:
            raise OutcomeUnknown(f"{error} It is not known whether it was done.") from None
        self._keep(sent.open(self.organization_id), emails)

    def _let_it_arrive(self, emails: Sequence[str]) -> None:
        """Looks out for invitations whose request may still be under way, until they stand or patience ends."""
        self.session.pacing.patiently(lambda: self._still_to_send(emails), lambda left: not left)

    def _recognize(self, emails: Sequence[str]) -> None:
        """Takes for sent what stands with the roles that are wanted and can still be accepted."""
        invitations = look_back(lambda: open_invitations(self.session, self.organization_id))
        self._keep(
            [
                invitation
                for invitation in invitations
                if not invitation.expired
                and invitation.grants == self.grants
                and invitation.unmodelled == self.unmodelled
            ],
            emails,
        )

    def _keep(self, invitations: Sequence[Invitation], emails: Sequence[str]) -> None:
        by_key = {email_key(invitation.email): invitation for invitation in invitations}
        for email in self._without_invitation(emails):
            if (invitation := by_key.get(email_key(email))) is not None:
                self._standing.add(email)
                self.settled(email, invitation)

    def _without_invitation(self, emails: Sequence[str]) -> list[str]:
        return [email for email in emails if email not in self._standing]


@dataclass(frozen=True, slots=True)
class AddressedInvitation:
    """An invitation with the organization that it is for.

    Args:
        organization: Which; without a name where the API does not show it.
        invitation: The invitation.
        accepted: Whether it was accepted already.
    """

    organization: OrganizationName
    invitation: Invitation
    accepted: bool


def find_invitation(session: Session, token: str) -> AddressedInvitation | None:
    """Returns the invitation with a token, or ``None`` where it does not exist (any more).

    Args:
        session: The connection; any key will do, since the token is the secret.
        token: The token of the invitation; it shows in no error.

    Raises:
        CloudError: As for `Session.call`.
    """
    path, action = ("organizations", "invitations", token), "look up the invitation by its token"
    try:
        answer = session.ask(AddressedInvitationAnswer, "GET", *path, action=action, secrets=(token,))
    except NotFound:
        return None
    organization = answer.organization
    return AddressedInvitation(organization, answer.value(organization.id), answer.accepted_at is not None)


def accept_invitation(session: Session, token: str) -> None:
    """Makes the key's user a member of the organization that invited them.

    A call whose answer got lost is repeated, and then refused as done: ask afterwards whether the person belongs.

    Args:
        session: The connection with a key of the invited person.
        token: The token of the invitation; it shows in no error.

    Raises:
        RequestRefused: The person already belongs to an organization (`ALREADY_BELONGS`).
        AccessDenied: The key is not the invited person's.
        NotFound: There is no such invitation, or it has expired.
        CloudError: As for `Session.call`.
    """
    path = ("organizations", "invitations", token, "_accept")
    session.call("POST", *path, action="accept the invitation", secrets=(token,))
