"""Accepting an invitation, as the person who is invited.

Elastic's guide "Join or leave an organization": an invitation is accepted within 72 hours, else an administrator sends a new one.
Since April 2026 an account may belong to several organizations; before, whoever belonged to another one left that first. The call
that accepts is no longer described: where it is not there, the link in the e-mail is the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound, OutcomeUnknown, RequestRefused
from pulumi_elastic_org.cloud.invitations import (
    ALREADY_BELONGS,
    AddressedInvitation,
    accept_invitation,
    find_invitation,
)
from pulumi_elastic_org.cloud.models import OrganizationName
from pulumi_elastic_org.model.guards import SAY_WHOSE_KEY
from pulumi_elastic_org.model.people import Invitation
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, Waiting
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.procedure import Outline, ProcedureStep, StepOutcome

_NOT_DONE = "Elastic Cloud answered that the invitation was accepted, and it is still open"

_DESCRIBED = frozenset({"organization.invitation_not_found", "organization.not_found", "user.not_found"})
"""What the call that accepts answers 404 with where it is there."""

ASK_FOR_ANOTHER = "ask an administrator of the organization to send a new one, then accept that"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a person belongs to an organization.

    Args:
        organization: Which.
        joined: Whether the invitation was accepted now (`True`), or the person was a member before (`False`).
        email: The person's e-mail address; ``""`` where it did not show.
        user_id: Elastic's id of the person's account; ``""`` where the key does not show it.
    """

    organization: OrganizationName
    joined: bool
    email: str
    user_id: str


class Accepting:
    """Accepting an invitation as a procedure; see `Procedure`.

    Args:
        account: The invited person, by their own key.
        token: The token of the invitation.
        organization_id: Which organization it must be for; ``None`` for whichever it is for.
    """

    def __init__(self, account: Account, token: str, organization_id: str | None) -> None:
        self._account = account
        self._token = token
        self._organization_id = organization_id
        self._unclear = False

    def check(self, journal: Journal) -> Outline:  # noqa: ARG002 - whether somebody belongs is seen
        """Looks whether the invitation can be accepted."""
        if self._organization_id is not None and self._account.membership(self._organization_id):
            name = _name(self._account, self._organization_id)
            return Outline((f"You are already a member of organization {name}",), finished=True)
        found = find_invitation(self._account.session, self._token)
        acceptable(found, now(), self._organization_id, self._account.person)
        return Outline(())

    def steps(self, journal: Journal) -> Iterator[ProcedureStep]:  # noqa: ARG002
        """Yields the only step."""
        yield ProcedureStep("accept", self._take)

    def stopped(self, journal: Journal) -> str:  # noqa: ARG002
        """Returns how to see what came of it: no key tells whose it is."""
        if not self._unclear:
            return "Nothing was changed"
        return (
            "The invitation may have been accepted or not; nothing else was changed. Run the same command again, with "
            "EC_API_KEY_USER and --organization: whoever is already a member is told so"
        )

    def _take(self) -> StepOutcome:
        self._unclear = True
        try:
            accepted = accept(self._account, self._token, self._organization_id)
        except PreconditionsUnmet:
            self._unclear = False
            raise
        return StepOutcome(f"you are now a member of organization {accepted.organization}")


class BelongsElsewhere(PreconditionsUnmet):
    """The person belongs to another organization, and Elastic Cloud lets them belong to one at a time."""


class AcceptedByLink(PreconditionsUnmet, Waiting):
    """The API accepts no invitations: the person opens the link in the e-mail."""


def accept(
    account: Account,
    token: str,
    organization_id: str | None = None,
    on_begun: Callable[[str], None] = lambda _: None,
) -> Acceptance:
    """Accepts an invitation; a person who belongs to its organization already is a member all the same.

    Args:
        account: The invited person, by their own key.
        token: The token of the invitation.
        organization_id: Which organization it must be for; ``None`` for whichever it is for.
        on_begun: Is told who is invited, before the invitation is accepted: whatever fails from then on, it may have been.

    Raises:
        BelongsElsewhere: The person belongs to another organization; the message has the steps that come first.
        AcceptedByLink: The API accepts no invitations.
        PreconditionsUnmet: The invitation does not exist, has expired, or is for another organization or person.
        CloudError: Elastic Cloud cannot be asked.
        AuditError: The audit trail cannot be written.
    """
    if organization_id is not None and account.membership(organization_id):
        return _acceptance(account, _name(account, organization_id), joined=False)
    found = acceptable(find_invitation(account.session, token), now(), organization_id, account.person)
    invited = Account(account.session, found.invitation.email)
    trail = AuditTrail(found.organization.id)
    on_begun(found.invitation.email)
    reason: str | None = None
    refusal: Exception | None = None
    with trail.apply(found.invitation.email):
        try:
            accept_invitation(account.session, token)
            if _still_open(invited, token):
                reason = _NOT_DONE
                refusal = OutcomeUnknown(f"{_NOT_DONE}: run this again, or open the link in the e-mail")
        except (AccessDenied, NotFound, RequestRefused) as error:
            if not _accepted_all_the_same(error, invited, found, token):
                reason, refusal = str(error), _refusal(error, account, found)
    trail.accepted(found.invitation, reason, failed=reason == _NOT_DONE)
    if refusal is not None:
        raise refusal
    return _acceptance(invited, found.organization, joined=True)


def acceptable(
    found: AddressedInvitation | None, now: datetime, organization_id: str | None, person: str | None
) -> AddressedInvitation:
    """Returns an invitation that can be accepted.

    Args:
        found: What was found by the token.
        now: The time by which it is pending or expired, with a time zone.
        organization_id: Which organization it must be for; ``None`` for any.
        person: Who accepts; ``None`` where that is not known, so that a membership cannot be seen.

    Raises:
        PreconditionsUnmet: It cannot be accepted; the message says why, and what to do.
    """
    if found is None:
        raise PreconditionsUnmet(
            "there is no open invitation with this token: it was accepted, cancelled, replaced by a newer one, or has expired: "
            f"look for a newer e-mail, or {ASK_FOR_ANOTHER}"
            + ("" if person else f". For a membership that exists: {SAY_WHOSE_KEY}")
        )
    organization = found.organization
    if organization_id not in (None, organization.id):
        raise PreconditionsUnmet(
            f"the invitation is for organization {organization}, not for {organization_id}: nothing was accepted; "
            "check the token and the organization"
        )
    if found.accepted:
        raise PreconditionsUnmet(
            f"the invitation to organization {organization} was accepted before, and its person no longer belongs to it: "
            f"{ASK_FOR_ANOTHER}"
        )
    if found.invitation.lapsed(now):
        raise PreconditionsUnmet(
            f"the invitation of {found.invitation.email} to organization {organization} expired at "
            f"{found.invitation.expires_at:%Y-%m-%d %H:%M} UTC: {ASK_FOR_ANOTHER}"
        )
    return found


def steps_before_joining(
    organizations: tuple[OrganizationName, ...], joining: OrganizationName, expires_at: datetime
) -> str:
    """Returns what to do where Elastic Cloud lets a person belong to one organization at a time.

    Args:
        organizations: Those that the person belongs to; empty where the key does not show them.
        joining: The one that invites.
        expires_at: Until when the invitation can be accepted.
    """
    names = ", ".join(map(str, organizations)) or "another organization"
    leave = organizations[0].id if len(organizations) == 1 else "ID"
    return (
        f"the person belongs to {names}, and Elastic Cloud refuses to let them join {joining} as well. "
        "Before the invitation can be accepted:\n"
        "  1. delete the person's deployments and projects there, or hand them over\n"
        "  2. where they are its only member, pay every open bill\n"
        f"  3. leave it: elastic-org leave PERSON --organization {leave} (it checks the first two)\n"
        f"  4. accept again, before {expires_at:%Y-%m-%d %H:%M} UTC\n"
        f"An administrator can do all of it in one go: elastic-org transfer PERSON --from {leave} --to {joining.id} --leave before"
    )


def wait_for_link(invitation: Invitation, organization: OrganizationName | str) -> str:
    """Returns what a person does whose invitation the API does not accept.

    Args:
        invitation: The invitation.
        organization: The one that invites, by its name or id.
    """
    return (
        f"{invitation.email} has to accept the invitation to organization {organization} by the link in its e-mail, before "
        f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC. Then run this again: it resumes from there"
    )


def _accepted_all_the_same(
    error: AccessDenied | NotFound | RequestRefused, invited: Account, found: AddressedInvitation, token: str
) -> bool:
    """Whether a call was refused because an earlier one was done, whose answer got lost."""
    belongs = invited.membership(found.organization.id)
    if belongs is None and error.code == ALREADY_BELONGS:
        now_found = find_invitation(invited.session, token)
        return now_found is None or now_found.accepted
    return belongs is True


def _still_open(invited: Account, token: str) -> bool:
    """Whether an invitation is still open although Elastic Cloud answered that it was accepted; that may lag."""

    def still_open() -> bool:
        found = find_invitation(invited.session, token)
        return found is not None and not found.accepted

    return invited.session.pacing.patiently(still_open, lambda still: not still)


def _acceptance(account: Account, organization: OrganizationName, *, joined: bool) -> Acceptance:
    person = account.person or ""
    user_id = account.user_id(organization.id) or ""
    return Acceptance(organization, joined, person if "@" in person else "", user_id)


def _refusal(
    error: AccessDenied | NotFound | RequestRefused, account: Account, found: AddressedInvitation
) -> Exception:
    if error.status == 405 or (isinstance(error, NotFound) and error.code not in _DESCRIBED):
        link = wait_for_link(found.invitation, found.organization)
        return AcceptedByLink(f"Elastic Cloud's API no longer accepts invitations: {link}")
    if error.code == ALREADY_BELONGS:
        elsewhere = tuple(one for one in account.organizations() if one.id != found.organization.id)
        return BelongsElsewhere(steps_before_joining(elsewhere, found.organization, found.invitation.expires_at))
    if isinstance(error, AccessDenied):
        return PreconditionsUnmet(
            f"the invitation to organization {found.organization} is for {found.invitation.email}, and the API key was refused: "
            "use a key of that person's own account"
        )
    return error


def _name(account: Account, organization_id: str) -> OrganizationName:
    known = {one.id: one for one in account.organizations()}
    return known.get(organization_id, OrganizationName(id=organization_id))
