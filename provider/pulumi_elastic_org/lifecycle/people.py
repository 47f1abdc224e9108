"""Changes of people, planned, guarded and carried out together with those of every other resource in the phase.

The guards are about the organization: the last two administrators may not be demoted by two resources, one each, nor may four
rosters take out a few people each who are too many together. So what is planned is kept for the phase, every resource is judged in
its light, and one batch at a time goes from its last look at the organization to its last removal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pulumi_elastic_org.clock import now
from pulumi_elastic_org.lifecycle.batching import Batches
from pulumi_elastic_org.lifecycle.organization import LiveOrganization
from pulumi_elastic_org.model.changes import (
    Change,
    Plan,
    Removal,
    each_once,
)
from pulumi_elastic_org.model.comparison import Comparison, Delta, Known, compare
from pulumi_elastic_org.model.guard_settings import REVOKE, SKIP, Guards
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member, Organization, email_key
from pulumi_elastic_org.model.plan import plan_of
from pulumi_elastic_org.model.targets import target_reports, touched_targets
from pulumi_elastic_org.model.verdicts import (
    NOTHING_CHANGED,
    ONLY_REVIEWED,
    PERSON_UNCHANGED,
    SAME_ACCOUNT,
    Verdict,
    Violation,
    refused_people,
)
from pulumi_elastic_org.review.plan_log import JudgedPlan, in_drift_review

if TYPE_CHECKING:
    from pulumi_elastic_org.model.coverage import Coverage
    from pulumi_elastic_org.review.model import Finding

NOBODY = Desired({}, authoritative=False)


def _everybody(delta: Delta) -> bool:  # noqa: ARG001
    return True


def nobody_signed_on(members: Iterable[Member]) -> frozenset[str]:  # noqa: ARG001
    """Returns that no member has the roles that a single sign-on gave."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """What one resource wants.

    Args:
        resource: What tells the resource from others of the phase.
        desired: The people; nobody where a resource of one person is deleted.
        applied: What the last apply left behind.
        guards: What this resource's guards allow.
        expires_in: How long its invitations last.
        manages: Whether a person as they stand is this resource's concern.
        one_person: Whether it is about one person only.
        signed_on: Returns the members whose roles a single sign-on gave, by `email_key`: they are left alone.
    """

    resource: str
    desired: Desired
    applied: Applied
    guards: Guards
    expires_in: str
    manages: Callable[[Delta], bool] = _everybody
    one_person: bool = False
    signed_on: Callable[[Iterable[Member]], frozenset[str]] = nobody_signed_on

    def plan(self, actual: Organization, claimed: frozenset[str]) -> Plan:
        """Returns what this resource would do to an organization; arguments as for `compare`."""
        return plan_of(self.compare(actual, claimed))

    def compare(self, actual: Organization, claimed: frozenset[str]) -> Comparison:
        """Returns how the people whom this resource manages stand.

        Args:
            actual: The organization as it is.
            claimed: Everybody whom the program declares, by `email_key`.
        """
        own = set(map(email_key, (*self.desired.people, *self.desired.undetermined)))
        desired = self._heeding_sign_on(actual)
        desired = replace(desired, managed_elsewhere=desired.managed_elsewhere | (claimed - own))
        compared = compare(desired, actual, now(), self.applied)
        return replace(compared, deltas=tuple(filter(self.manages, compared.deltas)))

    def leaves(self, planned: Plan, verdict: Verdict) -> frozenset[str]:
        """Returns whom this resource leaves as they are, since they are refused and the settings say that the rest is done.

        Args:
            planned: What it would do.
            verdict: What the guards say of that.

        Returns:
            The people as the changes name them; nobody where a refusal stops everything.
        """
        alone = self.one_person or self.desired is NOBODY or self.guards.when_refused != SKIP
        if alone or any(one.guard == ONLY_REVIEWED for one in verdict.violations):
            return frozenset()
        return refused_people(planned, verdict.violations)

    def _heeding_sign_on(self, actual: Organization) -> Desired:
        """The people, of whom those count as managed by single sign-on who have the roles that a sign-on gave them."""
        declared = set(map(email_key, self.desired.people))
        given = self.signed_on(actual.members) & declared
        return replace(self.desired, single_sign_on=self.desired.single_sign_on | given)


def unchanged(*, one_person: bool) -> str:
    """Returns how a refusal says that nothing was done."""
    return PERSON_UNCHANGED if one_person else NOTHING_CHANGED


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
        skipped: What the guards refused, where the rest was done.
        error: Why not everything was done; ``None`` where it was.
    """

    planned: Plan
    actual: Organization
    done: tuple[Change, ...] = ()
    unknown: tuple[Change, ...] = ()
    invitations: Mapping[str, Invitation] = field(default_factory=dict)
    acknowledged: frozenset[str] = frozenset()
    skipped: tuple[Change, ...] = ()
    error: Exception | None = None

    @property
    def touched(self) -> tuple[Change, ...]:
        """What was carried out, or may have been."""
        return (*self.done, *self.unknown)


class People:
    """What the resources of one phase do with people.

    Args:
        organization: Where.
        at_once: As for `Batches`.
        say: Shows lines to a person.
    """

    def __init__(self, organization: LiveOrganization, at_once: int | None, say: Callable[[str], None]) -> None:
        self.organization = organization
        self._all_travel = at_once is None
        self.say = say
        self.plans = Plans()
        self.skipped: set[Violation] = set()
        """Why people were left as they are, as it was told already."""
        self._lock = threading.Lock()
        self._claimed: frozenset[str] = frozenset()
        self._in_rosters: frozenset[str] = frozenset()
        self._declared: dict[str, str] = {}
        """By which address the program declares each account, by user id."""
        self._batches: Batches[Request, Answer] = Batches(self._carry_out, at_once)

    def claim(self, people: Iterable[str], *, in_roster: bool) -> None:
        """Notes people whom the program declares, so that whatever else lets go of them in this phase does not remove them.

        Args:
            people: E-mail addresses.
            in_roster: Whether a roster declares them.
        """
        keys = frozenset(map(email_key, people))
        with self._lock:
            self._claimed |= keys
            if in_roster:
                self._in_rosters |= keys

    @property
    def claimed(self) -> frozenset[str]:
        """Everybody whom the program was seen to declare in this phase, by `email_key`."""
        return self._claimed

    @property
    def in_rosters(self) -> frozenset[str]:
        """Everybody whom a roster of the program was seen to declare in this phase, by `email_key`."""
        return self._in_rosters

    def in_company(self, *, one_person: bool) -> bool:
        """Whether further requests are likely to come beside one of a resource.

        Where the program cannot tell a roster whom other resources manage, a roster waits for them, too, to be declared.

        Args:
            one_person: Whether the resource is about one person.
        """
        return one_person or self._all_travel

    def expect(self, *, one_person: bool) -> None:
        """Notes that requests are likely to follow; argument as for `in_company`."""
        if self.in_company(one_person=one_person):
            self._batches.expect()

    def plan(self, request: Request, actual: Organization) -> Plan:
        """Returns what a resource would do.

        Args:
            request: Of the resource.
            actual: The organization as it is.
        """
        return self._with_keys(request, request.plan(actual, self.claimed), actual)

    def _with_keys(self, request: Request, planned: Plan, actual: Organization) -> Plan:
        """The plan, with what is done about the API keys of those who leave; nobody asks for keys where nobody does."""
        setting = request.guards.keys_of_leavers
        if setting != REVOKE and not planned.leavers:
            return planned
        from pulumi_elastic_org.model.leavers import departed, with_keys  # noqa: PLC0415 - only where somebody leaves

        gone = departed(request.desired, request.applied, actual) if setting == REVOKE else {}
        gone = {user_id: person for user_id, person in gone.items() if person not in self.claimed}
        if not gone and not planned.leavers:
            return planned
        return with_keys(planned, setting, gone, self.organization.keys())

    def review(self, request: Request, part: str) -> JudgedPlan:
        """Plans a request and has the guards judge it, together with what the phase plans beside it.

        Args:
            request: Of one resource.
            part: What tells the resource from others of the same organization.
        """
        actual = self.organization.read()
        compared = request.compare(actual, self.claimed)
        planned = self._with_keys(request, plan_of(compared), actual)
        planned, verdict = self._judged(request, planned, actual)
        verdict = replace(verdict, violations=(*verdict.violations, *self._declared_twice(compared)))
        reports = target_reports(planned, self.organization.look_up_targets(planned))
        planned = replace(planned, reports=(*planned.reports, *reports))
        found: tuple[Finding, ...] = ()
        looked_at: Coverage | None = None
        if in_drift_review():
            # only a drift review finds
            from pulumi_elastic_org.model.coverage import coverage  # noqa: PLC0415
            from pulumi_elastic_org.review.findings import find  # noqa: PLC0415

            found = find(compared, planned, verdict, request.guards.owner_tag)
            looked_at = coverage(compared, actual)
        targets = touched_targets(planned.changes).union(*(finding.targets for finding in found))
        return JudgedPlan(planned, verdict, found, part, self.organization.target_names(targets), looked_at)

    def _declared_twice(self, compared: Comparison) -> Iterator[Violation]:
        """Yields who is declared by another address already: an account keeps the addresses that it was known by, and two
        resources would undo each other's roles. That nobody claims an address twice is seen without the organization."""
        for delta in compared.deltas:
            if delta.known is Known.DECLARED and isinstance(delta.live, Member):
                with self._lock:
                    earlier = self._declared.setdefault(delta.live.user_id, delta.person)
                if email_key(earlier) != email_key(delta.person):
                    yield Violation(
                        SAME_ACCOUNT,
                        delta.person,
                        f"is the account that another resource declares as {earlier} (user {delta.live.user_id}), and they "
                        "would undo each other's roles",
                        "Take the one that is no longer the person's address out of the program; if it is somebody else's now, "
                        "declare it again, as a Member of its own, once that is applied.",
                    )

    def _judged(self, request: Request, planned: Plan, actual: Organization) -> tuple[Plan, Verdict]:
        """What is left of a plan once whoever is refused is left alone, if that is to be, and what the guards say of it."""
        skipped: tuple[Violation, ...] = ()
        while True:
            together = self.plans.add(request.resource, planned)
            verdict = judge_together(self.organization, request, planned, together, actual)
            left_alone = request.leaves(planned, verdict)
            if not left_alone:
                self.skipped.update(skipped)
                return planned, replace(verdict, skipped=skipped)
            skipped += verdict.violations
            planned = planned.without(left_alone)

    def converge(self, request: Request) -> Answer:
        """Plans and guards once more, then makes it so, in one batch with what other resources want at the same time.

        Args:
            request: Of one resource.

        Raises:
            CloudError: The API cannot be used.
            Failed: The API refuses it.
            Refused: The guards refuse.

        What is raised has changed nothing; where something was done before an error came, it is in the answer.
        """
        answer = self._batches.submit(request, in_company=self.in_company(one_person=request.one_person))
        if answer.error is not None and not answer.touched:
            raise answer.error
        return answer

    def _carry_out(self, requests: Sequence[Request]) -> list[Answer]:
        from pulumi_elastic_org.lifecycle.batch import carry_out  # noqa: PLC0415 - a preview applies nothing

        return carry_out(self, requests)


class Plans:
    """The plans of a phase by resource, and who has been taken out in it already."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: dict[str, Plan] = {}
        self._taken_out: tuple[Change, ...] = ()
        self._headcount: int | None = None

    def add(self, resource: str, planned: Plan) -> Plan:
        """Takes in what a resource means to do, in place of what it meant to do before, and returns all that is planned.

        Args:
            resource: What tells the resource from others.
            planned: What it means to do; nothing once it has done it.
        """
        with self._lock:
            if self._headcount is None:
                self._headcount = planned.headcount
            self._plans[resource] = planned
            every = (change for plan in self._plans.values() for change in plan.changes)
            return self._with_taken_out(planned, every)

    def note_taken_out(self, done: Iterable[Change]) -> None:
        """Counts those who were removed, or whose invitation was cancelled, for the rest of the phase.

        Args:
            done: What was carried out; what is noted already counts once.
        """
        with self._lock:
            self._taken_out = each_once([*self._taken_out, *(one for one in done if isinstance(one, Removal))])

    def takes_out(self, person: str) -> bool:
        """Whether any resource means to take somebody out, or has done so in this phase.

        Args:
            person: By `email_key`.
        """
        with self._lock:
            changes = [*self._taken_out, *(change for plan in self._plans.values() for change in plan.changes)]
        return any(isinstance(change, Removal) and email_key(change.person) == person for change in changes)

    def with_losses_of_others(self, own: Plan, resources: Iterable[str]) -> Plan:
        """Returns a plan together with what all others mean to take away, for the guards to judge it by.

        What others mean to give does not count, since it has not been given: the last administrator is not let go for it.

        Args:
            own: What some resources are about to do.
            resources: Which ones.
        """
        its = set(resources)
        with self._lock:
            others = (plan.losses for resource, plan in self._plans.items() if resource not in its)
            return self._with_taken_out(own, [*own.changes, *(loss for losses in others for loss in losses)])

    def _with_taken_out(self, plan: Plan, changes: Iterable[Change]) -> Plan:
        """The plan with these changes, each once; counted against the people that there were when the phase began."""
        each = each_once([*self._taken_out, *changes])
        return replace(plan, changes=each, headcount=self._headcount or plan.headcount)


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
    verdict = organization.judge(together if planned.losses else planned, actual, request.guards, request.applied)
    people = {email_key(change.person) for change in planned.changes}

    def concerns(person: str | None) -> bool:
        return bool(planned.removals) if person is None else email_key(person) in people

    return replace(
        verdict,
        violations=tuple(violation for violation in verdict.violations if concerns(violation.person)),
        waivers=tuple(waiver for waiver in verdict.waivers if concerns(waiver.person)),
    )
