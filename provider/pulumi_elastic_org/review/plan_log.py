"""Plans as JSON lines, for a program that asked for them and shows them itself."""

from __future__ import annotations

import json
import os

from pulumi_elastic_org.roster.changes import Plan
from pulumi_elastic_org.roster.verdicts import Verdict

PLAN_LOG = "ELASTIC_ORG_PLAN_LOG"
"""The environment variable that names the file; the `elastic-org` command sets it."""


def log_plan(plan: Plan, verdict: Verdict) -> bool:
    """Appends a plan to the file that the environment names.

    Args:
        plan: What would be done.
        verdict: What the guards say of it.

    Returns:
        Whether there is such a file; without one, the plan is for the caller to show.
    """
    path = os.environ.get(PLAN_LOG)
    if not path:
        return False
    record = {
        **plan.data,
        "violations": [violation.data for violation in verdict.violations],
        "waivers": [waiver.data for waiver in verdict.waivers],
    }
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    return True
