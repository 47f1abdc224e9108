"""Plans as JSON lines, for a program that asked for them and shows them itself."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from pulumi_elastic_org.model.changes import Plan
from pulumi_elastic_org.model.verdicts import Verdict
from pulumi_elastic_org.review.finding import Finding

PLAN_LOG = "ELASTIC_ORG_PLAN_LOG"
"""The environment variable that names the file; the `elastic-org` command sets it."""

DRIFT_REVIEW = "ELASTIC_ORG_DRIFT_REVIEW"
"""The environment variable that asks for findings beside each plan; `elastic-org drift` sets it to what `PLAN_LOG` names, so that
a variable which is left over from elsewhere asks for nothing."""


def log_plan(plan: Plan, verdict: Verdict, part: str, findings: Callable[[], Iterable[Finding]]) -> bool:
    """Appends a plan to the file that the environment names.

    Args:
        plan: What would be done.
        verdict: What the guards say of it.
        part: What tells the resource that planned it from others of the same organization.
        findings: Compares declared, last applied and live; called in a drift review only.

    Returns:
        Whether there is such a file; without one, the plan is for the caller to show.
    """
    path = os.environ.get(PLAN_LOG)
    if not path:
        return False
    record = {"part": part, **plan_data(plan, verdict)}
    if in_drift_review():
        record["findings"] = [finding.data for finding in findings()]
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    return True


def plan_data(plan: Plan, verdict: Verdict) -> dict[str, Any]:
    """Returns a plan and its verdict as JSON.

    Args:
        plan: What would be done.
        verdict: What the guards say of it.
    """
    return {
        **plan.data,
        "reports": [report.data for report in (*plan.reports, *verdict.reports)],
        "violations": [violation.data for violation in verdict.violations],
        "waivers": [waiver.data for waiver in verdict.waivers],
    }


def in_drift_review() -> bool:
    """Whether a preview is run to look for drift: then a plan that the guards refuse is a finding like others, and the preview
    goes on to the next resource. An apply never gets past its guards by this: they run again before anything is changed."""
    path = os.environ.get(PLAN_LOG)
    return bool(path) and os.environ.get(DRIFT_REVIEW) == path
