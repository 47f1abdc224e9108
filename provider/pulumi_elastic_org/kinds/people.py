"""What the kinds of resources share that declare people: `Roster`, `Member`, `Invitation`.

========== ============================================ ==========================================================
phase      the engine calls                             and this does
========== ============================================ ==========================================================
preview    check(old inputs, new), diff(old state, new) reads live once; plans, prints, guards; writes nothing
update     the same, then create or update              reads, plans and guards again, applies; equal requests travel together
update     delete, after everything else                lets go of whom the program still declares; else as in destroy
refresh    read, then diff(state as read, OLD inputs)   returns live people as inputs; that diff stays silent
destroy    delete                                       a roster is let go; of others, guards, then ends what they made
========== ============================================ ==========================================================

Only ``diff`` is given what the last apply left behind, so what exists is planned there, after ``check`` has validated the same
inputs in the same phase; what is new has no such past, and is planned in ``check``.

Pulumi calls delete in no preview: what the guards refuse there is refused when it is applied. `elastic-org preview` and `destroy`
look ahead (see `kinds.removals`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar

from pulumi_elastic_org.kinds.declaration import Declaration
from pulumi_elastic_org.lifecycle.interface import Checked, Difference, Kind, Refused, State, Unfinished
from pulumi_elastic_org.lifecycle.people import Answer, Request, nobody_signed_on, unchanged
from pulumi_elastic_org.lifecycle.properties import (
    Properties,
    Property,
    PropertyError,
    Type,
    invalid,
)
from pulumi_elastic_org.model.changes import Invite, Reinvite
from pulumi_elastic_org.model.comparison import Delta
from pulumi_elastic_org.model.guard_settings import SETTINGS, SettingType
from pulumi_elastic_org.model.people import (
    INVITATION_LIFE,
    MAX_RESENDS,
    NOTHING_APPLIED,
    Applied,
    Desired,
    Member,
    Organization,
    email_key,
)
from pulumi_elastic_org.model.verdicts import Verdict, refusal
from pulumi_elastic_org.review.plan_log import JudgedPlan, in_drift_review, log_plan

_GUARD_TYPES = {
    SettingType.SHARE: Type.COUNT_OR_TEXT,
    SettingType.COUNT: Type.COUNT,
    SettingType.TAG: Type.TEXT,
    SettingType.FLAG: Type.FLAG,
    SettingType.KEYS: Type.TEXT,
    SettingType.REFUSED: Type.TEXT,
    SettingType.ADDRESSES: Type.LIST,
    SettingType.DOMAINS: Type.LIST,
}
GUARDS = tuple(
    Property(one.name, _GUARD_TYPES[one.type], one.description, default=one.default, early=True) for one in SETTINGS
)

HOW_PEOPLE_ARE_MANAGED = (
    Property(
        "max_resends",
        Type.COUNT,
        "How often an expired invitation is sent again before it is only reported.",
        default=MAX_RESENDS,
        early=True,
    ),
    Property(
        "expires_in",
        Type.TEXT,
        'How long invitations last, as Elastic writes durations, for instance ``"72h"`` or ``"7d"``.',
        default=INVITATION_LIFE,
        early=True,
    ),
    Property(
        "guards", Type.OBJECT, "What the guards allow, where it differs from the defaults.", fields=GUARDS, early=True
    ),
    Property(
        "overrides",
        Type.MAP,
        "Guards that are overridden: ``GUARD, GUARD: REASON``, or ``GUARD until 2027-03-31: REASON``, by e-mail address.",
        early=True,
    ),
    Property(
        "organization_id", Type.TEXT, "Which organization this must be; the one that the settings lead to by default."
    ),
    Property(
        "role_mappings",
        Type.FLAG,
        "Whether members are left alone whose roles a role mapping gave at their last single sign-on; it costs one call.",
        early=True,
    ),
)
"""What the table of each of them has."""


class PeopleKind(Kind):
    """Makes people what a resource declares.

    Attributes:
        one_person: Whether it is about one person only, and leaves everybody else alone.
    """

    one_person: ClassVar[bool]

    def check(self, olds: Properties, news: Properties) -> Checked:
        self.phase.people.expect(one_person=self.one_person)
        try:
            if wrong := [f"{path}: {what}" for path, what in invalid(self.properties, news)]:
                raise PropertyError(wrong)
            declaration = self._declared(news)
            if other := self.elsewhere(olds, news):
                return Checked(dict(news), (other,))
            inputs, declaration = self.resolve(news, declaration)
        except PropertyError as error:
            return Checked(dict(news), (str(error),))
        desired = declaration.desired
        if taken_out := self._taken_out(desired):
            return Checked(dict(news), (taken_out,))
        self.phase.people.claim((*desired.people, *desired.undetermined), in_roster=not self.one_person)
        actual = self.phase.organization.read()
        inputs["organization_id"] = actual.id
        drift = None if self.phase.reads_first else self.drift(olds, inputs, declaration, actual)
        if drift is not None:
            inputs["drift"] = drift
        if not olds:
            verdict = self._review(self._asked(inputs, declaration, NOTHING_APPLIED)).verdict
            if verdict.violations and not in_drift_review():
                return Checked(inputs, (self._refusal(verdict),))
        return Checked(inputs)

    def diff(self, id_: str, olds: Properties, news: Properties) -> Difference:
        found = super().diff(id_, olds, news)
        if found.replaces:
            return found
        declaration, applied = self.declare(news), self.applied(olds)
        request = self._asked(news, declaration, applied)
        if self.phase.was_checked(news):
            judged = self._review(request)
            planned = judged.plan
            if judged.verdict.violations and not in_drift_review():
                raise Refused(self._refusal(judged.verdict))
        else:
            planned = request.plan(self.phase.organization.read(), self.phase.people.claimed)
        other_people = self.declares_others(olds, news, declaration, applied)
        return Difference(bool(planned.changes or declaration.desired.undetermined or other_people or found.changes))

    def create(self, inputs: Properties) -> State:
        return self.update(self.id(inputs), {}, inputs)

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        """Reads, plans and guards once more, then makes the organization what the inputs declare."""
        declaration, applied = self.declare(news), self.applied(olds) if olds else NOTHING_APPLIED
        answer = self.phase.people.converge(self._asked(news, declaration, applied))
        outputs = self.outputs(news, declaration, applied, answer)
        if answer.error is None:
            return State(id_, {**self.kept(news), **outputs})
        raise Unfinished(answer.error, id_, {**(olds or self.kept(news)), **outputs})

    def foresee(self, inputs: Properties, outputs: Properties) -> dict[str, Any]:
        from pulumi_elastic_org.model.effects import carried_out  # noqa: PLC0415 - only where something changes

        declaration, applied = self.declare(inputs), self.applied(outputs) if outputs else NOTHING_APPLIED
        actual = self.phase.organization.read()
        planned = self._asked(inputs, declaration, applied).plan(actual, self.phase.people.claimed)
        answer = Answer(planned, carried_out(actual, planned.changes, {}), planned.changes)
        found = self.outputs(inputs, declaration, applied, answer)
        invited = [one.person for one in planned.changes if isinstance(one, Invite | Reinvite)]
        return {**self.kept(inputs), **found, **self.unforeseen(declaration.desired, invited, found)}

    def lets_go(self, outputs: Properties) -> bool:
        return self.removal(outputs, self.phase.people.in_rosters) is None

    def delete(self, id_: str, outputs: Properties) -> None:
        request = self.removal(outputs, self.phase.people.in_rosters)
        if request is None:
            self.phase.say(self.let_go(id_, outputs))
            return
        answer = self.phase.people.converge(request)
        if answer.error is not None:
            raise answer.error  # the resource stays, and so does what is known of its people
        for line in self.farewell(outputs, answer):
            self.phase.say(line)

    def signed_on(self, properties: Properties) -> Callable[[Iterable[Member]], frozenset[str]]:
        """Returns what tells the members whose roles the role mappings gave at a single sign-on, by `email_key`.

        Args:
            properties: Inputs or outputs; where they name no role mappings, these are nobody.
        """
        if not properties.get("role_mappings"):
            return nobody_signed_on
        from pulumi_elastic_org.kinds.sign_on import SignOn  # noqa: PLC0415 - only where there are role mappings
        from pulumi_elastic_org.model.role_mappings import signed_on  # noqa: PLC0415

        return partial(signed_on, mappings=SignOn.of(self.phase).live_mappings())

    def _asked(self, inputs: Properties, declaration: Declaration, applied: Applied) -> Request:
        return replace(self.request(inputs, declaration, applied), signed_on=self.signed_on(inputs))

    def refused_delete(self, outputs: Properties) -> str | None:
        request = self.removal(outputs, self.phase.people.in_rosters)
        if request is None:
            return None
        verdict = self.phase.people.review(request, request.resource).verdict
        return self._refusal(verdict) if verdict.violations else None

    def _declared(self, news: Properties) -> Declaration:
        """What a program declares, once everything that it wrote is fine."""
        mistakes = [*self.mistakes(news)]
        try:
            declaration = self.declare(news)
        except PropertyError as error:
            mistakes += error.mistakes
        if mistakes:
            raise PropertyError(mistakes)
        return declaration

    def _review(self, request: Request) -> JudgedPlan:
        """Plans, guards and prints."""
        people = "\n".join(sorted(map(email_key, (*request.desired.people, *request.desired.undetermined))))
        judged = self.phase.people.review(request, sha256(people.encode()).hexdigest())
        if not log_plan(judged) and (text := self.shown(judged)):
            self.phase.say(text)
        return judged

    def shown(self, judged: JudgedPlan) -> str:
        """Returns a plan as a person reads it."""
        from pulumi_elastic_org.review.model import review_plan  # noqa: PLC0415 - only where something is shown
        from pulumi_elastic_org.review.render.text import change_lines, organization_lines  # noqa: PLC0415

        lines = change_lines if self.one_person else organization_lines
        return "\n".join(lines(review_plan(judged)))

    def _taken_out(self, desired: Desired) -> str | None:
        """Why a person cannot be declared beside a roster that was compared before, and did not know of it."""
        people = (*desired.people, *desired.undetermined)
        if not self.one_person or not any(self.phase.people.plans.takes_out(email_key(one)) for one in people):
            return None
        return (
            f"{people[0]} is taken out by an authoritative roster of the same program, which does not know of this {self.what}: "
            "name them in the roster's managed_elsewhere"
        )

    def _refusal(self, verdict: Verdict) -> str:
        return refusal(verdict, unchanged(one_person=self.one_person))

    @abstractmethod
    def id(self, inputs: Properties) -> str:
        """Returns the id of a resource that is made."""

    @abstractmethod
    def declare(self, inputs: Properties) -> Declaration:
        """Reads inputs, and finds every mistake in them.

        Args:
            inputs: Some may be Pulumi's marker for what a preview does not know yet.

        Raises:
            PropertyError: Something is wrong; all of it is named at once.
        """

    def resolve(self, inputs: Properties, declaration: Declaration) -> tuple[dict[str, Any], Declaration]:
        """Returns inputs resolved for this moment, and what they declare.

        Args:
            inputs: As they are written.
            declaration: What `declare` read of them.

        Raises:
            PropertyError: A name is nobody's or of several.
        """
        return dict(inputs), declaration

    @abstractmethod
    def applied(self, outputs: Properties) -> Applied:
        """Reads what the last apply left in state."""

    @abstractmethod
    def drift(self, olds: Properties, news: Properties, declaration: Declaration, actual: Organization) -> object:
        """Returns live roles that are neither declared now nor were before, so that a preview shows them and an update plan binds
        them; ``None`` where there are none."""

    @abstractmethod
    def declares_others(self, olds: Properties, news: Properties, declaration: Declaration, applied: Applied) -> bool:
        """Whether other people, or other roles, are declared than were applied."""

    def manages(self, delta: Delta) -> bool:
        """Whether a person as they stand is this kind of resource's concern."""
        return True

    @abstractmethod
    def request(self, inputs: Properties, declaration: Declaration, applied: Applied) -> Request:
        """Returns what the resource wants."""

    @abstractmethod
    def removal(self, outputs: Properties, in_rosters: frozenset[str]) -> Request | None:
        """Returns what deleting the resource asks for; ``None`` where it is only let go.

        Args:
            outputs: The resource's, as the last update left them.
            in_rosters: Whom rosters of the program declare, by `email_key`.
        """

    @abstractmethod
    def unforeseen(self, desired: Desired, invited: Collection[str], found: Properties) -> dict[str, Any]:
        """Returns the outputs that are not known before an update, with Pulumi's marker in the place of what is not.

        Args:
            desired: What is declared.
            invited: Who will be invited, by the address as declared.
            found: The outputs as if the update were done, and no invitation sent.
        """

    def let_go(self, id_: str, outputs: Properties) -> str:
        """Returns what is said when the resource is only let go."""
        raise NotImplementedError

    @abstractmethod
    def farewell(self, outputs: Properties, answer: Answer) -> Iterator[str]:
        """Yields what is said once `removal` is done."""

    @abstractmethod
    def outputs(self, inputs: Properties, declaration: Declaration, applied: Applied, answer: Answer) -> dict[str, Any]:
        """Returns the outputs that say who is managed and how they stand, beside the inputs that are kept.

        Args:
            inputs: As the engine gives them.
            declaration: What they declare.
            applied: What the apply before left behind.
            answer: What was done.
        """
