"""Carries a plan out: what gives access first, what takes it away last, in as few calls as the API allows.

Order of changes, so that nobody is without access longer than the API forces:

1. roles are added; where one role moves between "all" and named targets, it is removed and added as a pair
2. invitations are cancelled and sent again, and new ones sent, everybody with equal roles together; where roles were added
   before, the invitations are looked at again, so that nobody is invited whom somebody else has invited meanwhile
3. what is to be taken away is looked at again, and judged as what it now is: without what the API refused so far
4. members are removed, right after the look at what they own; invitations cancelled, roles removed

A refusal by the API stops one entry, not the rest; a role that was removed to be exchanged is then put back. Whatever happens
half way, planning again from the live organization gives what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from pulumi_elastic_org.cloud.errors import (
    AccessDenied,
    ConfigurationError,
    KeyRefused,
    NotFound,
    RateLimited,
    RequestRefused,
    Unreachable,
)
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.roster.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
)
from pulumi_elastic_org.roster.grants import Grants, overlap
from pulumi_elastic_org.roster.people import Invitation, email_key

CONCURRENT_ROLE_CHANGES = 8

ACCEPTED_MEANWHILE = (
    "accepted the invitation before it could be cancelled, and is a member now: run again to remove them"
)

T = TypeVar("T")
RoleChange = TypeVar("RoleChange", AddGrants, RemoveGrants)

_ONE_PERSON = (AccessDenied, NotFound, RequestRefused)
"""Refusals that say nothing about anybody else."""
_NOTHING_DONE = (ConfigurationError, Unreachable, KeyRefused, RateLimited, *_ONE_PERSON)
"""Errors after which it is certain that what was asked for was not done."""


class Progress(Protocol):
    """Is told how far a long apply has come."""

    def __call__(self, verb: str, done: int, total: int) -> None:
        """Args: the changes' verb, how many of them are done, and of how many."""


class Record(Protocol):
    """Keeps what became of a change."""

    def __call__(self, change: Change, refusal: str | None) -> None:
        """Args: the change, and why the API did not carry it out; ``None`` where it did."""


@dataclass(slots=True)
class Outcome:
    """What an apply did, filled while it goes on: also when it ends by an exception, this is what became of its changes.

    Args:
        done: The changes that the API carried out.
        refused: Why others were not, by person.
        invitations: The open invitations that were sent, by e-mail address as declared.
        unknown: Changes that were sent, and of which it is not known whether they were carried out: the apply ended there.
    """

    done: list[Change] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    unknown: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Applier:
    """Carries out plans for one organization.

    Args:
        organizations: The API.
        expires_in: How long invitations last, as Elastic writes durations (``"72h"``).
        replan: Reads the organization again, and returns what would make it what is desired.
        guard: Is given what is left to be taken away, and whom the API refused so far and why; returns what the guards let pass
            of it, or raises.
        before_writes: Called before each batch of writes; raises when nobody waits for them any more.
        progress: Is told how far the apply has come.
        record: Takes what became of each change as soon as it is known: why the API refused it, or ``None``.
    """

    organizations: Organizations
    expires_in: str
    replan: Callable[[], Plan]
    guard: Callable[[Plan, Mapping[str, str]], Plan]
    before_writes: Callable[[], None]
    progress: Progress
    record: Record

    def apply(self, plan: Plan, outcome: Outcome) -> None:
        """Carries out a plan that the guards let pass.

        Args:
            plan: Made from a fresh look at the organization.
            outcome: Takes what was done and what the API refused, as soon as it is known.

        Raises:
            CloudError: The API cannot be used at all, for instance because it does not answer.
        """
        self._add_grants(plan, outcome)
        self._invite(plan, outcome)
        losses = _losses(plan)
        if losses.changes and (outcome.done or outcome.refused):
            losses = self._still_agreed(losses, outcome)
        self._remove_members(losses, outcome)
        self._cancel(losses, outcome)
        self._remove_grants(losses, outcome)

    def _still_agreed(self, losses: Plan, outcome: Outcome) -> Plan:
        """What was to be taken away and, after another look, still is: never more than was planned."""
        agreed = {_identity(change): change for change in losses.changes}
        now = self.replan()
        for change in _of(now, RemoveMember):
            if (CancelInvitation.verb, change.person) in agreed and _identity(change) not in agreed:
                self._note(change, ACCEPTED_MEANWHILE, outcome)
        both = [(agreed[_identity(change)], change) for change in now.changes if _identity(change) in agreed]
        left = filter(_takes_something, (_at_most(was, change) for was, change in both))
        return self.guard(replace(now, changes=tuple(left)).without(outcome.refused), outcome.refused)

    def _add_grants(self, plan: Plan, outcome: Outcome) -> None:
        exchanged = _exchanged(plan)

        def add(change: AddGrants) -> None:
            pair = exchanged.get(change.user_id)
            if pair is not None:
                self.organizations.remove_grants(plan.organization_id, change.user_id, pair.grants)
            try:
                self.organizations.add_grants(plan.organization_id, change.user_id, change.grants)
            except _ONE_PERSON:
                if pair is not None:
                    self.organizations.add_grants(plan.organization_id, change.user_id, pair.grants)
                raise

        self._each(_of(plan, AddGrants), add, outcome)
        for pair in exchanged.values():
            if pair.person not in outcome.refused:
                self._note(pair, None, outcome)

    def _remove_grants(self, plan: Plan, outcome: Outcome) -> None:
        def remove(change: RemoveGrants) -> None:
            self.organizations.remove_grants(plan.organization_id, change.user_id, change.grants)

        self._each(_of(plan, RemoveGrants), remove, outcome)

    def _each(self, changes: list[RoleChange], act: Callable[[RoleChange], None], outcome: Outcome) -> None:
        """Acts on people side by side; a person whom the API refuses does not stop the others."""
        if not changes:
            return
        with ThreadPoolExecutor(CONCURRENT_ROLE_CHANGES) as pool:
            for start in range(0, len(changes), CONCURRENT_ROLE_CHANGES):
                batch = changes[start : start + CONCURRENT_ROLE_CHANGES]
                with self._writing(batch, outcome):
                    attempts = [pool.submit(_attempt, act, change) for change in batch]
                    wait(attempts)
                    for change, attempt in zip(batch, attempts, strict=True):
                        if attempt.exception() is None:
                            self._note(change, attempt.result(), outcome)
                    for attempt in attempts:
                        attempt.result()
                self.progress(_verb(changes), start + len(batch), len(changes))

    def _invite(self, plan: Plan, outcome: Outcome) -> None:
        again = _of(plan, Reinvite)
        invitations: list[Invite | Reinvite] = [*_of(plan, Invite), *again]
        if invitations and outcome.done:
            outcome.invitations |= self._sent_meanwhile(plan, invitations)
        if again:
            with self._writing(again, outcome):
                standing = self.organizations.cancel(
                    plan.organization_id, [change.invitation.token for change in again]
                )
            for one in again:
                if (refusal := standing.get(one.invitation.token)) is not None:
                    self._note(one, refusal, outcome)
        settled = {*outcome.refused, *outcome.invitations}
        for batch in _equal_invitations(change for change in invitations if change.person not in settled):
            with self._writing(batch, outcome):
                sent = self.organizations.invite(
                    plan.organization_id,
                    [change.person for change in batch],
                    batch[0].grants,
                    _unmodelled(batch[0]),
                    self.expires_in,
                )
            for change in batch:
                self._note(change, sent.refused.get(change.person), outcome)
            outcome.invitations |= sent.invitations
            self.progress(Invite.verb, len(outcome.invitations), len(invitations))

    def _sent_meanwhile(self, plan: Plan, changes: Iterable[Invite | Reinvite]) -> dict[str, Invitation]:
        """The invitations that say already what would be sent: another invitation would be a second e-mail."""
        replaced = {change.invitation.token for change in changes if isinstance(change, Reinvite)}
        standing = {
            (email_key(one.email), one.grants): one
            for one in self.organizations.invitations(plan.organization_id)
            if one.token not in replaced and not one.lapsed(plan.made_at)
        }
        keys = {change.person: (email_key(change.person), change.grants) for change in changes}
        return {person: standing[key] for person, key in keys.items() if key in standing}

    def _cancel(self, plan: Plan, outcome: Outcome) -> None:
        tokens = {change.invitation.token: change for change in _of(plan, CancelInvitation)}
        self._delete(plan, tokens, self.organizations.cancel, outcome)

    def _remove_members(self, plan: Plan, outcome: Outcome) -> None:
        user_ids = {change.user_id: change for change in _of(plan, RemoveMember)}
        self._delete(plan, user_ids, self.organizations.remove, outcome)

    def _delete(
        self,
        plan: Plan,
        by_id: Mapping[str, CancelInvitation] | Mapping[str, RemoveMember],
        delete: Callable[[str, Iterable[str]], Mapping[str, str]],
        outcome: Outcome,
    ) -> None:
        if not by_id:
            return
        with self._writing([*by_id.values()], outcome):
            standing = delete(plan.organization_id, by_id)
        for identifier, change in by_id.items():
            self._note(change, standing.get(identifier), outcome)
        self.progress(_verb([*by_id.values()]), len(by_id), len(by_id))

    @contextmanager
    def _writing(self, changes: Sequence[Change], outcome: Outcome) -> Iterator[None]:
        """Surrounds a batch of writes; where it ends by an exception, what became of its changes is not known, unless noted."""
        self.before_writes()
        try:
            yield
        except _NOTHING_DONE:
            raise
        except BaseException:
            done = set(map(_identity, outcome.done))
            outcome.unknown += [
                change for change in changes if _identity(change) not in done and change.person not in outcome.refused
            ]
            raise

    def _note(self, change: Any, refusal: str | None, outcome: Outcome) -> None:
        if refusal is None:
            outcome.done.append(change)
        else:
            outcome.refused[change.person] = refusal
        self.record(change, refusal)


def _exchanged(plan: Plan) -> Mapping[str, RemoveGrants]:
    """By user id, what must go in the same breath as an overlapping grant comes, or the API would cancel one by the other."""
    added = {change.user_id: change.grants for change in _of(plan, AddGrants)}
    pairs = [
        (
            change,
            frozenset(one for one in change.grants for other in added.get(change.user_id, ()) if overlap(one, other)),
        )
        for change in _of(plan, RemoveGrants)
    ]
    return {change.user_id: replace(change, grants=grants) for change, grants in pairs if grants}


def _losses(plan: Plan) -> Plan:
    """What takes access away, less what is exchanged while other access is given."""
    exchanged = _exchanged(plan)
    losses = [
        replace(change, grants=change.grants - exchanged[change.user_id].grants)
        if isinstance(change, RemoveGrants) and change.user_id in exchanged
        else change
        for change in plan.changes
        if isinstance(change, RemoveGrants | CancelInvitation | RemoveMember)
    ]
    return replace(plan, changes=tuple(filter(_takes_something, losses)))


def _equal_invitations(changes: Iterable[Invite | Reinvite]) -> Iterator[list[Invite | Reinvite]]:
    """Everybody whose invitation would say the same: the API takes many addresses with one set of roles."""
    batches: dict[tuple[Grants, str], list[Invite | Reinvite]] = {}
    for change in changes:
        batches.setdefault((change.grants, repr(_unmodelled(change))), []).append(change)
    yield from batches.values()


def _unmodelled(change: Invite | Reinvite) -> Mapping[str, Any]:
    return change.invitation.unmodelled if isinstance(change, Reinvite) else {}


def _attempt(act: Callable[[T], None], change: T) -> str | None:
    """Acts, and returns why the API refuses this one person; what concerns everybody is raised."""
    try:
        act(change)
    except _ONE_PERSON as error:
        return str(error)
    return None


def _of(plan: Plan, kind: type[T]) -> list[T]:
    return [change for change in plan.changes if isinstance(change, kind)]


def _identity(change: Change) -> tuple[str, str]:
    return (change.verb, change.person)


def _at_most(agreed: Change, change: Change) -> Change:
    """What is still to be done, less roles that somebody has given the person since the plan was agreed."""
    if isinstance(change, RemoveGrants) and isinstance(agreed, RemoveGrants):
        return replace(change, grants=change.grants & agreed.grants)
    return change


def _takes_something(change: Change) -> bool:
    return not isinstance(change, RemoveGrants) or bool(change.grants)


def _verb(changes: list[Any]) -> str:
    return str(changes[0].verb)
