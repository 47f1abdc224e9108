"""Moving a person from one organization to another: everything is checked first, then done step by step from what is live.

Each step is idempotent, and the next one is found by looking, so that a run may be killed anywhere and started again. The journal
adds what cannot be seen any more: that a person who belongs nowhere has left the old organization as a part of this transfer, and
which account that was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pulumi_elastic_org.apply import Applier, Supervisor
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cloud.account import Account, OrganizationName
from pulumi_elastic_org.cloud.errors import CloudError, KeyRefused
from pulumi_elastic_org.cloud.keys import possible_users
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.changes import Change, Plan
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.people import Member, Organization
from pulumi_elastic_org.model.verdicts import Guards, Override
from pulumi_elastic_org.procedures.accept import BelongsElsewhere, accept, wait_for_link
from pulumi_elastic_org.procedures.departure import Departure, departure_lines
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, Waiting, WorkflowError
from pulumi_elastic_org.procedures.journal import BEGUN, DONE, Journal
from pulumi_elastic_org.procedures.leave import DEFAULTS, Leaving
from pulumi_elastic_org.procedures.route import Leave, Move, Position, Step, position, whereabouts

T = TypeVar("T")

INVITATION_LIFE = "72h"
MOST_STEPS = 8
"""Invite, accept in vain, leave and accept are four; more than twice that is somebody who undoes them meanwhile."""
USER_ID = "user_id"
"""Under which name the journal keeps the person's account."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the check before a transfer found.

    Args:
        position: Where the person stands.
        departure: Whether they may leave the old organization; ``None`` where they are not to, or do not belong to it any more.
        problems: Everything that would make the transfer fail; empty when it may begin.
    """

    position: Position
    departure: Departure | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken.

    Args:
        step: Which.
        told: What came of it, for people.
    """

    step: Step
    told: str


class Transfer:
    """The transfer of one person.

    Args:
        move: Who moves where.
        old: The connection by which they leave: an administrator's of the old organization, or their own.
        new: The connection of an administrator of the new organization.
        own: The person's own connection, by which they accept; ``None`` where they open the link in the invitation's e-mail.
        now: Tells the time, with a time zone.
        settings: The owner tag and the word on bills.
        override: Lets the person past guards of the old organization, for a reason.
        gone: Ids of deployments and projects that are shut down before the person leaves, and so keep nobody.
    """

    def __init__(
        self,
        move: Move,
        *,
        old: Session,
        new: Session,
        own: Session | None,
        now: Callable[[], datetime],
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
        self._now = now

    def check(self, journal: Journal) -> Findings:
        """Looks for everything that would make the transfer fail half way, and changes nothing.

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
        at = position(self.move, leaver, new, self._now(), _noted_user_id(journal))
        departure = None
        if at.leaver is not None and self.move.leave is not Leave.NEVER:
            departure = self._leaving.survey(self._now())
        problems = [*self._problems(at, departure, users, journal)]
        return Findings(at, departure, tuple(problems))

    def steps(self, journal: Journal, leave: Leave | None = None) -> Iterator[Taken]:
        """Takes one step after another until the person has arrived; each is noted before the next one begins.

        Args:
            journal: What earlier runs did, and where this one notes what it does.
            leave: Whether the person leaves the old organization in this run; ``None`` for what the move says.

        Raises:
            PreconditionsUnmet: The check found something, and nothing was changed.
            Waiting: The person has to open the link in the invitation's e-mail.
            WorkflowError: A step failed; the message says in what state the person is, and what to do.
        """
        findings = self.check(journal)
        if findings.problems:
            raise PreconditionsUnmet(refusal(findings))
        at, must_leave = findings.position, False
        leave = leave or self.move.leave
        for _ in range(MOST_STEPS):
            step = at.next_step(leave, must_leave=must_leave)
            if step is None:
                return
            journal.note(step.value, BEGUN, **({USER_ID: at.leaver.user_id} if at.leaver is not None else {}))
            try:
                told, refused = self._take(step, at)
                must_leave = must_leave or refused
                journal.note(step.value, DONE, outcome=told)
                yield Taken(step, told)
                at = self._look(journal)
            except Waiting:
                raise
            except (CloudError, WorkflowError) as error:
                raise WorkflowError(f"{error}\n{self._stopped(journal, at)}") from None
        raise WorkflowError(f"somebody undoes what this transfer does.\n{self.stopped(journal)}")

    def stopped(self, journal: Journal) -> str:
        """Returns where the person is when a run stops half way, and how to go on; looks, and changes nothing.

        Args:
            journal: What was done.
        """
        return self._stopped(journal, None)

    def _problems(
        self, at: Position, departure: Departure | None, users: frozenset[str], journal: Journal
    ) -> Iterator[str]:
        if departure is not None and not departure.allowed:
            yield "\n    ".join(departure_lines(departure))
        if at.joined is not None:
            return
        if at.leaver is None and journal.find(Step.LEAVE.value) is None:
            yield (
                f"{self.move.person} is no member of organization {self.move.old}, and {journal.path} does not say that they "
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
                "before they leave (--leave after), or accept by the link in the invitation's e-mail (without a key of theirs)"
            )

    def _users_of_own_key(self) -> frozenset[str]:
        return possible_users(self._own) if self._own is not None else frozenset()

    def _take(self, step: Step, at: Position) -> tuple[str, bool]:
        """Takes a step; returns what came of it, and whether the API wants the person to leave first."""
        if step is Step.INVITE:
            return self._invite(at), False
        if step is Step.LEAVE:
            self._leaving.leave(self._now())
            return f"left organization {self.move.old}", False
        if at.invitation is None:
            raise WorkflowError(f"the invitation of {self.move.person} is gone")
        if self._own is None:
            organization = OrganizationName(self.move.new, "")
            raise Waiting(wait_for_link(at.invitation.email, organization, at.invitation.expires_at))
        try:
            accept(Account(self._own, self.move.person), at.invitation.token, self._now(), self.move.new)
        except BelongsElsewhere:
            if at.leaver is None:
                raise
            if self.move.leave is not Leave.BEFORE:
                raise WorkflowError(
                    f"Elastic Cloud does not let {self.move.person} join organization {self.move.new} as long as they belong to "
                    f"{self.move.old}: to leave that first, run the same command with --leave before"
                ) from None
            return f"organization {self.move.old} must be left first: one organization at a time", True
        return f"joined organization {self.move.new}", False

    def _invite(self, at: Position) -> str:
        if at.inviting is None:
            raise WorkflowError("there is nobody to invite")
        now = self._now()
        plan = Plan(self.move.new, (at.inviting,), (), now, headcount=0)
        supervisor = _Inviting(self._new, self._organizations, AuditTrail(self.move.new))
        applier = Applier(self._organizations, INVITATION_LIFE, supervisor)
        outcome = Outcome()
        applier.apply(plan, outcome)
        for reason in outcome.refused.values():
            raise WorkflowError(f"{self.move.person} was not invited: {reason}")
        expires_at = outcome.invitations[self.move.person].expires_at
        return f"invited to organization {self.move.new}, until {expires_at:%Y-%m-%d %H:%M} UTC"

    def _leaver(self, journal: Journal) -> Member | None:
        """The person's membership of the old organization; a key that shows it no more is believed by what the journal says."""
        try:
            return self._leaving.member()
        except PreconditionsUnmet:
            if journal.find(Step.LEAVE.value, DONE) is None:
                raise
            return None

    def _look(self, journal: Journal) -> Position:
        leaver = self._leaver(journal)
        new = self._organizations.read(self.move.new)
        return position(self.move, leaver, new, self._now(), _noted_user_id(journal))

    def _stopped(self, journal: Journal, before: Position | None) -> str:
        advice = "Run the same command again: it goes on from there"
        try:
            now = self._look(journal)
        except (CloudError, WorkflowError) as error:
            known = (
                f"Before this step: {whereabouts(self.move, before)}"
                if before
                else f"Where they are cannot be seen: {error}"
            )
            return f"{known}. {advice}"
        if now.leaver is None and now.joined is None and now.invitation is not None:
            advice += f", or let {self.move.person} open the link in the invitation's e-mail"
        return f"Now {whereabouts(self.move, now)}. {advice}"


@dataclass(frozen=True, slots=True)
class _Inviting(Supervisor):
    """Sees that an invitation is there, and writes it down."""

    session: Session
    organizations: Organizations
    trail: AuditTrail

    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        return self.session.patiently(lambda: self.organizations.read(self.trail.organization_id), enough)

    def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        self.trail.record(change, refusal, failed=failed)


def _noted_user_id(journal: Journal) -> str | None:
    """The person's account, as the old organization showed it before they left."""
    return next((entry.facts[USER_ID] for entry in reversed(journal.entries) if USER_ID in entry.facts), None)


def refusal(findings: Findings) -> str:
    """Returns why a transfer does not begin: every problem at once.

    Args:
        findings: With at least one problem.
    """
    return "\n".join(["the transfer does not begin:", *(f"  - {problem}" for problem in findings.problems)])


def _attempt(what: str, look: Callable[[], T], unseen: list[str]) -> T | None:
    try:
        return look()
    except KeyRefused:
        unseen.append(f"{what}: the API key for it is unknown, expired or was rotated")
    except (CloudError, PreconditionsUnmet) as error:
        unseen.append(f"{what}: {error}")
    return None
