"""An organization on the emulator, and plans carried out in it in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pulumi_elastic_org.apply import Applier
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.changes import Change, Plan
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.ownership import Ownership
from pulumi_elastic_org.model.people import Applied, Desired, Organization
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.verdicts import Guards, Situation
from pulumi_elastic_org.resources.failures import Refused
from pulumi_elastic_org.review.text import refusal
from tests.support.acme import ADMIN_KEY, Acme
from tests.support.builders import NOW
from tests.support.scripted import FakeTime


class Apply:
    """Applies of what is desired to an organization in which everybody is managed; the guards count administrators.

    Args:
        acme: The organization.

    Attributes:
        recorded: The verb and the person of each change that was done, and ``refused`` or ``failed`` with the person for each
            other.
        before_writes: Called before each batch of writes.
        min_admins: How many administrators the guards want.
        outcome: Of the last apply, also of one that failed.
        acknowledged: Of whom it is taken note that the API refuses roles, and why.
    """

    def __init__(self, acme: Acme) -> None:
        self._acme = acme
        self._session = Session(
            acme.emulator.endpoint, ADMIN_KEY, warn=lambda _: None, patience=FakeTime().patience(attempts=3)
        )
        self._organizations = Organizations(self._session)
        self.recorded: list[tuple[str, str]] = []
        self.before_writes: Callable[[], None] = lambda: None
        self.min_admins = 1
        self.outcome = Outcome()
        self.acknowledged: Mapping[str, str] = {}

    def plan(self, desired: Desired) -> Plan:
        """A fresh plan, which the guards let pass."""
        return self._guard(self._replan(desired, self._read()), {})

    def __call__(self, desired: Desired, planned: Plan | None = None) -> Outcome:
        """Carries out a plan, by default a fresh one."""
        applier = Applier(
            self._organizations,
            expires_in="72h",
            look=lambda enough: self._session.patiently(self._read, enough),
            replan=lambda actual: self._replan(desired, actual),
            guard=self._guard,
            before_writes=self._about_to_write,
            progress=lambda *_: None,
            record=self._record,
            acknowledged=self.acknowledged,
        )
        planned = planned or self.plan(desired)
        self.outcome = Outcome()
        applier.apply(planned, self.outcome)
        return self.outcome

    def roles(self) -> dict[str | None, str]:
        """Who is a member, with which roles."""
        return {member.email: format_grants(member.grants) for member in self._read().members}

    def _read(self) -> Organization:
        return self._organizations.read(self._acme.id)

    def _replan(self, desired: Desired, actual: Organization) -> Plan:
        people = [str(member.email) for member in actual.members] + [one.email for one in actual.invitations]
        return plan(desired, actual, NOW, Applied(dict.fromkeys(people, "no roles")))

    def _guard(self, planned: Plan, _refused: Mapping[str, str]) -> Plan:
        settings = Guards(max_removals="100%", min_admins=self.min_admins)
        verdict = judge(Situation(planned, self._read(), settings, "somebody-else", Ownership({}, ())))
        if verdict.violations:
            raise Refused(refusal(verdict))
        return planned

    def _about_to_write(self) -> None:
        self.before_writes()

    def _record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        self.recorded.append(("failed" if failed else change.verb if refusal is None else "refused", change.person))
