"""What becomes of a plan, whole or in part. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    RemoveGrants,
    RemoveMember,
    RevokeKeys,
)
from pulumi_elastic_org.model.effects import carried_out
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.matching import match_people
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Organization, email_key

NEVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change, or a part of one, that was not carried out.

    Args:
        change: With the grants that were refused, where it is about roles.
        reason: Why.
    """

    change: Change
    reason: str

    def __str__(self) -> str:
        if isinstance(self.change, AddGrants | RemoveGrants):
            return f"{self.change.verb} {format_grants(self.change.grants)}: {self.reason}"
        return self.reason


@dataclass(slots=True)
class Outcome:
    """What an apply did, filled while it goes on: also when it ends by an exception, this is what became of its changes.

    Args:
        done: The changes that the API carried out; of a change of roles the part that it carried out.
        refusals: What it did not carry out.
        acknowledged: What it refused as somebody has taken note of: nothing waits for that.
        invitations: The open invitations that were sent, by e-mail address as declared.
        listed: The open invitations as they were last looked at, where that is newer than the last look at everything.
        listed_at: When they were last looked at by themselves.
        unknown: Changes that were sent, and of which it is not known whether they were carried out: the apply ended there, or the
            organization does not show them.
    """

    done: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    acknowledged: list[Refusal] = field(default_factory=list)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    listed: tuple[Invitation, ...] = ()
    listed_at: datetime = NEVER
    unknown: list[Change] = field(default_factory=list)

    def after(self, known: Organization) -> Organization:
        """Returns an organization with what was done, and with whom others were seen to have invited meanwhile.

        Args:
            known: As it was last looked at as a whole.
        """
        invitations = {one.token: one for one in (*known.invitations, *self.listed)}
        known = replace(known, invitations=tuple(invitations.values()))
        return carried_out(known, self.done, self.invitations)

    @property
    def refused(self) -> dict[str, str]:
        """Why something was not carried out, by person."""
        reasons: dict[str, list[str]] = {}
        for one in self.refusals:
            reasons.setdefault(one.change.person, []).append(str(one))
        return {person: "; ".join(texts) for person, texts in reasons.items()}


def applied_so_far(
    applied: Applied, desired: Desired, actual: Organization, done: Iterable[Change], unknown: Iterable[Change]
) -> dict[str, str]:
    """Returns whom an unfinished apply leaves managed, so that taking them out of the declaration again takes them out.

    These are the people of the apply before, less those who were taken out (and their keys with them, where those are revoked), and
    everybody to whom something was given: by a change that was carried out, or by one of which nobody knows. Whoever was only
    declared is left as unmanaged as they were.

    Args:
        applied: What the apply before left behind.
        desired: Who was wanted this time.
        actual: The organization after what was done.
        done: The changes that were carried out.
        unknown: Changes that may have been carried out.

    Returns:
        Roles in text form by e-mail address as declared: of whom something was changed those that they hold now, of everybody
        else those that were applied before.
    """
    done, unknown = tuple(done), tuple(unknown)
    with_keys = {change.user_id for change in unknown if isinstance(change, RevokeKeys)}
    removed = [change for change in done if isinstance(change, RemoveMember) and change.user_id not in with_keys]
    gone_accounts = {change.user_id for change in removed}
    cancelled = {email_key(change.person) for change in done if isinstance(change, CancelInvitation)}
    gone = cancelled - {email_key(member.email) for member in actual.members if member.email}
    gone |= {email_key(change.person) for change in removed}
    gone |= {key for key, user_id in applied.user_ids.items() if user_id in gone_accounts}
    gone -= {email_key(invitation.email) for invitation in actual.invitations}
    changed = {email_key(change.person) for change in (*done, *unknown)}
    given = {email: grants for email, grants in desired.people.items() if email_key(email) in changed}
    match = match_people(given, actual, applied)
    renewed = set(map(email_key, given))
    kept = {email: roles for email, roles in applied.members.items() if email_key(email) not in gone | renewed}
    held = given | {email: one.grants for email, one in match.invitations.items()}
    held |= {email: one.grants for email, one in match.members.items()}
    return kept | {email: format_grants(grants) for email, grants in held.items()}
