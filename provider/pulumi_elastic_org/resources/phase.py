"""Changes of people, planned, guarded and carried out together with those of every other resource in the phase.

The guards are about the organization: the last two administrators may not be demoted by two resources, one each, nor may four
rosters take out a few people each who are too many together. So what is planned is kept for the phase, every resource is judged in
its light, and one batch at a time goes from its last look at the organization to its last removal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.model.changes import (
    CancelInvitation,
    Change,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    identity,
)
from pulumi_elastic_org.model.effects import carried_out
from pulumi_elastic_org.model.guards import acknowledged_refusals
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Organization, email_key
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.targets import target_reports
from pulumi_elastic_org.model.verdicts import Guards, Verdict
from pulumi_elastic_org.resources.batching import Batches
from pulumi_elastic_org.resources.failures import Failed, Refused
from pulumi_elastic_org.resources.live import LiveOrganization, live
from pulumi_elastic_org.resources.progress import ChangeProgress
from pulumi_elastic_org.review.text import NOTHING_CHANGED, PERSON_UNCHANGED, STOPPED_BEFORE_REMOVALS, refusal

Kind = Callable[[Change], bool]


NOBODY = Desired({}, authoritative=False)


def _everything(change: Change) -> bool:  # noqa: ARG001
    return True


@dataclass(frozen=True, slots=True)
class Request:
    """What one resource wants.

    Args:
        resource: What tells the resource from others of the phase.
        desired: The people; nobody where a resource of one person is deleted.
        applied: What the last apply left behind.
        guards: What this resource's guards allow.
        expires_in: How long its invitations last.
        manages: Whether a change is this resource's to make.
        one_person: Whether it is about one person only.
    """

    resource: str
    desired: Desired
    applied: Applied
    guards: Guards
    expires_in: str
    manages: Kind = _everything
    one_person: bool = False

    def plan(self, actual: Organization, claimed: frozenset[str]) -> Plan:
        """Returns what this resource would do to an organization.

        Args:
            actual: The organization as it is.
            claimed: Everybody whom the program declares, by `email_key`.
        """
        own = set(map(email_key, (*self.desired.people, *self.desired.undetermined)))
        desired = replace(self.desired, managed_elsewhere=self.desired.managed_elsewhere | (claimed - own))
        planned = plan(desired, actual, now(), self.applied)
        return replace(planned, changes=tuple(change for change in planned.changes if self.manages(change)))

    @property
    def unchanged(self) -> str:
        """How a refusal says that nothing was done."""
        return PERSON_UNCHANGED if self.one_person else NOTHING_CHANGED


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request.

    Args:
        planned: What was to be done.
        actual: The organization afterwards.
        done: What was carried out.
        unknown: What was sent, and may or may not have been carried out.
        invitations: The invitations that were sent, by e-mail address as declared.
        acknowledged: Of whom Elastic Cloud refused roles, as somebody has taken note of.
        error: Why not everything was done; ``None`` where it was.
    """

    planned: Plan
    actual: Organization
    done: tuple[Change, ...] = ()
    unknown: tuple[Change, ...] = ()
    invitations: Mapping[str, Invitation] = field(default_factory=dict)
    acknowledged: frozenset[str] = frozenset()
    error: Exception | None = None

    @property
    def touched(self) -> tuple[Change, ...]:
        """What was carried out, or may have been."""
        return (*self.done, *self.unknown)


def review(request: Request) -> tuple[Plan, Verdict]:
    """Plans a request and has the guards judge it, together with what the phase plans beside it.

    Args:
        request: Of one resource.
    """
    organization = live()
    actual = organization.read()
    planned = request.plan(actual, organization.claimed)
    together = organization.phase.add(request.resource, planned)
    verdict = judge_together(organization, request, planned, together, actual)
    reports = target_reports(planned, organization.look_up_targets(planned))
    return replace(planned, reports=(*planned.reports, *reports)), verdict


def converge(request: Request) -> Answer:
    """Plans and guards once more, then makes it so, in one batch with what other resources want at the same time.

    Args:
        request: Of one resource.

    Raises:
        CloudError: The API cannot be used.
        Failed: The API refuses it.
        Refused: The guards refuse.

    What is raised has changed nothing; where something was done before an error came, it is in the answer.
    """
    answer = batches.submit(request, in_company=request.one_person)
    if answer.error is not None and not answer.touched:
        raise answer.error
    return answer


def _carry_out(requests: Sequence[Request]) -> list[Answer]:
    batch = _Batch(live(), [_Asked(request) for request in requests])
    batch.plan()
    if any(not one.request.one_person or _takes(one.planned) for one in batch.asked):
        batch.look_again()
    for one in batch.asked:
        batch.judge(one, one.planned, [other.planned for other in batch.asked], one.request.unchanged, {})
    failure: Exception | None = None
    try:
        batch.apply()
    except Exception as error:  # everybody in the batch is told what became of theirs
        failure = error
    return [batch.answer(one, failure) for one in batch.asked]


batches: Batches[Request, Answer] = Batches(_carry_out)
"""Every change of people in this process."""


@dataclass(slots=True)
class _Asked:
    """A request on its way through a batch."""

    request: Request
    planned: Plan = field(init=False)
    refusal: Refused | None = None

    def own(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Those of the changes that this request asked for."""
        its = set(map(identity, self.planned.changes))
        return tuple(change for change in changes if identity(change) in its)


class _Batch:
    """Requests that are carried out together.

    Args:
        organization: Where.
        asked: The requests.
    """

    def __init__(self, organization: LiveOrganization, asked: Sequence[_Asked]) -> None:
        self.asked = asked
        self._organization = organization
        self._outcome = Outcome()
        self._before = organization.read()
        """The organization as it was last read."""

    def plan(self) -> None:
        """Plans every request for the organization as it was last read."""
        self._before = self._organization.read()
        for one in self.asked:
            one.planned = one.request.plan(self._before, self._organization.claimed)
            self._organization.phase.add(one.request.resource, one.planned)

    def look_again(self) -> None:
        """Reads the organization again, with who owns what in it, and plans anew."""
        self._organization.reread()
        self.plan()

    def judge(self, one: _Asked, its: Plan, together: Sequence[Plan], so_far: str, refused: Mapping[str, str]) -> None:
        """Has the guards judge one request in the light of all."""
        own = replace(its, changes=tuple(change for planned in together for change in planned.changes))
        resources = [other.request.resource for other in self.asked]
        everything = self._organization.phase.with_losses_of_others(own, resources)
        verdict = judge_together(self._organization, one.request, its, everything, self._before)
        if verdict.violations:
            people = {change.person for change in one.planned.changes}
            reasons = _reasons({person: reason for person, reason in refused.items() if person in people})
            one.refusal = Refused("\n".join([refusal(verdict, so_far), *reasons]))

    def apply(self) -> None:
        """Carries out what the guards let pass; what is taken away comes last."""
        agreed = [one for one in self.asked if one.refusal is None]
        changes = _each(change for one in agreed for change in one.planned.changes)
        lifetimes = {identity(change): one.request.expires_in for one in agreed for change in one.planned.changes}
        every = sorted(set(lifetimes.values()))
        for lifetime in every:
            part = tuple(
                change
                for change in changes
                if lifetime == (lifetimes[identity(change)] if isinstance(change, Invite | Reinvite) else every[-1])
            )
            if part:
                self._apply(agreed, replace(agreed[0].planned, changes=part), lifetime)

    def _apply(self, agreed: Sequence[_Asked], planned: Plan, expires_in: str) -> None:
        def replan(actual: Organization) -> Plan:
            self._before = actual
            plans = [one.request.plan(self._before, self._organization.claimed) for one in agreed]
            changes = _each(change for one in plans for change in one.changes)
            return replace(planned, changes=changes, reports=tuple(report for one in plans for report in one.reports))

        def guard(losses: Plan, refused: Mapping[str, str]) -> Plan:
            left = [replace(losses, changes=one.own(losses.changes)) for one in agreed]
            for one, its in zip(agreed, left, strict=True):
                self.judge(one, its, left, STOPPED_BEFORE_REMOVALS, refused)
            stopped = [one for one in agreed if one.refusal is not None]
            if len(stopped) == len(agreed) and stopped[0].refusal is not None:
                raise stopped[0].refusal
            return losses.without({change.person for one in stopped for change in one.planned.changes})

        overrides = {person: one for asked in agreed for person, one in asked.request.guards.overrides.items()}
        acknowledged = acknowledged_refusals(overrides)
        try:
            self._organization.apply(planned, self._outcome, expires_in, replan, guard, ChangeProgress(), acknowledged)
        finally:
            self._organization.phase.note_taken_out(self._outcome.done)

    def answer(self, one: _Asked, failure: Exception | None) -> Answer:
        """What became of one request."""
        outcome = self._outcome
        done = one.own(outcome.done)
        people = {change.person for change in one.planned.changes}
        refused = {person: reason for person, reason in outcome.refused.items() if person in people}
        error: Exception | None = one.refusal
        acknowledged = frozenset(one.change.person for one in outcome.acknowledged) & people
        unknown = one.own(outcome.unknown)
        settled = not unknown and _all_settled(one.planned, done, {*refused, *acknowledged})
        if error is None and failure is not None and not settled:
            error = failure
        if error is None and refused:
            error = Failed(_refused_text(one, refused))
        self._organization.phase.add(one.request.resource, replace(one.planned, changes=()))
        return Answer(
            one.planned,
            carried_out(self._before, outcome.done, outcome.invitations),
            done,
            unknown,
            {person: sent for person, sent in outcome.invitations.items() if person in people},
            acknowledged,
            error,
        )


def _refused_text(one: _Asked, refused: Mapping[str, str]) -> str:
    if one.request.one_person:
        reasons = "; ".join(f"{person}: {reason}" for person, reason in refused.items())
        return f"Elastic Cloud refused this change; mend it and run again: {reasons}"
    headline = (
        f"{len(refused)} of {len(one.planned.changes)} changes were refused by Elastic Cloud, the rest was done; "
        "mend these and run again:"
    )
    return "\n".join([headline, *_reasons(refused)])


def _reasons(refused: Mapping[str, str]) -> list[str]:
    """Why Elastic Cloud refused changes, a line a person."""
    return [f"  - {person}: {reason}" for person, reason in sorted(refused.items())]


def _each(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, each once: two rosters may mean to remove the same stranger."""
    return tuple({identity(change): change for change in changes}.values())


def _takes(planned: Plan) -> bool:
    """Whether a plan takes anything from anybody."""
    return any(isinstance(change, RemoveGrants | RemoveMember | CancelInvitation) for change in planned.changes)


def _all_settled(planned: Plan, done: Iterable[Change], refused: Set[str]) -> bool:
    settled = set(map(identity, done))
    return all(change.person in refused or identity(change) in settled for change in planned.changes)


def judge_together(
    organization: LiveOrganization, request: Request, planned: Plan, together: Plan, actual: Organization
) -> Verdict:
    """Returns what concerns one resource of what its guards say of everything that is planned.

    Args:
        organization: Where the guards find what they need to know.
        request: Of the resource.
        planned: What the resource would do.
        together: What all resources would do.
        actual: The organization that the plans were made from.
    """
    verdict = organization.judge(together if _takes(planned) else planned, actual, request.guards, request.applied)
    people = {email_key(change.person) for change in planned.changes}

    def concerns(person: str | None) -> bool:
        return bool(planned.removals) if person is None else email_key(person) in people

    return replace(
        verdict,
        violations=tuple(violation for violation in verdict.violations if concerns(violation.person)),
        waivers=tuple(waiver for waiver in verdict.waivers if concerns(waiver.violation.person)),
    )
