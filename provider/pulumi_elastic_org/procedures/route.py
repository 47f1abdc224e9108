"""The way of a person from one organization to another: which step comes next, from what is live. Pure.

An account may belong to several organizations, so joining the new one does not need leaving the old one: who is to leave it does so
at the end, once they have joined. Where Elastic Cloud still lets an account belong to one at a time, they leave before, if the
operator wants that, and only while their invitation can be accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import compress
from pathlib import Path

from pulumi_elastic_org.model.changes import Cause, Invite, Reinvite
from pulumi_elastic_org.model.grants import Grants, format_grants
from pulumi_elastic_org.model.people import Desired, Invitation, Member, Organization, email_key
from pulumi_elastic_org.model.plan import plan

TIME_TO_ACCEPT = timedelta(minutes=30)
"""An invitation that lapses sooner is sent again before the person leaves for it."""


class TransferStep(str, Enum):
    """What a transfer does; the values are what its journal says."""

    INVITE = "invite"
    ACCEPT = "accept"
    LEAVE = "leave"


class Leave(str, Enum):
    """Whether a person leaves the old organization, and when; the values are what the operator writes."""

    NEVER = "never"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Move:
    """Who moves where.

    Args:
        person: The e-mail address.
        old: Elastic's id of the organization that the person belongs to.
        new: Elastic's id of the organization that the person joins.
        grants: The roles that the person gets there.
        leave: Whether they leave the old organization: never, after joining the new one, or before it where Elastic Cloud lets
            nobody belong to two.
    """

    person: str
    old: str
    new: str
    grants: Grants
    leave: Leave = Leave.NEVER

    @property
    def subject(self) -> dict[str, str]:
        """What tells this move from others in a journal."""
        return {"person": email_key(self.person), "old": self.old, "new": self.new, "roles": format_grants(self.grants)}

    def journal(self, procedure: str) -> Path:
        """Returns the file that holds the journal of this move where nobody names another.

        Args:
            procedure: Such as ``"transfer"``.
        """
        return Path(f"{procedure}-{email_key(self.person)}-{self.old}-{self.new}.jsonl".replace("/", "_"))


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stands between two organizations.

    Args:
        leaver: Their membership of the old organization, if there is one.
        joined: Their membership of the new organization, if there is one.
        inviting: What gives them an invitation that they can accept; ``None`` where they have one, or need none.
        invitation: The open invitation to the new organization, pending or expired, if there is one.
    """

    leaver: Member | None
    joined: Member | None
    inviting: Invite | Reinvite | None
    invitation: Invitation | None

    def next_step(self, leave: Leave, *, must_leave: bool) -> TransferStep | None:
        """Returns what is to be done, or ``None`` at the end of the way.

        Args:
            leave: Whether the person leaves the old organization, and when.
            must_leave: Whether the API has refused to let them join as long as they belong to another organization.
        """
        if self.joined is not None:
            return TransferStep.LEAVE if self.leaver is not None and leave is not Leave.NEVER else None
        if self.inviting is not None:
            return TransferStep.INVITE
        if self.leaver is not None and must_leave and leave is Leave.BEFORE:
            return TransferStep.LEAVE
        return TransferStep.ACCEPT


def position(
    move: Move, leaver: Member | None, new: Organization, now: datetime, user_id: str | None = None
) -> Position:
    """Returns where the person stands.

    Args:
        move: Who moves where.
        leaver: Their membership of the old organization, if there is one.
        new: The new organization as it is.
        now: The time, with a time zone.
        user_id: Elastic's id of the person's account, where the old organization has shown it: a member may be listed without an
            e-mail address, and whoever is listed with it may be somebody else by then.
    """
    key = email_key(move.person)
    user_id = leaver.user_id if leaver is not None else user_id
    known = (
        one.user_id == user_id if user_id is not None else email_key(one.email or "") == key for one in new.members
    )
    joined = next(compress(new.members, known), None)
    invited = [one for one in new.invitations if email_key(one.email) == key]
    if joined is not None:
        return Position(leaver, joined, None, None)
    latest = max(invited, key=lambda one: one.expires_at, default=None)
    changes = plan(Desired({move.person: move.grants}, authoritative=False), new, now).changes
    inviting = next((change for change in changes if isinstance(change, Invite | Reinvite)), None)
    if inviting is None and leaver is not None and latest is not None and latest.expires_at <= now + TIME_TO_ACCEPT:
        inviting = Reinvite(move.person, move.grants, latest, Cause.EXPIRED)
    return Position(leaver, None, inviting, latest)


def moved_address(move: Move, at: Position) -> str | None:
    """Returns why nobody can be invited: the address is not that of the account any more; ``None`` where it is, as far as shown.

    Args:
        move: Who moves where.
        at: Where the person stands.
    """
    leaver, key = at.leaver, email_key(move.person)
    if at.joined is not None or leaver is None or leaver.email is None or email_key(leaver.email) == key:
        return None
    open_one = f"; cancel its invitation to organization {move.new}" if at.invitation is not None else ""
    return (
        f"{move.person} is not the address of the account with which this began any more: that is user {leaver.user_id}, "
        f"{leaver.email} now. Nobody is invited, and nobody leaves{open_one}; name the address of whoever is to move"
    )


def outline(move: Move, at: Position) -> Iterator[str]:
    """Yields what a transfer will do, step by step.

    Args:
        move: Who moves where.
        at: Where the person stands.
    """
    leaves = at.leaver is not None and move.leave is not Leave.NEVER
    if at.joined is not None:
        yield f"{move.person} is already a member of organization {move.new}" + ("" if leaves else ": nothing to do")
    elif isinstance(at.inviting, Reinvite):
        yield f"invite {move.person} again to organization {move.new}: {format_grants(move.grants)}"
    elif at.inviting is not None:
        yield f"invite {move.person} to organization {move.new}: {format_grants(move.grants)}"
    if at.joined is None:
        yield f"accept the invitation to organization {move.new}"
    if leaves:
        before = ", or before that if Elastic Cloud lets nobody belong to two" if move.leave is Leave.BEFORE else ""
        yield f"leave organization {move.old} once they have joined{before}"
    elif at.leaver is not None and at.joined is None:
        yield f"stay in organization {move.old} as well; --leave after ends that"


def question(move: Move, at: Position) -> str:
    """Returns what to ask before the first step.

    Args:
        move: Who moves where.
        at: Where the person stands.
    """
    if at.leaver is None or move.leave is Leave.NEVER:
        return f"Let {move.person} join organization {move.new} now?"
    return f"Move {move.person} now? Leaving cannot be undone."


def whereabouts(move: Move, at: Position) -> str:
    """Returns in what state a person is when a transfer stops half way.

    Args:
        move: Who moves where.
        at: Where the person stands.
    """
    if at.joined is not None:
        also = f"s {move.old} and" if at.leaver is not None else ""
        return f"{move.person} is a member of organization{also} {move.new}"
    belongs = "still a member" if at.leaver is not None else "no longer a member"
    if at.invitation is None:
        return f"{move.person} is {belongs} of organization {move.old} and has no invitation to organization {move.new}"
    return (
        f"{move.person} is {belongs} of organization {move.old} and can accept the invitation to organization {move.new} "
        f"until {at.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    )
