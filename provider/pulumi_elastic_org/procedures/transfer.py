"""Moving a person from one organization to another: everything is checked first, then done step by step from what is live.

The next step is found by looking. The journal adds what cannot be seen any more: that a person who belongs nowhere has left the old
organization as a part of this transfer, and which account that was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.errors import CloudError, KeyRefused
from pulumi_elastic_org.cloud.keys import possible_users
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.guard_settings import Guards, Override
from pulumi_elastic_org.model.people import Member
from pulumi_elastic_org.procedures.accept import BelongsElsewhere, accept, wait_for_link
from pulumi_elastic_org.procedures.applying import apply_one
from pulumi_elastic_org.procedures.departure import Departure, departure_lines
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError, Waiting
from pulumi_elastic_org.procedures.journal import DONE, Journal
from pulumi_elastic_org.procedures.leave import DEFAULTS, Leaving
from pulumi_elastic_org.procedures.procedure import RUN_AGAIN, Outline, ProcedureStep, StepOutcome, refused
from pulumi_elastic_org.procedures.route import (
    Leave,
    Move,
    Position,
    TransferStep,
    moved_address,
    outline,
    position,
    question,
    whereabouts,
)

T = TypeVar("T")

MOST_STEPS = 8
"""Invite, accept in vain, leave and accept are four; more than twice that is somebody who undoes them meanwhile."""


@dataclass(frozen=True, slots=True)
class TransferFindings:
    """What the check before a transfer found.

    Args:
        position: Where the person stands.
        departure: Whether they may leave the old organization; ``None`` where they are not to, or do not belong to it any more.
        problems: Everything that would make the transfer fail; empty when it may begin.
    """

    position: Position
    departure: Departure | None
    problems: tuple[str, ...]

    def lines(self, move: Move) -> Iterator[str]:
        """Yields whether the person may leave, and what will be done."""
        if self.departure is not None:
            yield from departure_lines(self.departure)
        yield from outline(move, self.position)


class Transfer:
    """The transfer of one person.

    Args:
        move: Who moves where.
        old: The connection by which they leave: an administrator's of the old organization, or their own.
        new: The connection of an administrator of the new organization.
        own: The person's own connection, by which they accept; ``None`` where they open the link in the invitation's e-mail.
        settings: The owner tag and the word on bills.
        override: Lets the person past guards of the old organization, for a reason.
        gone: Ids of deployments that are shut down before the person leaves, and so keep nobody once they are.
    """

    def __init__(
        self,
        move: Move,
        *,
        old: Session,
        new: Session,
        own: Session | None,
        settings: Guards = DEFAULTS,
        override: Override | None = None,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self.move = move
        self._leaving = Leaving(
            Account(old, move.person if old is own else None), move.old, move.person, settings, override, gone
        )
        self._new = new
        self._organizations = Organizations(new)
        self._own = own
        self._seen: Position | None = None
        self._must_leave = False

    def check(self, journal: Journal) -> Outline:
        """Looks for everything that would make the transfer fail half way; see `Procedure`."""
        found = self.look(journal)
        if found.problems:
            raise refused("the transfer", found.problems)
        arrived = found.position.next_step(self.move.leave, must_leave=False) is None
        return Outline(tuple(found.lines(self.move)), question(self.move, found.position), finished=arrived)

    def look(self, journal: Journal) -> TransferFindings:
        """Returns where the person stands, and everything that would make the transfer fail half way.

        Args:
            journal: What earlier runs did.

        Raises:
            PreconditionsUnmet: An organization or an account cannot be looked at; the message says which, and why.
        """
        if self.move.old == self.move.new:
            raise PreconditionsUnmet(f"{self.move.old} is both the old and the new organization")
        unseen: list[str] = []
        leaver = _attempt(f"the old organization {self.move.old}", lambda: self._leaver(journal), unseen)
        new = _attempt(f"the new organization {self.move.new}", lambda: self._organizations.read(self.move.new), unseen)
        users = _attempt(f"the account of {self.move.person}", self._users_of_own_key, unseen)
        if unseen or new is None or users is None:
            raise PreconditionsUnmet("\n".join(["nothing was changed:", *(f"  - {one}" for one in unseen)]))
        at = position(self.move, leaver, new, now(), journal.account())
        departure = None
        if at.leaver is not None and self.move.leave is not Leave.NEVER:
            departure = replace(self._leaving, user_id=at.leaver.user_id).survey()
        problems = [*self._problems(at, departure, users, journal)]
        return TransferFindings(at, departure, tuple(problems))

    def steps(self, journal: Journal, leave: Leave | None = None) -> Iterator[ProcedureStep]:
        """Yields one step after another until the person has arrived; see `Procedure`.

        Args:
            journal: What was done so far.
            leave: Whether the person leaves the old organization in this run; ``None`` for what the move says.
        """
        leave = leave or self.move.leave
        for _ in range(MOST_STEPS):
            at = self._seen = self._look(journal)
            step = at.next_step(leave, must_leave=self._must_leave)
            if step is None:
                return
            if (wrong := moved_address(self.move, at)) is not None:
                raise ProcedureError(wrong)
            yield ProcedureStep(step.value, partial(self._take, step, at))
        raise ProcedureError("somebody undoes what this transfer does")

    def stopped(self, journal: Journal) -> str:
        """Returns where the person is; see `Procedure`."""
        try:
            at = self._look(journal)
        except (CloudError, ProcedureError):
            if self._seen is None:
                raise
            return f"Before this step: {whereabouts(self.move, self._seen)}. {RUN_AGAIN}"
        link = ""
        if at.leaver is None and at.joined is None and at.invitation is not None:
            link = f", or let {self.move.person} open the link in the invitation's e-mail"
        return f"Now {whereabouts(self.move, at)}. {RUN_AGAIN}{link}"

    def _problems(
        self, at: Position, departure: Departure | None, users: frozenset[str], journal: Journal
    ) -> Iterator[str]:
        if departure is not None and not departure.allowed:
            yield "\n".join(departure_lines(departure)).replace("\n", "\n    ")
        if at.joined is not None:
            return
        if (wrong := moved_address(self.move, at)) is not None:
            yield wrong
        if at.leaver is None and journal.find(TransferStep.LEAVE.value) is None:
            yield (
                f"{self.move.person} is not a member of organization {self.move.old}, and {journal.path} does not say that they "
                "left it: check the address, the organization and the journal; whoever belongs nowhere is invited by a roster "
                "and runs 'elastic-org accept'"
            )
        if self._own is None or at.leaver is None:
            return
        listed = ", ".join(f"user {user_id}" for user_id in sorted(users)) or "nobody that it shows"
        if users and at.leaver.user_id not in users:
            yield (
                f"the key that is to accept is by the list of API keys that of {listed}, and {self.move.person} is user "
                f"{at.leaver.user_id}"
            )
        elif self.move.leave is Leave.BEFORE and users != {at.leaver.user_id}:
            yield (
                f"whose key is to accept cannot be found out: by the list of API keys it may be that of {listed}, and "
                f"{self.move.person}, who is user {at.leaver.user_id}, could end in no organization. Let them join "
                "before they leave (--leave after), use a key of theirs that expires when no other one does, or accept by the "
                "link in the invitation's e-mail (without a key of theirs)"
            )

    def _users_of_own_key(self) -> frozenset[str]:
        return possible_users(self._own) if self._own is not None else frozenset()

    def _take(self, step: TransferStep, at: Position) -> StepOutcome:
        if step is TransferStep.INVITE:
            return StepOutcome(self._invite(at))
        if step is TransferStep.LEAVE:
            replace(self._leaving, user_id=at.leaver.user_id if at.leaver is not None else None).leave()
            return StepOutcome(f"left organization {self.move.old}")
        if at.invitation is None:
            raise ProcedureError(f"the invitation of {self.move.person} is gone")
        if self._own is None:
            raise Waiting(wait_for_link(at.invitation, self.move.new))
        try:
            accept(Account(self._own, self.move.person), at.invitation.token, self.move.new)
        except BelongsElsewhere:
            if at.leaver is None:
                raise
            if self.move.leave is not Leave.BEFORE:
                raise ProcedureError(
                    f"Elastic Cloud does not let {self.move.person} join organization {self.move.new} as long as they belong to "
                    f"{self.move.old}: to leave that first, run the same command with --leave before"
                ) from None
            self._must_leave = True
            return StepOutcome(f"organization {self.move.old} must be left first: one organization at a time")
        return StepOutcome(f"joined organization {self.move.new}")

    def _invite(self, at: Position) -> str:
        if at.inviting is None:
            raise ProcedureError("there is nobody to invite")
        outcome = apply_one(self._new, self.move.new, (at.inviting,))
        expires_at = outcome.invitations[self.move.person].expires_at
        return f"invited to organization {self.move.new}, until {expires_at:%Y-%m-%d %H:%M} UTC"

    def _leaver(self, journal: Journal) -> Member | None:
        """The person's membership of the old organization; a key that shows it no more is believed by what the journal says."""
        try:
            leaver = replace(self._leaving, user_id=journal.account()).member()
        except PreconditionsUnmet:
            if journal.find(TransferStep.LEAVE.value, DONE) is None:
                raise
            return None
        if leaver is not None:
            journal.checked(leaver.user_id)
        return leaver

    def _look(self, journal: Journal) -> Position:
        leaver = self._leaver(journal)
        new = self._organizations.read(self.move.new)
        return position(self.move, leaver, new, now(), journal.account())


def _attempt(what: str, look: Callable[[], T], unseen: list[str]) -> T | None:
    try:
        return look()
    except KeyRefused:
        unseen.append(f"{what}: the API key for it is unknown, expired or was rotated")
    except (CloudError, PreconditionsUnmet) as error:
        unseen.append(f"{what}: {error}")
    return None
