"""Carries a plan out: what gives access first, what takes it away last, in as few calls as the API allows.

Order of changes, so that nobody is without access longer than the API forces:

1. roles are added; where one role moves between "all" and named targets, it is removed and added as a pair
2. invitations are cancelled and sent again, new ones sent, everybody with equal roles in one request, and several of these at once;
   right before them the open ones are looked at, unless it is one alone, that was seconds ago and nothing was written since, and
   once more where a request had to wait: nobody is invited whom somebody else has invited
3. what is to be taken away is looked at again, and judged as what it now is: without what the API refused so far
4. members are removed, right after the look at what they own; invitations cancelled, roles removed
5. everything is looked at once more: what the organization does not show was not done, whatever the API answered, and where nobody
   can look, it is not known
6. the API keys of those who were removed are deleted, where they are to go as well

A refusal by the API stops one entry, not the rest; a role that was removed to be exchanged is then put back. Whatever happens
half way, planning again from the live organization gives what is left to do.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.errors import ApiError, CloudError, OutcomeUnknown
from pulumi_elastic_org.cloud.network import BATCH_SIZE
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.role_change import RoleChange
from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    RevokeKeys,
    identity,
)
from pulumi_elastic_org.model.effects import ACCEPTED_MEANWHILE, unseen
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.order import (
    Exchange,
    Invitations,
    LostAccess,
    equal_invitations,
    exchanged,
    exchanges,
    only_losses,
    still_agreed,
    unmodelled,
)
from pulumi_elastic_org.model.outcome import NEVER, Outcome, Refusal
from pulumi_elastic_org.model.people import Invitation, Organization, email_key

CONCURRENT_WRITES = 8
"""How many people's roles are changed, or requests to invite are made, at the same time."""

LOOK_COUNTS = timedelta(seconds=5)
"""How long a look at the open invitations counts: later, somebody else may have sent one, and another would be a second e-mail."""

Parts = tuple[AddGrants | RemoveGrants, Sequence[Exchange]]


class Supervisor(ABC):
    """Who an apply asks while it goes on, and tells what it does.

    What it is asked about losses has to be answered only where something is taken away.

    Attributes:
        acknowledged: Of whom it is taken note that the API refuses roles, by `email_key`, and why.
        looked_at: When the open invitations were last looked at before the apply.
    """

    acknowledged: Mapping[str, str] = MappingProxyType({})
    looked_at: datetime = NEVER

    @abstractmethod
    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        """Reads the organization again, for a while also again and again until the read is enough; returns the last read."""

    @abstractmethod
    def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        """Takes what became of a change: what gives access as soon as it is known, what takes it away once it is seen.

        Args:
            change: What was to be done.
            refusal: Why the API did not carry it out; ``None`` where it did.
            failed: Whether it had answered that it did.
        """

    def replan(self, actual: Organization) -> Plan:
        """Returns what would make an organization what is desired."""
        raise NotImplementedError

    def guard(self, losses: Plan, refused: Mapping[str, str]) -> Plan:
        """Is given what is left to be taken away, and whom the API refused so far and why; returns what may be, or raises."""
        raise NotImplementedError

    def before_writes(self) -> None:  # noqa: B027
        """Is called before each batch of writes; raises when nobody waits for them any more."""

    def progress(self, verb: str, done: int, total: int, person: str) -> None:  # noqa: B027
        """Is told the changes' verb, how many of them are done, of how many, and who was the last."""


@dataclass(frozen=True, slots=True)
class Applier:
    """Carries out plans for one organization.

    Args:
        organizations: The API.
        expires_in: How long invitations last, as Elastic writes durations (``"72h"``).
        supervisor: Is asked and told.
    """

    organizations: Organizations
    expires_in: str
    supervisor: Supervisor

    def apply(self, plan: Plan, outcome: Outcome) -> None:
        """Carries out a plan that the guards let pass.

        Args:
            plan: Made from a fresh look at the organization.
            outcome: Takes what was done and what the API refused, as soon as it is known.

        Raises:
            CloudError: The API cannot be used at all, for instance because it does not answer.
        """
        try:
            self._add_grants(plan, outcome)
            self._invite(plan, outcome)
            losses = only_losses(plan)
            if losses.changes and (outcome.done or outcome.refusals):
                losses = self._still_agreed(plan, losses, outcome)
            self._delete(plan, losses.of(RemoveMember), self.organizations.remove, outcome)
            self._delete(plan, losses.of(CancelInvitation), self.organizations.cancel, outcome)
            self._remove_grants(losses, outcome)
            if outcome.done and not self._listed(plan, outcome):
                self._see(plan, outcome)
            self._revoke_keys(plan, outcome)
        finally:
            for change in outcome.done:
                if isinstance(change, LostAccess):
                    self.supervisor.record(change, None)

    def _listed(self, plan: Plan, outcome: Outcome) -> bool:
        """Whether invitations are all that was sent, and the list shows them: that is one call where a whole look is two."""
        if not all(isinstance(change, Invite) for change in outcome.done):
            return False
        with _looking(outcome):
            self._list(plan, outcome)
        listed = {one.token for one in outcome.listed}
        return all(outcome.invitations[change.person].token in listed for change in outcome.done)

    def _see(self, plan: Plan, outcome: Outcome) -> Organization:
        """Looks until everything shows that was done; what never does was not done."""

        def missing(organization: Organization) -> list[tuple[Change, str]]:
            return unseen(outcome.done, outcome.invitations, organization, plan.leavers.values())

        def settled(organization: Organization) -> bool:
            return all(reason == ACCEPTED_MEANWHILE for _, reason in missing(organization))

        with _looking(outcome):
            seen = self.supervisor.look(settled)
        outcome.listed = ()
        for change, reason in missing(seen):
            outcome.done.remove(change)
            outcome.unknown.append(change)
            self._refuse(change, reason, outcome, failed=True)
        return seen

    def _still_agreed(self, plan: Plan, losses: Plan, outcome: Outcome) -> Plan:
        """What was to be taken away and, after another look, still is: never more than was planned."""
        agreed = {identity(change) for change in losses.changes}
        planned = self.supervisor.replan(self._see(plan, outcome))
        for change in planned.of(RemoveMember):
            if (CancelInvitation.verb, email_key(change.person)) in agreed and identity(change) not in agreed:
                self._refuse(change, ACCEPTED_MEANWHILE, outcome)
        refused = outcome.refused
        return self.supervisor.guard(still_agreed(losses, planned).without(refused), refused)

    def _add_grants(self, plan: Plan, outcome: Outcome) -> None:
        taken = exchanged(plan)
        parts = [(one, exchanges(one.grants, taken.get(one.user_id, frozenset()))) for one in plan.of(AddGrants)]
        self._change_roles(plan, parts, outcome)

    def _remove_grants(self, plan: Plan, outcome: Outcome) -> None:
        parts = [(one, exchanges(frozenset(), one.grants)) for one in plan.of(RemoveGrants)]
        self._change_roles(plan, parts, outcome)

    def _change_roles(self, plan: Plan, changes: Sequence[Parts], outcome: Outcome) -> None:
        """Changes the roles of people side by side."""
        with self.organizations.side_by_side(CONCURRENT_WRITES) as pool:
            for start in range(0, len(changes), CONCURRENT_WRITES):
                batch = changes[start : start + CONCURRENT_WRITES]
                self.supervisor.before_writes()
                under_way = [RoleChange(self.organizations, plan.organization_id, one.user_id) for one, _ in batch]
                attempts = [pool.submit(one.carry_out, its) for one, (_, its) in zip(under_way, batch, strict=True)]
                pairs = zip(batch, under_way, strict=True)
                _settle(attempts, [partial(self._note_roles, change, one, outcome) for (change, _), one in pairs])
                last, _ = batch[-1]
                self.supervisor.progress(last.verb, start + len(batch), len(changes), last.person)

    def _note_roles(
        self, change: AddGrants | RemoveGrants, under_way: RoleChange, outcome: Outcome, attempt: Future[None]
    ) -> None:
        if under_way.given:
            self._done(AddGrants(change.person, change.user_id, under_way.given), outcome)
        if under_way.taken:
            self._done(RemoveGrants(change.person, change.user_id, under_way.taken), outcome)
        reasons: dict[str, Grants] = {}
        for part, reason in under_way.refused:
            reasons[reason] = reasons.get(reason, frozenset()) | (part.given or part.taken)
        for reason, grants in reasons.items():
            self._refuse(replace(change, grants=grants), reason, outcome)
        unknown = under_way.unknown
        if _left_open(attempt):
            unknown |= change.grants.difference(under_way.given, under_way.taken, *reasons.values())
        if unknown:
            outcome.unknown.append(replace(change, grants=unknown))

    def _invite(self, plan: Plan, outcome: Outcome) -> None:
        again = plan.of(Reinvite)
        invitations: list[Invite | Reinvite] = [*plan.of(Invite), *again]
        looked_at = self.supervisor.looked_at if not again and outcome == Outcome() else NEVER
        self._delete(plan, again, self.organizations.cancel, outcome)
        refused = outcome.refused
        requests = list(equal_invitations((one for one in invitations if one.person not in refused), BATCH_SIZE))
        with self.organizations.side_by_side(CONCURRENT_WRITES) as pool:
            for start in range(0, len(requests), CONCURRENT_WRITES):
                together = requests[start : start + CONCURRENT_WRITES]
                standing = _Standing(looked_at, {})
                if len(together) > 1 or not standing.counts():
                    standing = self._standing(plan, together, outcome)
                left = [unsent for changes in together if (unsent := standing.unsent(changes, outcome))]
                self._send(pool, plan, left, standing, outcome)
                looked_at = NEVER
                last = together[-1][-1]
                self.supervisor.progress(Invite.verb, len(outcome.invitations), len(invitations), last.person)

    def _send(
        self, pool: Executor, plan: Plan, requests: Sequence[Invitations], standing: _Standing, outcome: Outcome
    ) -> None:
        """Makes requests to invite beside each other; where they had to wait, another look comes first, one for all of them."""
        if not requests:
            return
        lock, looking = threading.Lock(), threading.Lock()

        def send(changes: Invitations) -> None:
            by_person = {change.person: change for change in changes}

            def note(person: str, sent: Invitation | str) -> None:
                with lock:
                    if isinstance(sent, str):
                        self._refuse(by_person[person], sent, outcome)
                    else:
                        outcome.invitations[person] = sent
                        self._done(by_person[person], outcome)

            def unsent(people: Sequence[str]) -> set[str]:
                nonlocal standing
                with looking:
                    if not standing.counts():
                        standing = self._standing(plan, requests, outcome)
                    return {one.person for one in standing.unsent([by_person[person] for person in people], outcome)}

            self.organizations.invite(
                plan.organization_id,
                by_person,
                changes[0].grants,
                unmodelled(changes[0]),
                self.expires_in,
                note,
                unsent,
            )

        self.supervisor.before_writes()
        attempts = [pool.submit(send, changes) for changes in requests]
        _settle(attempts, [partial(_note_sent, changes, outcome) for changes in requests])

    def _standing(self, plan: Plan, requests: Sequence[Invitations], outcome: Outcome) -> _Standing:
        """Looks at the open invitations, those aside that are to be sent again."""
        self._list(plan, outcome)
        replaced = {one.invitation.token for changes in requests for one in changes if isinstance(one, Reinvite)}
        standing = (one for one in outcome.listed if one.token not in replaced and not one.lapsed(plan.made_at))
        return _Standing(outcome.listed_at, {(email_key(one.email), one.grants): one for one in standing})

    def _list(self, plan: Plan, outcome: Outcome) -> None:
        """Looks at the open invitations alone; what is seen is kept for whoever plans next."""
        outcome.listed_at = now()
        outcome.listed = self.organizations.invitations(plan.organization_id)

    def _revoke_keys(self, plan: Plan, outcome: Outcome) -> None:
        """Deletes keys of people who are out by now; of whom it does not succeed, it is remembered that it is to be done."""
        staying = plan.leavers.keys() - {one.user_id for one in outcome.done if isinstance(one, RemoveMember)}
        for change in (one for one in plan.of(RevokeKeys) if one.user_id not in staying):
            outcome.unknown.append(change)
            self.supervisor.before_writes()
            try:
                for key in change.keys:
                    self.organizations.delete_key(key.id)
            except ApiError as error:
                self._refuse(change, error.reason, outcome)
                continue
            outcome.unknown.remove(change)
            self._done(change, outcome)

    def _delete(
        self,
        plan: Plan,
        ending: Sequence[RemoveMember | CancelInvitation | Reinvite],
        delete: Callable[[str, Iterable[str], Callable[[str, str | None], None]], Mapping[str, str]],
        outcome: Outcome,
    ) -> None:
        """Ends memberships or invitations; one that is to be sent again is not done by that."""
        if not ending:
            return
        by_id = {one.user_id if isinstance(one, RemoveMember) else one.invitation.token: one for one in ending}

        def note(identifier: str, refusal: str | None) -> None:
            change = by_id[identifier]
            if refusal is not None:
                self._refuse(change, refusal, outcome)
            elif not isinstance(change, Reinvite):
                self._done(change, outcome)

        with self._writing(ending, outcome):
            delete(plan.organization_id, by_id, note)
        if not isinstance(ending[-1], Reinvite):
            self.supervisor.progress(ending[-1].verb, len(ending), len(ending), ending[-1].person)

    @contextmanager
    def _writing(self, changes: Sequence[Change], outcome: Outcome) -> Iterator[None]:
        """Surrounds a batch of writes; where it ends by an exception, what became of its changes is not known, unless noted."""
        self.supervisor.before_writes()
        try:
            yield
        except BaseException as error:
            if _maybe_done(error):
                _note_unknown(changes, outcome)
            raise

    def _done(self, change: Change, outcome: Outcome) -> None:
        outcome.done.append(change)
        if not isinstance(change, LostAccess):
            self.supervisor.record(change, None)

    def _refuse(self, change: Change, reason: str, outcome: Outcome, *, failed: bool = False) -> None:
        known = self.supervisor.acknowledged.get(email_key(change.person))
        if known is None or failed or isinstance(change, RemoveMember | RevokeKeys):
            outcome.refusals.append(Refusal(change, reason))
        else:
            outcome.acknowledged.append(Refusal(change, f"{reason} Acknowledged: {known}"))
        self.supervisor.record(change, reason, failed=failed)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The invitations that can be accepted, by address and roles, when they were last looked at."""

    looked_at: datetime
    invitations: Mapping[tuple[str, Grants], Invitation]

    def counts(self) -> bool:
        return now() - self.looked_at <= LOOK_COUNTS

    def unsent(self, changes: Invitations, outcome: Outcome) -> Invitations:
        """What is still to be sent of a request: where an invitation stands that says the same, another is a second e-mail."""
        keys = {change.person: (email_key(change.person), change.grants) for change in changes}
        sent = {person: self.invitations[key] for person, key in keys.items() if key in self.invitations}
        outcome.invitations |= sent
        return [change for change in changes if change.person not in sent]


@contextmanager
def _looking(outcome: Outcome) -> Iterator[None]:
    """Surrounds a look at what was done: what cannot be seen is not known, whatever the API answered."""
    try:
        yield
    except CloudError as error:
        outcome.unknown += outcome.done
        outcome.done.clear()
        raise OutcomeUnknown(
            f"{str(error).rstrip('.')}. What Elastic Cloud answered to have done could not be looked at: run again to see it."
        ) from None


def _settle(attempts: Sequence[Future[None]], notes: Sequence[Callable[[Future[None]], None]]) -> None:
    """Waits for what is tried side by side, has each noted, also where somebody ends the wait, and raises the first error."""
    try:
        wait(attempts)
    finally:
        for note, attempt in zip(notes, attempts, strict=True):
            note(attempt)
    for attempt in attempts:
        attempt.result()


def _left_open(attempt: Future[None]) -> bool:
    """Whether it is not known of everything that was tried whether it was done."""
    return not attempt.done() or _maybe_done(attempt.exception())


def _note_sent(changes: Invitations, outcome: Outcome, attempt: Future[None]) -> None:
    """Notes of whom it is not known whether they were invited by a request; whoever was, is noted already."""
    if _left_open(attempt):
        _note_unknown(changes, outcome)


def _maybe_done(error: BaseException | None) -> bool:
    """Whether what ended in an error may have been done: of an error that does not say so, nobody knows."""
    return error is not None and getattr(error, "maybe_done", True)


def _note_unknown(changes: Iterable[Change], outcome: Outcome) -> None:
    """Notes of which changes it is not known what became of them."""
    refused = (identity(one.change) for one in (*outcome.refusals, *outcome.acknowledged))
    settled = {*map(identity, outcome.done), *refused}
    outcome.unknown += [change for change in changes if identity(change) not in settled]
