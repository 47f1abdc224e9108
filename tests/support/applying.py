"""An organization on the emulator, and plans carried out in it in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.apply.supervisor import Supervisor
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.model.changes import Change, Plan
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.guard_settings import Guards
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.ownership import Ownership
from pulumi_elastic_org.model.people import Applied, Desired, Organization
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.verdicts import Situation, refusal
from tests.support.acme import ADMIN_KEY, Acme
from tests.support.builders import NOW
from tests.support.scripted import FakeTime


class Apply(Supervisor):
    """Applies of what is desired to an organization in which everybody is managed; the guards count administrators.

    Args:
        acme: The organization.

    Attributes:
        recorded: The verb and the person of each change that was done, and ``refused`` or ``failed`` with the person for each
            other.
        before_each_batch: Called before each batch of writes.
        min_admins: How many administrators the guards want.
        outcome: Of the last apply, also of one that failed.
        time: How it waits between attempts.
        acknowledged: Of whom it is taken note that the API refuses roles, and why.
    """

    def __init__(self, acme: Acme) -> None:
        self._acme = acme
        self.time = FakeTime()
        self._session = Session(
            acme.emulator.endpoint, ADMIN_KEY, warn=lambda _: None, patience=self.time.patience(attempts=3)
        )
        self._organizations = Organizations(self._session)
        self.recorded: list[tuple[str, str]] = []
        self.before_each_batch: Callable[[], None] = lambda: None
        self.min_admins = 1
        self.outcome = Outcome()
        self.acknowledged: Mapping[str, str] = {}

    def plan(self, desired: Desired) -> Plan:
        """A fresh plan, which the guards let pass."""
        self._desired = desired
        self.looked_at = now()
        return self.guard(self.replan(self._read()), {})

    def __call__(self, desired: Desired, planned: Plan | None = None) -> Outcome:
        """Carries out a plan, by default a fresh one."""
        planned = planned or self.plan(desired)
        self._desired = desired
        self.outcome = Outcome()
        Applier(self._organizations, "72h", self, planned, self.outcome).apply()
        return self.outcome

    def roles(self) -> dict[str | None, str]:
        """Who is a member, with which roles."""
        return {member.email: format_grants(member.grants) for member in self._read().members}

    def _read(self) -> Organization:
        return self._organizations.read(self._acme.id)

    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        return self._session.pacing.patiently(self._read, enough)

    def replan(self, actual: Organization) -> Plan:
        people = [str(member.email) for member in actual.members] + [one.email for one in actual.invitations]
        return plan(self._desired, actual, NOW, Applied(dict.fromkeys(people, "no roles")))

    def guard(self, losses: Plan, refused: Mapping[str, str]) -> Plan:  # noqa: ARG002
        settings = Guards(max_removals="100%", min_admins=self.min_admins)
        verdict = judge(Situation(losses, self._read(), settings, "somebody-else", Ownership({}, ())))
        if verdict.violations:
            raise Refused(refusal(verdict))
        return losses

    def before_writes(self) -> None:
        self.before_each_batch()

    def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        self.recorded.append(("failed" if failed else change.verb if refusal is None else "refused", change.person))
