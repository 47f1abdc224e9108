"""Plans on their way from a provider's process to the command's: JSON lines in a file that the environment names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_elastic_org.actionable import ActionableError
from pulumi_elastic_org.model.changes import Plan, Report, Topic, change_from_json
from pulumi_elastic_org.model.verdicts import Verdict, Violation, Waiver
from pulumi_elastic_org.variables import DRIFT_REVIEW, PLAN_LOG

if TYPE_CHECKING:
    from pulumi_elastic_org.model.coverage import Coverage
    from pulumi_elastic_org.review.model import Finding


class PlanLogError(ActionableError):
    """A plan cannot be written, or a line of the file is none that this release can read. The message says what to do."""


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """What would be done to one organization, what the guards say of it and, in a drift review, what was found.

    Args:
        plan: What would be done.
        verdict: What the guards say of it.
        findings: What a drift review found; empty where it was none.
        part: What tells the resource that planned it from others of the same organization.
        target_names: What people call the deployments and projects that all this is about, by id.
        coverage: Whom the drift review looks at; ``None`` where it was none, or the resource has nothing to do with people.
    """

    plan: Plan
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    part: str = ""
    target_names: Mapping[str, str] = field(default_factory=dict)
    coverage: Coverage | None = None

    @property
    def reports(self) -> tuple[Report, ...]:
        """Everything to know, from the plan and from the guards."""
        return (*self.plan.reports, *self.verdict.reports)

    @property
    def undetermined(self) -> tuple[str, ...]:
        """Whose roles are not known yet."""
        return tuple(sorted(one.person for one in self.plan.reports if one.topic == Topic.UNDETERMINED))

    def to_json(self) -> dict[str, Any]:
        """Returns it as JSON, without what only an apply needs, such as the tokens of invitations."""
        return {
            "part": self.part,
            **self.plan.to_json(),
            "reports": [report.to_json() for report in self.reports],
            "violations": [violation.to_json() for violation in self.verdict.violations],
            "waivers": [waiver.to_json() for waiver in self.verdict.waivers],
            "skipped": [violation.to_json() for violation in self.verdict.skipped],
            "findings": [finding.to_json() for finding in self.findings],
            "target_names": dict(self.target_names),
            "coverage": self.coverage and self.coverage.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> JudgedPlan:
        """Reads what `to_json` returns, of this release or an earlier one.

        Args:
            data: As `json.loads` gives it.

        Raises:
            KeyError, TypeError, ValueError: It is none.
        """
        # only where plans are read back, to be shown
        from pulumi_elastic_org.model.coverage import Coverage  # noqa: PLC0415
        from pulumi_elastic_org.review.model import Finding  # noqa: PLC0415

        plan = Plan(
            data["organization_id"],
            tuple(map(change_from_json, data.get("changes", ()))),
            tuple(map(Report.from_json, data.get("reports", ()))),
        )
        verdict = Verdict(
            tuple(map(Violation.from_json, data.get("violations", ()))),
            tuple(map(Waiver.from_json, data.get("waivers", ()))),
            skipped=tuple(map(Violation.from_json, data.get("skipped", ()))),
        )
        findings = tuple(map(Finding.from_json, data.get("findings", ())))
        coverage = Coverage.from_json(data["coverage"]) if data.get("coverage") else None
        return cls(plan, verdict, findings, data.get("part", ""), data.get("target_names", {}), coverage)


def log_plan(judged: JudgedPlan) -> bool:
    """Appends a plan to the file that the environment names.

    Args:
        judged: What would be done.

    Returns:
        Whether there is such a file; without one, the plan is for the caller to show.

    Raises:
        PlanLogError: It cannot be written; the file is as it was.
    """
    path = os.environ.get(PLAN_LOG)
    if not path:
        return False
    size = os.path.getsize(path) if os.path.exists(path) else 0
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(judged.to_json()) + "\n")
    except OSError as error:
        with suppress(OSError):
            os.truncate(path, size)
        raise PlanLogError(
            f"the plan cannot be written to {path}: {error.strerror}. Make room there, or have TMPDIR name "
            "another directory, and run this again"
        ) from None
    return True


def in_drift_review() -> bool:
    """Whether a preview is run to look for drift: then a plan that the guards refuse is a finding like others, and the preview
    goes on to the next resource. An apply never gets past its guards by this: they run again before anything is changed."""
    path = os.environ.get(PLAN_LOG)
    return bool(path) and os.environ.get(DRIFT_REVIEW) == path


def read_plans(path: Path) -> tuple[JudgedPlan, ...]:
    """Reads the plans that one run logged.

    A resource that is checked more than once logs its plan more than once: the last one counts. The plans of several resources of
    one organization are put together.

    Args:
        path: The file that `PLAN_LOG` named during the run; it need not exist.

    Returns:
        One plan an organization, in the order in which the organizations were first planned.

    Raises:
        PlanLogError: A line is not a plan.
    """
    if not path.exists():
        return ()
    parts: dict[str, dict[str, JudgedPlan]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            judged = JudgedPlan.from_json(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise PlanLogError(
                f"the plan that the program's pulumi-elastic-org wrote cannot be read ({type(error).__name__}: {error}): "
                "install the same release for the program and for this command"
            ) from None
        parts.setdefault(judged.plan.organization_id, {})[judged.part] = judged
    return put_together(judged for of_one in parts.values() for judged in of_one.values())


def put_together(plans: Iterable[JudgedPlan]) -> tuple[JudgedPlan, ...]:
    """Makes one plan an organization of the plans of several resources; what the guards say to all of them is said once.

    Args:
        plans: Of any organizations.
    """
    by_organization: dict[str, list[JudgedPlan]] = {}
    for judged in plans:
        by_organization.setdefault(judged.plan.organization_id, []).append(judged)
    return tuple(map(_together, by_organization.values()))


def _together(parts: Sequence[JudgedPlan]) -> JudgedPlan:
    if len(parts) == 1:
        return parts[0]
    plan = Plan(
        parts[0].plan.organization_id,
        tuple(change for part in parts for change in part.plan.changes),
        tuple(report for part in parts for report in part.reports),
    )
    verdict = Verdict(
        tuple(dict.fromkeys(violation for part in parts for violation in part.verdict.violations)),
        tuple(dict.fromkeys(waiver for part in parts for waiver in part.verdict.waivers)),
        skipped=tuple(dict.fromkeys(violation for part in parts for violation in part.verdict.skipped)),
    )
    findings = tuple(dict.fromkeys(finding for part in parts for finding in part.findings))
    names = {id_: name for part in parts for id_, name in part.target_names.items()}
    coverages = [part.coverage for part in parts if part.coverage is not None]
    coverage = reduce(or_, coverages) if coverages else None
    return JudgedPlan(plan, verdict, findings, target_names=names, coverage=coverage)
