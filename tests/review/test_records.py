from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from pydantic import ValidationError

from pulumi_elastic_org.model.changes import Cause, Change, Invite, Plan, Reinvite, RemoveMember, Report, Topic
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.people import Invitation
from pulumi_elastic_org.model.verdicts import Verdict, Violation, Waiver
from pulumi_elastic_org.review.plan_log import PLAN_LOG, log_plan
from pulumi_elastic_org.review.records import PlanRecord, read_plans

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
VIOLATION = Violation("self", "ada@acme.example", "holds the key", "Use the key of somebody else.")
TOKEN = "token-of-an-invitation"
EXPIRED = Reinvite(
    "cy@acme.example",
    parse_grants("billing-admin"),
    Invitation(TOKEN, "cy@acme.example", parse_grants("billing-admin"), NOW, NOW, expired=True),
    Cause.EXPIRED,
)


def plan_of(*changes: Change, organization_id: str = "1", reports: tuple[Report, ...] = ()) -> Plan:
    return Plan(organization_id, changes, reports, NOW)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "plans.jsonl"
    monkeypatch.setenv(PLAN_LOG, str(path))
    return path


def test_a_logged_plan_is_read_back_with_everything_that_was_logged(log: Path) -> None:
    plan = plan_of(
        Invite("ada@acme.example", parse_grants("billing-admin")),
        EXPIRED,
        RemoveMember("bob@acme.example", "7", parse_grants("deployment-viewer on a1"), managed=False),
        reports=(Report("dee@acme.example", Topic.PENDING, "has until tomorrow"),),
    )
    log_plan(plan, Verdict((VIOLATION,), (Waiver(VIOLATION, "agreed"),)), "", tuple)

    [record] = read_plans(log)

    assert {"part": "", **record.data} == json.loads(log.read_text())
    assert [change.person for change in record.changes] == ["ada@acme.example", "cy@acme.example", "bob@acme.example"]
    assert record.changes[1].expired_at == NOW.isoformat()
    assert record.changes[2].managed is False
    assert record.violations[0].remedy == VIOLATION.remedy
    assert record.waivers[0].override_reason == "agreed"
    assert record.pending == 1


def test_no_invitation_token_is_logged(log: Path) -> None:
    log_plan(plan_of(EXPIRED), Verdict((), ()), "", tuple)

    assert TOKEN not in log.read_text()


def test_the_last_plan_of_an_organization_counts(log: Path) -> None:
    invite = Invite("ada@acme.example", parse_grants("billing-admin"))
    for plan in (plan_of(invite), plan_of(invite, organization_id="2"), plan_of()):
        log_plan(plan, Verdict((), ()), "", tuple)

    plans = read_plans(log)

    assert [(plan.organization_id, len(plan.changes)) for plan in plans] == [("1", 0), ("2", 1)]


def test_a_run_without_a_roster_logs_no_plan(tmp_path: Path) -> None:
    assert read_plans(tmp_path / "absent.jsonl") == ()


def test_fields_of_a_later_version_survive(log: Path) -> None:
    log.write_text('{"organization_id": "1", "changes": [{"change": "invite", "person": "a@b.example", "new": 1}]}\n')

    [plan] = read_plans(log)

    assert plan.data["changes"] == [{"change": "invite", "person": "a@b.example", "new": 1}]


def test_a_line_that_is_no_plan_is_refused(log: Path) -> None:
    log.write_text("{}\n")

    with pytest.raises(ValidationError, match="organization_id"):
        read_plans(log)


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        PlanRecord(organization_id="1").organization_id = "2"
