"""Moving a person from one organization to another: everything is checked first, then done step by step from what is live.

Each step is idempotent, and the next one is found by looking, so that a run may be killed anywhere and started again. The journal
adds what cannot be seen any more: that a person who belongs nowhere has left the old organization as a part of this transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pulumi_elastic_org.apply import Applier
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.errors import CloudError, KeyRefused
from pulumi_elastic_org.cloud.keys import own_user_id
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.roster.changes import Plan
from pulumi_elastic_org.roster.grants import is_admin
from pulumi_elastic_org.roster.outcome import Outcome
from pulumi_elastic_org.roster.people import Member, Organization
from pulumi_elastic_org.roster.verdicts import Guards, Override
from pulumi_elastic_org.workflows.accept import BelongsElsewhere, accept
from pulumi_elastic_org.workflows.departure import Departure, departure_lines
from pulumi_elastic_org.workflows.errors import PreconditionsUnmet, WorkflowError
from pulumi_elastic_org.workflows.journal import BEGUN, DONE, Journal
from pulumi_elastic_org.workflows.leave import DEFAULTS, Leaving
from pulumi_elastic_org.workflows.route import Move, Position, Step, position, whereabouts

T = TypeVar("T")

INVITATION_LIFE = "72h"
MOST_STEPS = 8
"""Invite, accept in vain, leave and accept are four; more than twice that is somebody who undoes them meanwhile."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the check before a transfer found.

    Args:
        position: Where the person stands.
        departure: Whether they may leave the old organization; ``None`` where they do not belong to it any more.
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
        own: The person's own connection, by which they accept.
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
        own: Session,
        now: Callable[[], datetime],
        settings: Guards = DEFAULTS,
        override: Override | None = None,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self.move = move
        self._leaving = Leaving(Account(old), move.old, move.person, settings, override, gone)
        self._new = new
        self._organizations = Organizations(new)
        self._account = Account(own)
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
        departure = _attempt(f"the old organization {self.move.old}", lambda: self._leaving.survey(self._now()), unseen)
        new = _attempt(f"the new organization {self.move.new}", lambda: self._organizations.read(self.move.new), unseen)
        user_id = _attempt(f"the account of {self.move.person}", lambda: self._account.user.user_id, unseen)
        if unseen or new is None:
            raise PreconditionsUnmet("\n".join(["nothing was changed:", *(f"  - {one}" for one in unseen)]))
        at = position(self.move, departure.member if departure else None, new, self._now(), user_id)
        problems = [] if at.joined else [*self._problems(at, departure, new, user_id, journal)]
        return Findings(at, departure, tuple(problems))

    def steps(self, journal: Journal) -> Iterator[Taken]:
        """Takes one step after another until the person has arrived; each is noted before the next one begins.

        Args:
            journal: What earlier runs did, and where this one notes what it does.

        Raises:
            PreconditionsUnmet: The check found something, and nothing was changed.
            WorkflowError: A step failed; the message says in what state the person is, and what to do.
        """
        findings = self.check(journal)
        if findings.problems:
            raise PreconditionsUnmet(refusal(findings))
        at, must_leave = findings.position, False
        for _ in range(MOST_STEPS):
            step = at.next_step(must_leave=must_leave)
            if step is None:
                return
            journal.note(step.value, BEGUN)
            try:
                told, refused = self._take(step, at)
                must_leave = must_leave or refused
                journal.note(step.value, DONE, outcome=told)
                yield Taken(step, told)
                at = self._look()
            except (CloudError, WorkflowError) as error:
                raise WorkflowError(f"{error}\n{self._stopped(at)}") from None
        raise WorkflowError(f"somebody undoes what this transfer does.\n{self._stopped(at)}")

    def _problems(
        self,
        at: Position,
        departure: Departure | None,
        new: Organization,
        user_id: str | None,
        journal: Journal,
    ) -> Iterator[str]:
        if departure is not None and not departure.allowed:
            yield "\n    ".join(departure_lines(departure))
        if departure is None and journal.find(Step.LEAVE.value) is None:
            yield (
                f"{self.move.person} is no member of organization {self.move.old}, and {journal.path} does not say that they "
                "left it: check the address, the organization and the journal; whoever belongs nowhere is invited by a roster "
                "and runs 'elastic-org accept'"
            )
        if departure is not None and user_id not in (None, departure.member.user_id):
            yield f"the key that is to accept belongs to user {user_id}, and {departure.person} is user {departure.member.user_id}"
        if at.inviting is not None:
            inviter = own_user_id(self._new)
            if any(one.user_id == inviter and not is_admin(one.grants) for one in new.members):
                yield f"the key for organization {self.move.new} is not an administrator's, and only they invite"

    def _take(self, step: Step, at: Position) -> tuple[str, bool]:
        """Takes a step; returns what came of it, and whether the API wants the person to leave first."""
        if step is Step.INVITE:
            return self._invite(at), False
        if step is Step.LEAVE:
            self._leaving.leave(self._now())
            return f"left organization {self.move.old}", False
        if at.invitation is None:
            raise WorkflowError(f"the invitation of {self.move.person} is gone")
        try:
            accept(self._account, at.invitation.token, self._now(), self.move.new)
        except BelongsElsewhere:
            if at.leaver is None:
                raise
            return f"organization {self.move.old} must be left first: one organization at a time", True
        return f"joined organization {self.move.new}", False

    def _invite(self, at: Position) -> str:
        if at.inviting is None:
            raise WorkflowError("there is nobody to invite")
        now = self._now()
        plan = Plan(self.move.new, (at.inviting,), (), now, headcount=0)
        record = AuditTrail(self.move.new).record
        applier = Applier(
            self._organizations,
            INVITATION_LIFE,
            look=lambda enough: self._new.patiently(lambda: self._organizations.read(self.move.new), enough),
            replan=lambda _: plan,
            guard=lambda left, _: left,
            before_writes=lambda: None,
            progress=lambda *_: None,
            record=record,
        )
        outcome = Outcome()
        applier.apply(plan, outcome)
        for reason in outcome.refused.values():
            raise WorkflowError(f"{self.move.person} was not invited: {reason}")
        expires_at = outcome.invitations[self.move.person].expires_at
        return f"invited to organization {self.move.new}, until {expires_at:%Y-%m-%d %H:%M} UTC"

    def _look(self) -> Position:
        leaver: Member | None = self._leaving.member()
        new = self._organizations.read(self.move.new)
        return position(self.move, leaver, new, self._now(), self._account.user.user_id)

    def _stopped(self, before: Position) -> str:
        advice = "Run the same command again: it goes on from there"
        try:
            now = self._look()
        except (CloudError, WorkflowError):
            return f"Before this step: {whereabouts(self.move, before)}. {advice}"
        if now.leaver is None and now.invitation is not None:
            advice += f", or let {self.move.person} open the link in the invitation's e-mail"
        return f"Now {whereabouts(self.move, now)}. {advice}"


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
