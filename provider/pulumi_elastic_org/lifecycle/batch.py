"""What one batch of requests does: planned from one look, judged by the sum, carried out together, from its last look at the
organization to its last removal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.apply.supervisor import Supervisor
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.clock import Pace
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.people import Answer, People, Request, judge_together, unchanged
from pulumi_elastic_org.model.changes import (
    Change,
    Invite,
    Plan,
    Reinvite,
    Removal,
    each_once,
    identity,
)
from pulumi_elastic_org.model.guards import acknowledged_refusals
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.people import Organization
from pulumi_elastic_org.model.targets import touched_targets, with_names
from pulumi_elastic_org.model.verdicts import (
    STOPPED_BEFORE_REMOVALS,
    refusal,
    shared,
)
from pulumi_elastic_org.process import EngineWatch


def carry_out(people: People, requests: Sequence[Request]) -> list[Answer]:
    """Plans and guards requests once more, and carries them out together.

    Args:
        people: What the phase does with people.
        requests: One a resource.
    """
    batch = _Batch(people, [_Asked(request) for request in requests])
    batch.plan()
    if any(not one.request.one_person or one.planned.losses for one in batch.asked):
        batch.look_again()
    for one in batch.asked:
        batch.judge(
            one,
            one.planned,
            [other.planned for other in batch.asked if other is not one],
            unchanged(one_person=one.request.one_person),
            {},
        )
    failure: Exception | None = None
    try:
        batch.apply()
    except Exception as error:  # everybody in the batch is told what became of theirs
        failure = error
    return [batch.answer(one, failure) for one in batch.asked]


@dataclass(slots=True)
class _Asked:
    """A request on its way through a batch."""

    request: Request
    planned: Plan = field(init=False)
    refusal: Refused | None = None
    skipped: tuple[Change, ...] = ()

    @property
    def left_alone(self) -> frozenset[str]:
        """Whom the guards refuse to touch, where the rest is done."""
        return frozenset(change.person for change in self.skipped)

    def own(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Those of the changes that this request asked for."""
        its = set(map(identity, self.planned.changes))
        return tuple(change for change in changes if identity(change) in its)


class _Batch:
    """Requests that are carried out together.

    Args:
        people: What the phase does with people.
        asked: The requests.
    """

    def __init__(self, people: People, asked: Sequence[_Asked]) -> None:
        self.asked = asked
        self._people = people
        self.organization = people.organization
        self._outcome = Outcome()
        self._before = people.organization.read()
        """The organization as it was last read."""

    def plan(self) -> None:
        """Plans every request for the organization as it was last read."""
        self._before = self.organization.read()
        for one in self.asked:
            one.planned = self._people.plan(one.request, self._before)
            self._people.plans.add(one.request.resource, one.planned)

    def look_again(self) -> None:
        """Reads the organization again, with who owns what in it, and plans anew."""
        self.organization.reread()
        self.plan()

    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        """Reads the organization again, for a while also again and again until the read is enough."""
        self._before = self.organization.reread_until(enough)
        return self._before

    def replan(self, asked: Sequence[_Asked], actual: Organization) -> Iterator[Plan]:
        """Plans some of the requests for the organization as it is now."""
        return (self._people.plan(one.request, actual).without(one.left_alone) for one in asked)

    def judge(self, one: _Asked, its: Plan, others: Sequence[Plan], so_far: str, refused: Mapping[str, str]) -> None:
        """Has the guards judge one request in the light of all, and leaves out whoever is refused where the rest is to be done."""
        beside = tuple(change for planned in others for change in planned.changes)
        resources = [other.request.resource for other in self.asked]
        while True:
            everything = self._people.plans.with_losses_of_others(
                replace(its, changes=(*its.changes, *beside)), resources
            )
            verdict = judge_together(self.organization, one.request, its, everything, self._before)
            left_alone = one.request.leaves(its, verdict)
            if not left_alone:
                break
            for told in shared(each for each in verdict.violations if each not in self._people.skipped):
                self._people.say(f"  ! skipped: {told}")
            self._people.skipped.update(verdict.violations)
            one.skipped += tuple(change for change in one.planned.changes if change.person in left_alone)
            one.planned, its = one.planned.without(left_alone), its.without(left_alone)
            self._people.plans.add(one.request.resource, one.planned)
        if verdict.violations:
            people = {change.person for change in one.planned.changes}
            reasons = _reasons({person: reason for person, reason in refused.items() if person in people})
            named = [self._named("\n".join(reasons), one.planned.changes)] if reasons else []
            one.refusal = Refused("\n".join([refusal(verdict, so_far), *named]))

    def _named(self, text: str, changes: Iterable[Change]) -> str:
        """Text for people about changes, in which names of deployments and projects stand for their ids."""
        return with_names(text, self.organization.target_names(touched_targets(changes)))

    def apply(self) -> None:
        """Carries out what the guards let pass; what is taken away comes last."""
        agreed = [one for one in self.asked if one.refusal is None]
        changes = each_once(change for one in agreed for change in one.planned.changes)
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
        trail = AuditTrail(planned.organization_id)
        supervisor = _Supervisor(self, agreed, planned, trail, self._people.say)
        try:
            Applier(self.organization.organizations, expires_in, supervisor, planned, self._outcome).apply()
        except BaseException as error:
            self.organization.forget()  # what was written before it failed is not known
            trail.stop(str(error) if isinstance(error, ActionableError | Failed | Refused) else type(error).__name__)
            told = {identity(one.change) for one in self._outcome.refusals}
            for change in (one for one in self._outcome.unknown if identity(one) not in told):
                trail.stop(f"{change.verb}: whether it was done is not known", change.person)
            raise
        finally:
            self._people.plans.note_taken_out(self._outcome.done)
        for one in self._outcome.acknowledged:
            self._people.say(self._named(f"  ! {one.change.person}: {one}", [one.change]))
        self.organization.note(self._outcome)

    def answer(self, one: _Asked, failure: Exception | None) -> Answer:
        """What became of one request."""
        outcome = self._outcome
        done = one.own(outcome.done)
        people = {change.person for change in one.planned.changes}
        refused = {person: reason for person, reason in outcome.refused.items() if person in people}
        error: Exception | None = one.refusal
        acknowledged = frozenset(one.change.person for one in outcome.acknowledged) & people
        unknown = one.own(outcome.unknown)
        if failure is not None:  # nobody has looked: whoever was answered to be taken out may still be there
            unknown = (*unknown, *(change for change in done if isinstance(change, Removal)))
            done = tuple(change for change in done if not isinstance(change, Removal))
        settled = not unknown and _all_settled(one.planned, done, {*refused, *acknowledged})
        if error is None and failure is not None and not settled:
            error = failure
        if error is None and refused:
            error = Failed(self._named(_refused_text(one, refused), one.planned.changes))
        self._people.plans.add(one.request.resource, replace(one.planned, changes=()))
        return Answer(
            one.planned,
            outcome.after(self._before),
            done,
            unknown,
            {person: sent for person, sent in outcome.invitations.items() if person in people},
            acknowledged,
            one.skipped,
            error,
        )


class _Supervisor(Supervisor):
    """Holds what is applied to what its requests want, and to what the guards let pass.

    Args:
        batch: Of which they are a part.
        agreed: The requests that the guards let pass so far.
        planned: What they want.
        trail: Takes what became of each change.
        say: Shows lines to a person.
    """

    def __init__(
        self, batch: _Batch, agreed: Sequence[_Asked], planned: Plan, trail: AuditTrail, say: Callable[[str], None]
    ) -> None:
        self._batch = batch
        self._agreed = agreed
        self._planned = planned
        self._trail = trail
        self._engine = EngineWatch.of_this_process()
        self._pace = Pace(say)
        self.looked_at = batch.organization.looked_at
        overrides = {person: one for asked in agreed for person, one in asked.request.guards.overrides.items()}
        self.acknowledged = acknowledged_refusals(overrides, planned.made_at)

    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        return self._batch.look(enough)

    def replan(self, actual: Organization) -> Plan:
        plans = list(self._batch.replan(self._agreed, actual))
        changes = each_once(change for one in plans for change in one.changes)
        return replace(self._planned, changes=changes, reports=tuple(report for one in plans for report in one.reports))

    def guard(self, losses: Plan, refused: Mapping[str, str]) -> Plan:
        left = [replace(losses, changes=one.own(losses.changes)) for one in self._agreed]
        for number, (one, its) in enumerate(zip(self._agreed, left, strict=True)):
            self._batch.judge(one, its, [*left[:number], *left[number + 1 :]], STOPPED_BEFORE_REMOVALS, refused)
        stopped = [one for one in self._agreed if one.refusal is not None]
        if len(stopped) == len(self._agreed) and stopped[0].refusal is not None:
            raise stopped[0].refusal
        left_alone = {person for one in self._agreed for person in one.left_alone}
        return losses.without(left_alone | {change.person for one in stopped for change in one.planned.changes})

    def before_writes(self) -> None:
        self._engine.check()

    def progress(self, verb: str, done: int, total: int, person: str) -> None:
        self._pace.tell(f"  {verb}: {done} of {total} done, the last of them {person}")

    def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        organization = self._batch.organization
        names = organization.target_names(touched_targets([change])) if self._trail.is_kept else {}
        waivers = organization.waivers(change.person)
        self._trail.record(change, refusal, waivers, failed=failed, target_names=names)


def _refused_text(one: _Asked, refused: Mapping[str, str]) -> str:
    if one.request.one_person:
        reasons = "; ".join(f"{person}: {reason}" for person, reason in refused.items())
        return f"this change could not be made; see to it and run again: {reasons}"
    how_many = f"{len(refused)} of {len(one.planned.changes)} changes"
    headline = f"{how_many} could not be made, the others were; see to these and run again:"
    return "\n".join([headline, *_reasons(refused)])


def _reasons(refused: Mapping[str, str]) -> list[str]:
    """Why Elastic Cloud refused changes, a line a person."""
    return [f"  - {person}: {reason}" for person, reason in sorted(refused.items())]


def _all_settled(planned: Plan, done: Iterable[Change], refused: Set[str]) -> bool:
    settled = set(map(identity, done))
    return all(change.person in refused or identity(change) in settled for change in planned.changes)
