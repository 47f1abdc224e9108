"""A change to one person, carried out and seen to be there, as a step of a procedure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.apply.supervisor import Supervisor
from pulumi_elastic_org.audit import AuditTrail
from pulumi_elastic_org.clock import now
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.changes import Change, Plan
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.people import INVITATION_LIFE, Organization
from pulumi_elastic_org.procedures.errors import ProcedureError


def apply_one(session: Session, organization_id: str, changes: tuple[Change, ...]) -> Outcome:
    """Carries out a change that gives one person access, and writes it down.

    Args:
        session: The connection of an administrator.
        organization_id: Elastic's id of the organization.
        changes: Gives a person an invitation, or roles, where they take the place of others with those.

    Raises:
        ProcedureError: Elastic Cloud refuses it.
        CloudError: Elastic Cloud cannot be asked.
    """
    organizations = Organizations(session)
    outcome = Outcome()
    trail = AuditTrail(organization_id)
    supervisor = _Supervisor(session, organizations, trail)
    plan = Plan(organization_id, changes, (), now(), headcount=0)
    with trail.apply(changes[0].person):
        Applier(organizations, INVITATION_LIFE, supervisor, plan, outcome).apply()
    for reason in outcome.refused.values():
        raise ProcedureError(f"{changes[0].verb}, {changes[0].person}: {reason}")
    return outcome


@dataclass(frozen=True, slots=True)
class _Supervisor(Supervisor):
    """Sees that what was given is there, and writes it down."""

    session: Session
    organizations: Organizations
    trail: AuditTrail

    def look(self, enough: Callable[[Organization], bool]) -> Organization:
        return self.session.pacing.patiently(lambda: self.organizations.read(self.trail.organization_id), enough)

    def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
        self.trail.record(change, refusal, failed=failed)
