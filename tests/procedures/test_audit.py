"""Accepting, leaving and transferring leave lines in the audit trail, as every apply does."""

from __future__ import annotations

from pathlib import Path

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.audit import AuditEntry, AuditError, AuditTrail, read_trail
from pulumi_elastic_org.cloud.errors import CloudError, OutcomeUnknown
from pulumi_elastic_org.model.changes import Invite
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.guard_settings import Override
from pulumi_elastic_org.procedures.accept import accept
from pulumi_elastic_org.procedures.applying import apply_one
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError
from pulumi_elastic_org.procedures.journal import Journal
from pulumi_elastic_org.procedures.leave import Leaving
from pulumi_elastic_org.procedures.procedure import run
from pulumi_elastic_org.variables import AUDIT_LOG
from tests.support.two_organizations import ADA, ADA_KEY, NEW_KEY, OLD_KEY, World

OVERRIDE = Override(("owns-resources",), "handed over in HR-12")


@pytest.fixture
def trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "trail.jsonl"
    monkeypatch.setenv(AUDIT_LOG, str(path))
    return path


def only(trail: Path) -> AuditEntry:
    [entry] = read_trail(trail)
    return entry


def test_an_accepted_invitation_is_in_the_trail_without_its_token(world: World, trail: Path) -> None:
    world.cloud.leave(world.old, ADA)
    token = world.invite()
    accept(world.account(), token)
    entry = only(trail)
    assert (entry.organization_id, entry.person, entry.change, entry.result) == (
        world.new,
        ADA,
        "accept invitation",
        "done",
    )
    assert entry.roles == "deployment-editor on all"
    assert token not in trail.read_text()


def test_an_acceptance_whose_answer_got_lost_is_done(world: World, trail: Path) -> None:
    world.cloud.leave(world.old, ADA)
    world.emulator.faults.add(Fault(kind="connection_dropped", method="POST", path="_accept", takes_effect=True))
    accept(world.account(), world.invite())
    assert only(trail).result == "done"


def test_an_acceptance_that_elastic_cloud_refuses_is_in_the_trail_with_the_reason(world: World, trail: Path) -> None:
    world.emulator.switches.one_organization_per_user = True
    token = world.invite()
    with pytest.raises(PreconditionsUnmet):
        accept(world.account(), token)
    entry = only(trail)
    assert entry.result == "refused"
    assert "one organization" in str(entry.reason) or "belongs" in str(entry.reason)


def test_who_left_is_in_the_trail_with_what_was_overridden(world: World, trail: Path) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    Leaving(world.account(OLD_KEY), world.old, ADA, override=OVERRIDE).leave()
    entry = only(trail)
    assert (entry.organization_id, entry.person, entry.change, entry.result) == (
        world.old,
        ADA,
        "remove member",
        "done",
    )
    assert entry.roles_before == "deployment-editor on all"
    assert [(one.guard, one.reason) for one in entry.overrides] == [("owns-resources", "handed over in HR-12")]


def test_who_may_not_leave_is_not_in_the_trail(world: World, trail: Path) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    with pytest.raises(PreconditionsUnmet):
        Leaving(world.account(OLD_KEY), world.old, ADA).leave()
    assert not trail.exists()


def test_nobody_leaves_or_joins_while_the_trail_cannot_be_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AUDIT_LOG, str(tmp_path / "missing" / "trail.jsonl"))
    with pytest.raises(AuditError, match=r"cannot write the audit trail"):
        Leaving(world.account(OLD_KEY), world.old, ADA).leave()
    token = world.invite()
    with pytest.raises(AuditError, match=r"cannot write the audit trail"):
        accept(world.account(), token)
    assert world.writes() == []


HOSTILE_REASON = "a\u2028b\x85c\x0bd \u00fc"


def test_an_entry_is_one_line_in_ascii_whatever_it_says(trail: Path) -> None:
    AuditTrail("1").stop(HOSTILE_REASON)
    assert trail.read_bytes().isascii()
    assert len(trail.read_text().splitlines()) == 1
    assert only(trail).reason == HOSTILE_REASON


def test_lines_of_earlier_releases_end_at_line_feeds_only(trail: Path) -> None:
    AuditTrail("1").stop("x")
    trail.write_text(trail.read_text().replace('"x"', '"a\u2028b\x85c"'), encoding="utf-8")
    assert only(trail).reason == "a\u2028b\x85c"


def test_after_a_line_that_was_cut_off_nothing_is_lost(trail: Path) -> None:
    for reason in ("one", "two"):
        AuditTrail("1").stop(reason)
    trail.write_bytes(trail.read_bytes()[:-20])
    AuditTrail("1").stop("three")
    told: list[str] = []
    assert [entry.reason for entry in read_trail(trail, told.append)] == ["one", "three"]
    assert told == [f"{trail}:2: this line is incomplete or not an entry of an audit trail, and is left out"]


def test_a_full_disk_stops_an_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AUDIT_LOG, "/dev/full")
    with pytest.raises(AuditError, match="cannot write the audit trail /dev/full"):
        AuditTrail("1").stop("why")


def test_who_is_still_listed_has_not_left_whatever_was_answered(world: World, trail: Path) -> None:
    world.emulator.faults.add(Fault(kind="ignored", method="DELETE"))
    with pytest.raises(ProcedureError, match="answered that the person was removed, and still lists them"):
        Leaving(world.account(OLD_KEY), world.old, ADA).leave()
    assert only(trail).result == "failed"


@pytest.mark.parametrize("key", [ADA_KEY, OLD_KEY])
def test_who_has_left_is_waited_for_where_the_list_lags(world: World, trail: Path, key: str) -> None:
    world.emulator.switches.list_lag_reads = 2
    Leaving(world.account(key), world.old, ADA, override=Override(("last-admin",), "is an editor")).leave()
    assert only(trail).result == "done"


UNSEEN = Fault(kind="unavailable", method="GET", path="members|organizations$", times=None)


def test_a_removal_after_which_nobody_can_look_is_told_to_the_operator_and_to_the_trail(
    world: World, trail: Path, tmp_path: Path
) -> None:
    world.emulator.faults.add(Fault(kind="connection_dropped", method="DELETE", takes_effect=True, times=None))
    leaving = Leaving(world.account(OLD_KEY), world.old, ADA)
    with Journal(tmp_path / "journal", "leave", {}) as journal:
        steps = run(leaving, journal)
        world.emulator.faults.add(UNSEEN.model_copy(update={"skip": 2}))  # the check, and the look right before
        with pytest.raises(ProcedureError) as stopped:
            list(steps)

    assert not world.belongs(world.old)
    assert f"The removal of {ADA} from organization 1111 was asked for" in str(stopped.value)
    assert "Where things are cannot be seen: cannot read the members" in str(stopped.value)
    assert "Run the same command again" in str(stopped.value)
    assert (only(trail).result, only(trail).person) == ("stopped", ADA)
    assert f"The removal of {ADA}" in str(only(trail).reason)


def test_a_removal_that_elastic_cloud_refuses_is_in_the_trail_with_the_reason(world: World, trail: Path) -> None:
    world.emulator.faults.add(Fault(kind="forbidden", method="DELETE"))
    with pytest.raises(ProcedureError, match=f"{ADA} is still a member of organization 1111: "):
        Leaving(world.account(OLD_KEY), world.old, ADA).leave()
    assert (only(trail).result, only(trail).person) == ("refused", ADA)


def test_an_acceptance_after_which_nobody_can_look_is_in_the_trail(world: World, trail: Path) -> None:
    token = world.invite()
    world.emulator.faults.add(Fault(kind="forbidden", method="POST", path="_accept", takes_effect=True))
    world.emulator.faults.add(UNSEEN)
    with pytest.raises(CloudError):
        accept(world.account(), token)
    assert (only(trail).result, only(trail).person) == ("stopped", ADA)


def test_an_acceptance_that_is_answered_and_not_done_has_failed(world: World, trail: Path) -> None:
    token = world.invite()
    world.emulator.faults.add(Fault(kind="ignored", method="POST", path="_accept"))
    with pytest.raises(OutcomeUnknown, match="it is still open"):
        accept(world.account(), token)
    assert only(trail).result == "failed"


def test_an_invitation_that_ends_in_an_error_is_in_the_trail(world: World, trail: Path) -> None:
    world.emulator.faults.add(Fault(kind="unavailable", method="POST", path="invitations$", times=None))
    invite = (Invite(ADA, parse_grants("billing-admin")),)
    with pytest.raises(CloudError):
        apply_one(world.session(NEW_KEY), world.new, invite)
    entry = only(trail)
    assert (entry.result, entry.organization_id, entry.person) == ("stopped", world.new, ADA)


def test_where_things_are_is_told_when_the_trail_cannot_be_written_too(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = Leaving(world.account(OLD_KEY), world.old, ADA)
    with Journal(tmp_path / "journal", "leave", {}) as journal:
        monkeypatch.setenv(AUDIT_LOG, "/dev/full")
        with pytest.raises(ProcedureError, match="cannot write the audit trail /dev/full") as stopped:
            list(run(leaving, journal))
    assert f"{ADA} is still a member of organization 1111" in str(stopped.value)


def test_where_things_are_is_told_when_the_journal_cannot_be_written_too(world: World, tmp_path: Path) -> None:
    leaving = Leaving(world.account(OLD_KEY), world.old, ADA)
    with (
        Journal(tmp_path / "missing" / "journal", "leave", {}) as journal,
        pytest.raises(ProcedureError, match=r"cannot write the journal .*No such file or directory") as stopped,
    ):
        list(run(leaving, journal))
    assert f"{ADA} is still a member of organization 1111" in str(stopped.value)
