"""A review as a value: what every format shows, and nothing that only one of them needs. Pure.

`elastic-org drift` has findings, which say whose access was changed outside the code; `preview`, `up`, `refresh` and
`destroy` have none and say what is, or would be, changed. As JSON it follows `render.json.review_schema`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, computed_field

from pulumi_elastic_org.model.changes import Report, Topic
from pulumi_elastic_org.model.grants import NO_ROLES, parse_held_grants
from pulumi_elastic_org.model.targets import Target, targets_of, with_names
from pulumi_elastic_org.model.verdicts import Violation, Waiver, names
from pulumi_elastic_org.review.changes import (
    NOT_MANAGED,
    Action,
    PersonChange,
    RoleChange,
    Value,
    is_administrator,
    planned_changes,
    role_changes,
)
from pulumi_elastic_org.review.plan_log import JudgedPlan

if TYPE_CHECKING:  # it loads YAML
    from pulumi_elastic_org.review.acknowledgements import Acknowledgement

_FOUND = (Topic.RESEND_LIMIT, Topic.NO_EMAIL, Topic.UNMODELLED)
"""Topics that a drift review tells as findings."""


ACTOR_UNKNOWN = "unknown: Elastic Cloud's API does not say who made a change"


class Kind(str, Enum):
    """What a finding is about, the most severe first."""

    ACCOUNT_CHANGED = "account changed"
    ADDED = "added by hand"
    ROLES_CHANGED = "roles changed by hand"
    REMOVED = "removed by hand"
    GUARD_REFUSES = "a guard would refuse"
    SETTING_DIFFERS = "setting differs from the code"
    OWNER_UNKNOWN = "owner unknown"
    PENDING_CHANGE = "pending change from the code"
    RESEND_LIMIT = "re-send limit reached"
    INVITATION_LOST = "invitation cancelled or expired"
    API_KEY = "API key to look at"
    LEFT_ALONE = "assignment that may not be touched"


class Finding(Value):
    """One thing that needs a decision; without a person it is about the organization as a whole."""

    person: str | None
    kind: Kind
    detail: str
    before: str | None = Field(default=None, description="Roles before it, in text form; null without access.")
    after: str | None = Field(default=None, description="Roles after it, in text form; null without access.")
    since: datetime | None = Field(default=None, description="Since when, as far as Elastic Cloud tells.")
    by_hand: bool = Field(default=False, description="Whether somebody did it outside the code.")
    accept: str = Field(default="", description="The edit after which the code agrees with what is live.")
    line: str = Field(
        default="",
        description="The line of the program, or of a roster file, that `accept` speaks of; may be empty.",
    )
    enforce: str = Field(default="", description="What makes the organization agree with the code.")
    lapsed_acknowledgement: str = Field(
        default="", description="Why it was acknowledged until a day that has passed; empty where it was not."
    )

    @computed_field(description="What differs between the two, role by role and target by target.")  # type: ignore[prop-decorator]
    @property
    def roles(self) -> tuple[RoleChange, ...]:
        """What differs between `before` and `after`."""
        if self.before == self.after:
            return ()
        return role_changes(self.before or NO_ROLES, self.after or NO_ROLES)

    @computed_field(description="Who did it, where it was done by hand: nobody can tell.")  # type: ignore[prop-decorator]
    @property
    def actor(self) -> str | None:
        """Who did it, as far as that is known."""
        return ACTOR_UNKNOWN if self.by_hand else None

    @property
    def targets(self) -> frozenset[Target]:
        """The deployments and projects that `before` and `after` name."""
        return targets_of(grant for roles in (self.before, self.after) if roles for grant in parse_held_grants(roles))

    @property
    def is_about_access(self) -> bool:
        """Whether there is a before and an after to show."""
        return self.before != self.after


def severity(finding: Finding) -> tuple[bool, int, str]:
    """Returns what findings are sorted by: administrators who came or went first, then by kind, then by person.

    Args:
        finding: Any finding.
    """
    administrators = any(is_administrator(one.before) != is_administrator(one.after) for one in finding.roles)
    return (not administrators, list(Kind).index(finding.kind), finding.person or "")


class AcknowledgedFinding(Value):
    """A finding that somebody has taken note of, so that it is no longer one for now."""

    finding: Finding
    reason: str
    until: date = Field(description="The last day (UTC) on which it is acknowledged.")


class OrganizationReview(Value):
    """One organization."""

    organization_id: str
    findings: tuple[Finding, ...] = ()
    acknowledged: tuple[AcknowledgedFinding, ...] = ()
    changes: tuple[PersonChange, ...] = Field(
        default=(), description="What is, or would be, done, person by person; for a refresh, what has happened."
    )
    refusals: tuple[Violation, ...] = ()
    waived: tuple[Waiver, ...] = ()
    skipped: tuple[Violation, ...] = Field(
        default=(),
        description="Why people are left as they are, where the rest is done (guards: {when_refused: skip}).",
    )
    notes: tuple[Report, ...] = ()
    pending: tuple[Report, ...] = Field(default=(), description="Invitations that may still be accepted; no drift.")
    target_names: dict[str, str] = Field(
        default={}, description="What people call the deployments and projects that roles are for, by id."
    )

    def named(self, text: str) -> str:
        """Returns text for people, in which names of deployments and projects stand for their ids.

        Args:
            text: Of this review.
        """
        return with_names(text, self.target_names)

    @property
    def first_run(self) -> str:
        """How to begin, where most of the organization is not in the roster; else empty."""
        return next((note.text for note in self.notes if note.topic == Topic.NOT_IN_ROSTER), "")

    @property
    def shown_findings(self) -> tuple[Finding, ...]:
        """The findings that are shown one by one: without most of an organization, which `first_run` counts."""
        return tuple(one for one in self.findings if not self.first_run or one.kind is not Kind.ADDED)

    @property
    def shown_changes(self) -> tuple[PersonChange, ...]:
        """The changes that are shown one by one, likewise."""
        return tuple(one for one in self.changes if not self.first_run or one.note != NOT_MANAGED)

    @property
    def shown_notes(self) -> tuple[Report, ...]:
        """The notes that a person reads: one for all people of whom the same is to be said."""
        people: dict[tuple[str, str], list[str]] = {}
        for note in self.notes:
            people.setdefault((note.topic, note.text), []).extend([note.person] if note.person else [])
        return tuple(Report(names(whose), topic, text) for (topic, text), whose in people.items())

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to show but pending invitations."""
        return not (
            self.findings
            or self.acknowledged
            or self.changes
            or self.refusals
            or self.skipped
            or self.waived
            or self.notes
        )


class ReviewedResource(Value):
    """What is, or would be, done to a resource, beside the people."""

    operation: str
    name: str
    type: str
    urn: str = ""
    failed: bool = False
    properties: tuple[str, ...] = Field(default=(), description="The paths of the properties that differ.")


class Message(Value):
    """What the engine, the program or a provider said."""

    severity: Literal["info", "warning", "error"]
    text: str


class Review(Value):
    """What a person who decides needs to see."""

    version: Literal[2] = 2
    command: Literal["drift", "preview", "up", "refresh", "destroy"]
    preview: bool = Field(
        default=True,
        description="Whether nothing was to be changed: also true of an `up` that stopped at its own preview.",
    )
    stack: str
    engine: str = Field(description="Empty where none could be chosen.")
    made_at: datetime
    succeeded: bool = Field(description="Whether it went well; a preview that the guards refuse did not.")
    complete: bool = Field(
        description="Whether all that there is could be looked at; if not, what is missing is not known."
    )
    has_changes: bool = Field(default=False, description="Whether any resource differs, the state alone included.")
    organizations: tuple[OrganizationReview, ...] = ()
    resources: tuple[ReviewedResource, ...] = ()
    messages: tuple[Message, ...] = ()
    outputs: dict[str, Any] = Field(default={}, description="The stack's outputs after an `up`; secrets are masked.")
    settled_acknowledgements: tuple[str, ...] = Field(
        default=(), description="Entries of the list of acknowledged findings that no finding needs any more."
    )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all organizations."""
        return tuple(finding for one in self.organizations for finding in one.findings)

    @property
    def changes(self) -> tuple[PersonChange, ...]:
        """What happens to people, in all organizations."""
        return tuple(change for one in self.organizations for change in one.changes)

    @property
    def refused(self) -> int:
        """How many reasons the guards have to refuse the next apply."""
        return sum(len(one.refusals) for one in self.organizations)

    @property
    def skipped(self) -> int:
        """How many reasons the guards have to leave people as they are, where the rest is done."""
        return sum(len(one.skipped) for one in self.organizations)

    @property
    def becoming_admin(self) -> tuple[str, ...]:
        """Who would become organization-admin."""
        return tuple(sorted({change.person for change in self.changes if change.becomes_admin}))

    @property
    def stopping_to_be_admin(self) -> tuple[str, ...]:
        """Who would stop being organization-admin."""
        return tuple(sorted({change.person for change in self.changes if change.stops_being_admin}))

    @property
    def leaving(self) -> tuple[str, ...]:
        """Who would lose membership, or an invitation that can be accepted, by the next apply."""
        return self._losing(changes_roles=False)

    @property
    def losing_roles(self) -> tuple[str, ...]:
        """Who would lose roles, and stay, by the next apply."""
        return self._losing(changes_roles=True)

    def _losing(self, changes_roles: bool) -> tuple[str, ...]:
        losing = (one for one in self.changes if one.loses_access)
        return tuple(sorted({one.person for one in losing if (one.action is Action.CHANGE_ROLES) is changes_roles}))

    def distinguishing_id(self, organization: OrganizationReview) -> str:
        """Returns by what readers tell an organization from the others: its id, or nothing where it is the only one.

        Args:
            organization: One of this review.
        """
        return organization.organization_id if len(self.organizations) > 1 else ""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        what = "Drift review" if self.command == "drift" else "Preview" if self.preview else self.command.capitalize()
        return f"{what} of stack {self.stack}"


def review_plan(judged: JudgedPlan) -> OrganizationReview:
    """Returns what a preview has to say about an organization.

    Args:
        judged: What would be done.
    """
    return OrganizationReview(
        organization_id=judged.plan.organization_id,
        changes=planned_changes(judged.plan.changes),
        refusals=judged.verdict.violations,
        waived=judged.verdict.waivers,
        skipped=judged.verdict.skipped,
        notes=tuple(report for report in judged.reports if report.topic != Topic.PENDING),
        pending=tuple(report for report in judged.reports if report.topic == Topic.PENDING),
        target_names=dict(judged.target_names),
    )


def review_findings(judged: JudgedPlan, acknowledgements: Iterable[Acknowledgement], today: date) -> OrganizationReview:
    """Returns what a drift review has to say about an organization.

    Args:
        judged: What would be done, with its findings.
        acknowledgements: What somebody has taken note of.
        today: The day in UTC by which acknowledgements hold or have lapsed.
    """
    noted = list(acknowledgements)
    findings: list[Finding] = []
    acknowledged: list[AcknowledgedFinding] = []
    for found in judged.findings:
        about = [one for one in noted if one.is_about(found, judged.plan.organization_id)]
        holding = next((one for one in about if one.until >= today), None)
        if holding is not None:
            acknowledged.append(AcknowledgedFinding(finding=found, reason=holding.reason, until=holding.until))
        elif about:
            lapsed = f"acknowledged until {about[0].until}, which has passed: {about[0].reason}"
            findings.append(found.model_copy(update={"lapsed_acknowledgement": lapsed}))
        else:
            findings.append(found)
    of_plan = review_plan(judged)
    left_alone = judged.coverage and judged.coverage.report
    return of_plan.model_copy(
        update={
            "findings": tuple(sorted(findings, key=severity)),
            "acknowledged": tuple(acknowledged),
            "notes": (
                *(note for note in of_plan.notes if note.topic not in _FOUND),
                *([left_alone] if left_alone else ()),
            ),
        }
    )
