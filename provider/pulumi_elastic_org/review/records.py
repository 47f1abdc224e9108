"""Plans as they were logged: the value that every renderer of a plan starts from.

The provider runs in a process of its own and logs its plans as JSON lines (see `plan_log`). What is read back is a record of
what was planned, without what only an apply needs, such as the tokens of invitations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from pulumi_elastic_org.model.changes import CancelInvitation, Change, RemoveGrants, RemoveMember, Topic
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.people import Invitation
from pulumi_elastic_org.review.finding import Kind

R = TypeVar("R", bound="_Record")

_UNKNOWN = datetime.min.replace(tzinfo=timezone.utc)


class _Record(BaseModel):
    # Fields that this version does not know stay in `data`.
    model_config = ConfigDict(frozen=True, extra="allow")


class ChangeRecord(_Record):
    """One change to one person.

    Args:
        change: The change's verb, such as `invite`.
        person: The e-mail address.
        roles: The roles that are given, or by `remove roles` taken, in text form.
        roles_before: The roles held before, in text form.
        expired_at: When the invitation that is sent again expired (ISO 8601).
        expired: Whether the invitation that is cancelled had expired.
        managed: Whether the last apply knew the person who loses access.
    """

    change: str
    person: str
    roles: str | None = None
    roles_before: str | None = None
    expired_at: str | None = None
    expired: bool = False
    managed: bool = True


class ReportRecord(_Record):
    """Something worth knowing about a person that asks for no change."""

    person: str
    topic: Topic | str
    text: str


class ViolationRecord(_Record):
    """One reason why the plan is refused; without a person it is about the plan as a whole."""

    guard: str
    person: str | None
    reason: str
    remedy: str


class WaiverRecord(ViolationRecord):
    """A violation that an override lets pass, with the override's reason."""

    override_reason: str


class FindingRecord(_Record):
    """One thing that a drift review found about a person, or about the organization; see `findings.Finding`."""

    person: str | None
    kind: Kind
    detail: str
    before: str | None = None
    after: str | None = None
    since: datetime | None = None
    by_hand: bool = False
    accept: str = ""
    line: str = ""
    enforce: str = ""


class PlanRecord(_Record):
    """What would be done to one organization, and what the guards say of it.

    Args:
        organization_id: Which organization.
        part: What tells the resource that planned it from others of the same organization.
        changes: Everything to do, person by person.
        reports: Everything to know.
        violations: Why it is refused; empty when it may be applied.
        waivers: What overrides let pass.
        findings: What a drift review found; empty where it was none.
    """

    organization_id: str
    part: str = Field(default="", exclude=True)
    changes: tuple[ChangeRecord, ...] = ()
    reports: tuple[ReportRecord, ...] = ()
    violations: tuple[ViolationRecord, ...] = ()
    waivers: tuple[WaiverRecord, ...] = ()
    findings: tuple[FindingRecord, ...] = Field(default=(), exclude=True)

    @property
    def pending(self) -> int:
        """How many people have yet to accept an invitation that needs no change."""
        return sum(report.topic == Topic.PENDING for report in self.reports)

    @property
    def losses(self) -> tuple[Change, ...]:
        """Whoever would be taken out or lose roles, as changes again."""
        found: list[Change] = []
        for change in self.changes:
            user_id = str((change.model_extra or {}).get("user_id"))
            if change.change == RemoveMember.verb:
                held = parse_grants(change.roles_before or "")
                found.append(RemoveMember(change.person, user_id, held, change.managed))
            elif change.change == CancelInvitation.verb:
                grants = parse_grants(change.roles_before or "")
                of = Invitation("", change.person, grants, _UNKNOWN, _UNKNOWN, change.expired)
                found.append(CancelInvitation(change.person, of, change.expired, change.managed))
            elif change.change == RemoveGrants.verb:
                found.append(RemoveGrants(change.person, user_id, parse_grants(change.roles or "")))
        return tuple(found)

    @property
    def data(self) -> dict[str, Any]:
        """The plan as it was logged, as JSON."""
        return self.model_dump(mode="json", exclude_unset=True)


def read_plans(path: Path) -> tuple[PlanRecord, ...]:
    """Reads the plans that one run logged.

    A resource that is checked more than once logs its plan more than once: the last one counts. The plans of several resources of
    one organization are put together.

    Args:
        path: The file that `plan_log.PLAN_LOG` named during the run; it need not exist.

    Returns:
        One plan an organization, in the order in which the organizations were first planned.

    Raises:
        pydantic.ValidationError: A line is not a plan.
    """
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    parts: dict[str, dict[str, PlanRecord]] = {}
    for plan in map(PlanRecord.model_validate_json, lines):
        parts.setdefault(plan.organization_id, {})[plan.part] = plan
    return put_together(plan for of_one in parts.values() for plan in of_one.values())


def put_together(plans: Iterable[PlanRecord]) -> tuple[PlanRecord, ...]:
    """Makes one plan an organization of the plans of several resources; what the guards say to all of them is said once.

    Args:
        plans: Of any organizations.
    """
    by_organization: dict[str, list[PlanRecord]] = {}
    for plan in plans:
        by_organization.setdefault(plan.organization_id, []).append(plan)
    return tuple(map(_together, by_organization.values()))


def _together(parts: Sequence[PlanRecord]) -> PlanRecord:
    if len(parts) == 1:
        return parts[0]
    return PlanRecord(
        organization_id=parts[0].organization_id,
        changes=tuple(change for part in parts for change in part.changes),
        reports=tuple(report for part in parts for report in part.reports),
        violations=tuple(_once(violation for part in parts for violation in part.violations)),
        waivers=tuple(_once(waiver for part in parts for waiver in part.waivers)),
        findings=tuple(_once(finding for part in parts for finding in part.findings)),
    )


def _once(records: Iterable[R]) -> Iterator[R]:
    return iter({record.model_dump_json(): record for record in records}.values())
