from __future__ import annotations

import json
import resource
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pulumi_elastic_org.model.changes import Cause, Change, Invite, Plan, Reinvite, RemoveMember, Report, Topic
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.people import Invitation
from pulumi_elastic_org.model.verdicts import Verdict, Violation, Waiver
from pulumi_elastic_org.review.model import Finding, Kind
from pulumi_elastic_org.review.plan_log import JudgedPlan, PlanLogError, log_plan, read_plans
from pulumi_elastic_org.variables import PLAN_LOG

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
VIOLATION = Violation("self", "ada@acme.example", "holds the key", "Use the key of somebody else.")
FOUND = Finding(person="ada@acme.example", kind=Kind.ADDED, detail="is new", after="billing-admin", by_hand=True)
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
    waiver = Waiver(**VIOLATION.to_json(), override_reason="agreed")
    log_plan(JudgedPlan(plan, Verdict((VIOLATION,), (waiver,)), (FOUND,), "part"))

    [judged] = read_plans(log)

    assert judged.to_json() == json.loads(log.read_text())
    assert [change.person for change in judged.plan.changes] == [
        "ada@acme.example",
        "cy@acme.example",
        "bob@acme.example",
    ]
    assert judged.plan.changes[0] == plan.changes[0]
    assert judged.plan.changes[2] == plan.changes[2]
    assert judged.verdict.violations == (VIOLATION,)
    assert [(one.guard, one.override_reason) for one in judged.verdict.waivers] == [("self", "agreed")]
    assert judged.findings == (FOUND,)
    assert judged.reports == plan.reports


def test_no_invitation_token_is_logged(log: Path) -> None:
    log_plan(JudgedPlan(plan_of(EXPIRED), Verdict((), ())))

    assert TOKEN not in log.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_plan_that_cannot_be_written_is_told_with_what_to_do(log: Path) -> None:
    log.symlink_to("/dev/full")

    with pytest.raises(
        PlanLogError, match=r"plans.jsonl: No space left on device. Make room there, or have TMPDIR name"
    ):
        log_plan(JudgedPlan(plan_of(EXPIRED), Verdict((), ())))


def test_a_plan_that_is_cut_off_leaves_those_before_it(log: Path) -> None:
    """A limit on the size of files is met half way through a line, as a full disk is."""
    log_plan(JudgedPlan(plan_of(EXPIRED), Verdict((), ())))
    before = log.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        with pytest.raises(PlanLogError, match="File too large"):
            log_plan(JudgedPlan(plan_of(EXPIRED), Verdict((), ())))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert log.read_bytes() == before


def test_the_last_plan_of_an_organization_counts(log: Path) -> None:
    invite = Invite("ada@acme.example", parse_grants("billing-admin"))
    for plan in (plan_of(invite), plan_of(invite, organization_id="2"), plan_of()):
        log_plan(JudgedPlan(plan, Verdict((), ())))

    plans = read_plans(log)

    assert [(one.plan.organization_id, len(one.plan.changes)) for one in plans] == [("1", 0), ("2", 1)]


def test_a_run_without_a_roster_logs_no_plan(tmp_path: Path) -> None:
    assert read_plans(tmp_path / "absent.jsonl") == ()


OF_0_2_0 = """\
{"part": "3f", "organization_id": "1", "changes": [{"change": "re-invite", "person": "cy@acme.example", "cause": "expired", \
"roles_before": "security-x on all", "roles": "billing-admin", "expired_at": "2026-03-01T12:00:00+00:00"}, {"change": \
"cancel invitation", "person": "di@acme.example", "roles_before": "no roles", "expired": true, "managed": false}], "reports": \
[{"change": "report", "person": "ed@acme.example", "topic": "invitation pending", "text": "has until tomorrow"}], "violations": \
[{"guard": "self", "person": null, "reason": "r", "remedy": "s"}], "waivers": [], "findings": [{"person": "di@acme.example", \
"kind": "added by hand", "detail": "d", "before": null, "after": "no roles", "since": "2026-03-01T12:00:00+00:00", "by_hand": \
true, "accept": "a", "line": "", "enforce": "e"}], "later": 1}
"""


def test_a_plan_of_an_earlier_release_is_read(log: Path) -> None:
    log.write_text(OF_0_2_0)

    [judged] = read_plans(log)

    written = json.loads(OF_0_2_0)
    assert [one.to_json() for one in judged.plan.changes][1] == written["changes"][1]
    assert judged.plan.changes[0].to_json() == {**written["changes"][0], "roles_before": "security:security-x on all"}
    assert [(one.person, one.topic) for one in judged.reports] == [("ed@acme.example", Topic.PENDING)]
    assert judged.verdict.violations == (Violation("self", None, "r", "s"),)
    [found] = judged.findings
    assert (found.person, found.kind, found.since, found.by_hand) == ("di@acme.example", Kind.ADDED, NOW, True)


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "[]",
        "no JSON",
        '{"organization_id": "1", "changes": [{"change": "promote", "person": "a@b.example"}]}',
        '{"organization_id": "1", "findings": [{"kind": "odd"}]}',
    ],
)
def test_a_line_that_is_no_plan_of_this_release_or_an_earlier_one_is_refused(log: Path, line: str) -> None:
    log.write_text(line + "\n")

    with pytest.raises(PlanLogError, match="install the same release"):
        read_plans(log)


def test_plans_of_several_resources_are_one_and_say_once_what_is_said_to_all(log: Path) -> None:
    for part in ("a", "b"):
        invite = Invite(f"{part}@acme.example", parse_grants("billing-admin"))
        log_plan(JudgedPlan(plan_of(invite), Verdict((VIOLATION,), ()), (FOUND,), part))

    [judged] = read_plans(log)

    assert [change.person for change in judged.plan.changes] == ["a@acme.example", "b@acme.example"]
    assert (judged.verdict.violations, judged.findings) == ((VIOLATION,), (FOUND,))
