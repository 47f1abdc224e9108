"""The way of a person from one organization to another: which step comes next, from what is live. Pure.

The order keeps the person from ever being without an organization and without an invitation to the new one: they are invited
first, and leave only while that invitation can still be accepted. Whether they must leave at all, the API says: where an account
may belong to several organizations, the invitation is accepted at once and there is nothing to leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from pulumi_elastic_org.roster.changes import Cause, Invite, Reinvite
from pulumi_elastic_org.roster.grants import Grants, format_grants
from pulumi_elastic_org.roster.people import Desired, Invitation, Member, Organization, email_key
from pulumi_elastic_org.roster.plan import plan

TIME_TO_ACCEPT = timedelta(minutes=30)
"""An invitation that lapses sooner is sent again before the person leaves for it."""


class Step(str, Enum):
    """What a transfer does; the values are what its journal says."""

    INVITE = "invite"
    ACCEPT = "accept"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Move:
    """Who moves where.

    Args:
        person: The e-mail address.
        old: Elastic's id of the organization that the person belongs to.
        new: Elastic's id of the organization that the person joins.
        grants: The roles that the person gets there.
    """

    person: str
    old: str
    new: str
    grants: Grants

    @property
    def subject(self) -> dict[str, str]:
        """What tells this move from others in a journal."""
        return {"person": email_key(self.person), "old": self.old, "new": self.new, "roles": format_grants(self.grants)}


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

    def next_step(self, *, must_leave: bool) -> Step | None:
        """Returns what is to be done, or ``None`` at the end of the way.

        Args:
            must_leave: Whether the API has refused to let them join as long as they belong to another organization.
        """
        if self.joined is not None:
            return None
        if self.inviting is not None:
            return Step.INVITE
        if self.leaver is not None and must_leave:
            return Step.LEAVE
        return Step.ACCEPT


def position(
    move: Move, leaver: Member | None, new: Organization, now: datetime, user_id: str | None = None
) -> Position:
    """Returns where the person stands.

    Args:
        move: Who moves where.
        leaver: Their membership of the old organization, if there is one.
        new: The new organization as it is.
        now: The time, with a time zone.
        user_id: Elastic's id of the person's account, where it is known: a member may be listed without an e-mail address.
    """
    key = email_key(move.person)
    joined = next((one for one in new.members if one.user_id == user_id or email_key(one.email or "") == key), None)
    invited = [one for one in new.invitations if email_key(one.email) == key]
    if joined is not None:
        return Position(leaver, joined, None, None)
    latest = max(invited, key=lambda one: one.expires_at, default=None)
    changes = plan(Desired({move.person: move.grants}, authoritative=False), new, now).changes
    inviting = next((change for change in changes if isinstance(change, Invite | Reinvite)), None)
    if inviting is None and leaver is not None and latest is not None and latest.expires_at <= now + TIME_TO_ACCEPT:
        inviting = Reinvite(move.person, move.grants, latest, Cause.EXPIRED)
    return Position(leaver, None, inviting, latest)


def outline(move: Move, at: Position) -> Iterator[str]:
    """Yields what a transfer will do, step by step.

    Args:
        move: Who moves where.
        at: Where the person stands.
    """
    if at.joined is not None:
        yield f"{move.person} is a member of organization {move.new} already: nothing to do"
        return
    if isinstance(at.inviting, Reinvite):
        yield f"invite {move.person} again to organization {move.new}: {format_grants(move.grants)}"
    elif at.inviting is not None:
        yield f"invite {move.person} to organization {move.new}: {format_grants(move.grants)}"
    if at.leaver is not None:
        yield f"leave organization {move.old}, should Elastic Cloud not let them join the new one before"
    yield f"accept the invitation to organization {move.new}"


def whereabouts(move: Move, at: Position) -> str:
    """Returns in what state a person is when a transfer stops half way.

    Args:
        move: Who moves where.
        at: Where the person stands.
    """
    if at.joined is not None:
        return f"{move.person} is a member of organization {move.new}"
    belongs = "still a member" if at.leaver is not None else "no member any more"
    if at.invitation is None:
        return f"{move.person} is {belongs} of organization {move.old} and has no invitation to organization {move.new}"
    return (
        f"{move.person} is {belongs} of organization {move.old} and can accept the invitation to organization {move.new} "
        f"until {at.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    )
