"""Changes of single people, planned and guarded together with those of every other resource in the phase.

Each `Member` is a resource of its own, but the guards are about the organization: the last two administrators may not be
demoted by two resources, one each. So what is planned is kept for the phase, and every resource is judged in its light.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pulumi_elastic_org.apply import Outcome
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.resources.batching import Batches
from pulumi_elastic_org.resources.failures import Failed, Refused
from pulumi_elastic_org.resources.live import LiveOrganization, live
from pulumi_elastic_org.review.text import PERSON_UNCHANGED, STOPPED_BEFORE_REMOVALS, refusal
from pulumi_elastic_org.roster.changes import CancelInvitation, Change, Plan, RemoveGrants, RemoveMember
from pulumi_elastic_org.roster.people import Applied, Desired, Organization, email_key
from pulumi_elastic_org.roster.plan import plan
from pulumi_elastic_org.roster.verdicts import Guards, Verdict

Kind = Callable[[Change], bool]


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """What one resource wants for its person.

    Args:
        desired: The person, or nobody where the resource is deleted.
        applied: What the last apply left behind.
        guards: What this resource's guards allow.
        expires_in: How long its invitations last.
        manages: Whether a change is this resource's to make.
    """

    desired: Desired
    applied: Applied
    guards: Guards
    expires_in: str
    manages: Kind

    def plan(self, actual: Organization, claimed: frozenset[str]) -> Plan:
        """Returns what this resource would do to an organization.

        Args:
            actual: The organization as it is.
            claimed: Everybody whom the program declares, by `email_key`.
        """
        desired = replace(self.desired, managed_elsewhere=claimed - set(map(email_key, self.desired.people)))
        planned = plan(desired, actual, now(), self.applied)
        return replace(planned, changes=tuple(change for change in planned.changes if self.manages(change)))


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What became of a request.

    Args:
        planned: What was done.
        actual: The organization afterwards.
    """

    planned: Plan
    actual: Organization


class PhasePlans:
    """What the resources of one person each have planned in this phase, and what of it was written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes: dict[tuple[str, str], Change] = {}
        self._headcount: int | None = None

    def add(self, planned: Plan) -> Plan:
        """Takes a plan in, and returns everything that is planned, by which its guards judge."""
        with self._lock:
            if self._headcount is None:
                self._headcount = planned.headcount
            self._changes |= {(change.verb, email_key(change.person)): change for change in planned.changes}
            return replace(planned, changes=tuple(self._changes.values()), headcount=self._headcount)

    def drop(self, people: Iterable[str]) -> None:
        """Forgets what is planned for people whom Elastic Cloud refused: nothing else may count on it.

        Args:
            people: Their addresses as the changes have them.
        """
        refused = set(map(email_key, people))
        with self._lock:
            self._changes = {key: change for key, change in self._changes.items() if key[1] not in refused}

    @property
    def removes(self) -> bool:
        """Whether anybody is to be removed, or an invitation to be cancelled."""
        with self._lock:
            return any(isinstance(change, RemoveMember | CancelInvitation) for change in self._changes.values())


_phase = PhasePlans()


def review(request: PersonRequest) -> tuple[Plan, Verdict]:
    """Plans a request and has the guards judge it, together with what the phase plans beside it.

    Args:
        request: Of one resource.
    """
    actual = live().read()
    planned = request.plan(actual, live().claimed)
    return planned, judge_together(live(), request, planned, _phase.add(planned), actual)


def converge(request: PersonRequest) -> PersonAnswer:
    """Plans and guards once more, then makes it so, in one batch with what other resources want at the same time.

    Args:
        request: Of one resource.

    Raises:
        CloudError: The API cannot be used.
        Failed: The API refuses this person.
        Refused: The guards refuse; nothing was changed for this person.
    """
    return batches.submit(request)


def _carry_out(requests: Sequence[PersonRequest]) -> list[PersonAnswer | Exception]:
    organization = live()
    first_removal = not _phase.removes
    plans = [request.plan(organization.read(), organization.claimed) for request in requests]
    if first_removal and any(plan.removals for plan in plans):
        organization.reread()
        plans = [request.plan(organization.read(), organization.claimed) for request in requests]
    for planned in plans:
        _phase.add(planned)
    asked = [_Asked(request, planned) for request, planned in zip(requests, plans, strict=True)]
    for one in asked:
        one.judge(organization)
    refused: dict[str, str] = {}
    for expires_in in sorted({request.expires_in for request in requests}):
        together = [one for one in asked if one.request.expires_in == expires_in]
        refused |= _apply(organization, together, expires_in)
    after = organization.read()
    return [one.answer(refused, after) for one in asked]


batches: Batches[PersonRequest, PersonAnswer] = Batches(_carry_out)
"""Every change of a single person in this process."""


@dataclass(slots=True)
class _Asked:
    """A request on its way through a batch."""

    request: PersonRequest
    planned: Plan
    verdict: Verdict = field(init=False)
    so_far: str = PERSON_UNCHANGED

    @property
    def agreed(self) -> tuple[Change, ...]:
        return () if self.verdict.violations else self.planned.changes

    def judge(self, organization: LiveOrganization) -> None:
        together = _phase.add(self.planned)
        self.verdict = judge_together(organization, self.request, self.planned, together, organization.read())

    def answer(self, refused: Mapping[str, str], after: Organization) -> PersonAnswer | Exception:
        if self.verdict.violations:
            return Refused(refusal(self.verdict, self.so_far))
        reasons = [f"{one.person}: {refused[one.person]}" for one in self.planned.changes if one.person in refused]
        if reasons:
            return Failed(f"Elastic Cloud refused this change; mend it and run again: {'; '.join(reasons)}")
        return PersonAnswer(self.planned, after)


def _apply(organization: LiveOrganization, asked: Sequence[_Asked], expires_in: str) -> Mapping[str, str]:
    """Carries out what the guards let pass, and returns whom Elastic Cloud refused, and why."""
    changes = tuple(change for one in asked for change in one.agreed)
    if not changes:
        return {}
    batch = replace(asked[0].planned, changes=changes)

    def guard(losses: Plan, refused: Mapping[str, str]) -> Plan:
        """Judges again where a promotion was refused, for instance, that a demotion was to come after."""
        _phase.drop(refused)
        for one in asked:
            if one.agreed and not any(change.person in refused for change in one.planned.changes):
                one.judge(organization)
                one.so_far = STOPPED_BEFORE_REMOVALS
        return losses.without(
            [change.person for one in asked if one.verdict.violations for change in one.planned.changes]
        )

    outcome = Outcome()
    organization.apply(batch, outcome, expires_in, lambda: batch, guard, _in_silence)
    _phase.drop(outcome.refused)
    return outcome.refused


def _in_silence(verb: str, done: int, total: int) -> None:
    """A batch is over before anybody could read how far it has come."""


def judge_together(
    organization: LiveOrganization, request: PersonRequest, planned: Plan, together: Plan, actual: Organization
) -> Verdict:
    """Returns what concerns one resource of what its guards say of everything that is planned.

    Args:
        organization: Where the guards find what they need to know.
        request: Of the resource.
        planned: What the resource would do.
        together: What all resources would do.
        actual: The organization that the plans were made from.
    """
    takes = bool(planned.removals) or any(isinstance(change, RemoveGrants | RemoveMember) for change in planned.changes)
    verdict = organization.judge(together if takes else planned, actual, request.guards)
    people = {email_key(change.person) for change in planned.changes}

    def concerns(person: str | None) -> bool:
        return bool(planned.removals) if person is None else email_key(person) in people

    return replace(
        verdict,
        violations=tuple(violation for violation in verdict.violations if concerns(violation.person)),
        waivers=tuple(waiver for waiver in verdict.waivers if concerns(waiver.violation.person)),
    )
