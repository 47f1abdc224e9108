"""Carries a plan out: what gives access first, what takes it away last, in as few calls as the API allows.

Order of changes, so that nobody is without access longer than the API forces:

1. roles are added; where one role moves between "all" and named targets, it is removed and added as a pair
2. invitations are cancelled and sent again, and new ones sent, everybody with equal roles together
3. what is to be removed is looked at again, if anything was written since
4. roles are removed, invitations cancelled, members removed

A refusal by the API stops one entry, not the rest. Whatever happens half way, planning again from the live organization gives
what is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pulumi_elastic_org.cloud.errors import AccessDenied, NotFound, RequestRefused
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
from pulumi_elastic_org.roster.people import Invitation

CONCURRENT_ROLE_CHANGES = 8

T = TypeVar("T")


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
    """What an apply did.

    Args:
        done: The changes that the API carried out.
        refused: Why others were not, by person.
        invitations: The open invitations that were sent, by e-mail address as declared.
    """

    done: list[Change] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, Invitation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applier:
    """Carries out plans for one organization.

    Args:
        organizations: The API.
        expires_in: How long invitations last, as Elastic writes durations (``"72h"``).
        replan: Reads the organization again, plans and guards again, and returns the plan; raises when the guards refuse.
        before_writes: Called before each batch of writes; raises when nobody waits for them any more.
        progress: Is told how far the apply has come.
        record: Takes what became of each change as soon as it is known: why the API refused it, or ``None``.
    """

    organizations: Organizations
    expires_in: str
    replan: Callable[[], Plan]
    before_writes: Callable[[], None]
    progress: Progress
    record: Record

    def apply(self, plan: Plan) -> Outcome:
        """Carries out a plan that the guards let pass.

        Args:
            plan: Made from a fresh look at the organization.

        Returns:
            What was done, and which entries the API refused.

        Raises:
            CloudError: The API cannot be used at all, for instance because it does not answer.
        """
        outcome = Outcome()
        self._add_grants(plan, outcome)
        self._invite(plan, outcome)
        if outcome.done and (plan.removals or _of(plan, RemoveGrants)):
            plan = self._still_agreed(plan)
        self._remove_grants(plan, outcome)
        self._cancel(plan, outcome)
        self._remove_members(plan, outcome)
        return outcome

    def _still_agreed(self, plan: Plan) -> Plan:
        """What was to be removed and, after another look, still is: never more than was planned."""
        agreed = {_identity(change) for change in plan.changes}
        now = self.replan()
        kept = tuple(change for change in now.changes if _identity(change) in agreed)
        return Plan(plan.organization_id, kept, plan.reports, plan.made_at, plan.headcount)

    def _add_grants(self, plan: Plan, outcome: Outcome) -> None:
        removed = {change.user_id: change.grants for change in _of(plan, RemoveGrants)}

        def add(change: AddGrants) -> None:
            exchanged = _exchanged(removed.get(change.user_id, frozenset()), change.grants)
            if exchanged:
                self.organizations.remove_grants(plan.organization_id, change.user_id, exchanged)
            self.organizations.add_grants(plan.organization_id, change.user_id, change.grants)

        self._each(_of(plan, AddGrants), add, outcome)

    def _remove_grants(self, plan: Plan, outcome: Outcome) -> None:
        def remove(change: RemoveGrants) -> None:
            self.organizations.remove_grants(plan.organization_id, change.user_id, change.grants)

        promoted = [change for change in _of(plan, RemoveGrants) if change.person not in outcome.refused]
        self._each(promoted, remove, outcome)

    def _each(self, changes: list[T], act: Callable[[T], None], outcome: Outcome) -> None:
        """Acts on people side by side; a person whom the API refuses does not stop the others."""
        if not changes:
            return
        with ThreadPoolExecutor(CONCURRENT_ROLE_CHANGES) as pool:
            for start in range(0, len(changes), CONCURRENT_ROLE_CHANGES):
                batch = changes[start : start + CONCURRENT_ROLE_CHANGES]
                self.before_writes()
                for change, error in zip(batch, pool.map(lambda one: _attempt(act, one), batch), strict=True):
                    self._note(change, error, outcome)
                self.progress(_verb(changes), start + len(batch), len(changes))

    def _invite(self, plan: Plan, outcome: Outcome) -> None:
        again = _of(plan, Reinvite)
        invitations: list[Invite | Reinvite] = [*_of(plan, Invite), *again]
        if again:
            self.before_writes()
            standing = self.organizations.cancel(plan.organization_id, [change.invitation.token for change in again])
            for one in again:
                if (refusal := standing.get(one.invitation.token)) is not None:
                    self._note(one, refusal, outcome)
        for batch in _equal_invitations(change for change in invitations if change.person not in outcome.refused):
            self.before_writes()
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
        self.before_writes()
        standing = delete(plan.organization_id, by_id)
        for identifier, change in by_id.items():
            self._note(change, standing.get(identifier), outcome)
        self.progress(_verb([*by_id.values()]), len(by_id), len(by_id))

    def _note(self, change: Any, refusal: str | None, outcome: Outcome) -> None:
        if refusal is None:
            outcome.done.append(change)
        else:
            outcome.refused[change.person] = refusal
        self.record(change, refusal)


def _exchanged(removed: Grants, added: Grants) -> Grants:
    """The grants that must go in the same breath as an overlapping one comes, or the API would cancel one by the other."""
    return frozenset(one for one in removed if any(overlap(one, other) for other in added))


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
    except (AccessDenied, NotFound, RequestRefused) as error:
        return str(error)
    return None


def _of(plan: Plan, kind: type[T]) -> list[T]:
    return [change for change in plan.changes if isinstance(change, kind)]


def _identity(change: Change) -> tuple[str, str]:
    return (change.verb, change.person)


def _verb(changes: list[Any]) -> str:
    return str(changes[0].verb)
