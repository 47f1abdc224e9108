"""What an apply does is on record as it happens, without secrets, and can be read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.apply.applier import Applier
from pulumi_elastic_org.apply.supervisor import Supervisor
from pulumi_elastic_org.audit import AuditEntry, AuditTrail
from pulumi_elastic_org.cli import main
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.changes import Change, Invite, Plan
from pulumi_elastic_org.model.outcome import Outcome
from pulumi_elastic_org.model.people import Organization
from pulumi_elastic_org.variables import AUDIT_LOG
from tests.support.acme import ADMIN_KEY, Acme, Stack, acme, emulator, make_stack, text

__all__ = ["acme", "emulator"]  # fixtures

ADA, BOB, EVE = "ada@acme.example", "bob@acme.example", "eve@acme.example"
CI = {
    "GITHUB_SHA": "0123456789abcdef",
    "GITHUB_ACTOR": "cy",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/people",
    "GITHUB_RUN_ID": "7",
}


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def stack(tmp_path: Path, acme: Acme, trail: Path) -> Stack:
    return audited("embedded", tmp_path, acme, trail)


@pytest.fixture
def stack_on_each_engine(engine_name: str, tmp_path: Path, acme: Acme, trail: Path) -> Stack:
    return audited(engine_name, tmp_path, acme, trail)


def audited(engine: str, directory: Path, acme: Acme, trail: Path) -> Stack:
    stack = make_stack(directory, engine, acme)
    stack.environment |= {AUDIT_LOG: str(trail), **CI}
    return stack


def entries(trail: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in trail.read_text(encoding="utf-8").splitlines()]


def changes(trail: Path) -> list[tuple[str, str, str]]:
    return [(one["person"], one["change"], one["result"]) for one in entries(trail)]


def log(*options: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["log", *options], env=environment, catch_exceptions=False)


def test_an_apply_says_what_it_did_for_whom_and_why_it_was_allowed(
    stack_on_each_engine: Stack, acme: Acme, trail: Path
) -> None:
    stack = stack_on_each_engine
    ada = acme.join(ADA, organization=[{"role_id": "billing-admin"}])
    eve = acme.join(EVE)
    override = "elastic.Override(('unmanaged-people',), 'left in May')"
    stack.roster(
        {ADA: ["organization-admin"], BOB: ["billing-admin"]},
        extra=f"guards=elastic.Guards(overrides={{'{EVE}': {override}}})",
    )
    stack.apply()

    token = acme.cloud.invitation(acme.id, BOB)
    assert token is not None
    found = {(one["person"], one["change"]): one for one in entries(trail)}
    assert {key: one["request"] for key, one in found.items()} == {
        (ADA, "add roles"): f"POST /users/{ada}/role_assignments",
        (ADA, "remove roles"): f"DELETE /users/{ada}/role_assignments",
        (BOB, "invite"): f"POST /organizations/{acme.id}/invitations",
        (EVE, "remove member"): f"DELETE /organizations/{acme.id}/members/{eve}",
    }
    assert {one["result"] for one in found.values()} == {"done"}
    assert found[EVE, "remove member"]["overrides"] == [{"guard": "unmanaged-people", "reason": "left in May"}]
    assert found[BOB, "invite"]["roles"] == "billing-admin"
    for one in found.values():
        assert one["organization_id"] == acme.id
        assert (one["commit"], one["triggered_by"]) == ("0123456789abcdef", "cy")
        assert one["run"] == "https://github.example/acme/people/actions/runs/7"
        assert datetime.now(timezone.utc) - datetime.fromisoformat(one["time"].replace("Z", "+00:00")) < timedelta(
            hours=1
        )
    assert token.token not in trail.read_text()
    assert ADMIN_KEY not in trail.read_text()


def test_each_apply_adds_to_the_trail_and_a_preview_does_not(stack: Stack, trail: Path) -> None:
    stack.roster({ADA: []})
    stack.preview()
    assert not trail.exists()
    stack.apply()
    stack.roster({ADA: ["billing-admin"]})
    stack.apply()
    stack.apply()

    assert changes(trail) == [(ADA, "invite", "done"), (ADA, "re-invite", "done")]
    assert trail.stat().st_mode & 0o077 == 0


def test_what_elastic_cloud_refuses_is_on_record_with_its_reason(
    acme: Acme, trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(AUDIT_LOG, str(trail))
    organizations = Organizations(Session(acme.emulator.endpoint, ADMIN_KEY, warn=lambda _: None))
    trail_of_acme = AuditTrail(acme.id)
    plan = Plan(
        acme.id, (Invite("ada@localhost", frozenset()), Invite(BOB, frozenset())), (), datetime.now(timezone.utc)
    )

    class OnRecord(Supervisor):
        def look(self, enough: Callable[[Organization], bool]) -> Organization:  # noqa: ARG002
            return organizations.read(acme.id)

        def record(self, change: Change, refusal: str | None, *, failed: bool = False) -> None:
            trail_of_acme.record(change, refusal, failed=failed)

    Applier(organizations, "72h", OnRecord(), plan, Outcome()).apply()

    found = {one["person"]: one for one in entries(trail)}
    assert (found["ada@localhost"]["result"], found[BOB]["result"]) == ("refused", "done")
    assert "ada@localhost" in found["ada@localhost"]["reason"]


def test_an_apply_that_fails_half_way_is_on_record_as_stopped(stack: Stack, acme: Acme, trail: Path) -> None:
    acme.join(ADA)
    stack.roster({ADA: ["billing-admin"], BOB: []})
    acme.emulator.faults.add(Fault(kind="invalid_json", method="POST", path="invitations", times=None))

    assert not stack.up().succeeded

    told = [(one["result"], one.get("person")) for one in entries(trail)]
    assert told == [("done", ADA), ("stopped", None), ("stopped", BOB)]
    assert "invite" in entries(trail)[1]["reason"]
    assert entries(trail)[2]["reason"] == "invite: whether it was done is not known"


def test_single_members_are_on_record_too(stack: Stack, trail: Path) -> None:
    stack.program(f"elastic.Member('ada', email='{ADA}', roles=['billing-admin'])\n")
    stack.apply()

    assert changes(trail) == [(ADA, "invite", "done")]


def test_a_trail_that_cannot_be_written_stops_the_apply_before_it_begins(stack: Stack, acme: Acme) -> None:
    stack.roster({ADA: []})
    for path, why in ((f"{stack.directory}/none/audit.jsonl", "No such file"), ("audit.jsonl", "make it absolute")):
        stack.environment[AUDIT_LOG] = path
        result = stack.up()
        assert not result.succeeded
        assert why in text(result)
        assert "Traceback" not in text(result)
    assert acme.invited() == set()


def test_the_command_makes_a_relative_path_absolute_and_names_the_stack(
    stack: Stack, trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.roster({ADA: []})
    monkeypatch.chdir(trail.parent)
    environment = {**stack.environment, AUDIT_LOG: trail.name}
    command = ["up", "--yes", "-C", str(stack.directory), "--engine", "embedded"]

    result = CliRunner().invoke(main, command, env=environment)

    assert result.exit_code == 0, result.output
    [one] = entries(trail)
    assert one["stack"] == "dev"


ENTRIES = """\
{"time":"2026-03-01T10:00:00Z","organization_id":"42","result":"done","person":"ada@acme.example",\
"change":"invite","roles":"no roles"}
{"time":"2026-03-02T10:00:00Z","organization_id":"42","result":"refused","person":"bob@acme.example","change":"add roles",\
"roles":"billing-admin","reason":"not allowed","overrides":[{"guard":"self","reason":"agreed"}],"commit":"abc","later":1}
{"time":"2026-03-03T10:00:00Z","organization_id":"42","result":"stopped","reason":"no answer"}
"""


def test_the_trail_is_read_person_by_person_and_by_time(trail: Path) -> None:
    trail.write_text(ENTRIES)

    everything = log(str(trail)).stdout
    assert re.findall(r"^  (2026-\S+ \S+)  (\S+)", everything, re.MULTILINE) == [
        ("2026-03-01 10:00:00", ADA),
        ("2026-03-02 10:00:00", BOB),
        ("2026-03-03 10:00:00", "42"),
    ]
    for part in ("add roles: billing-admin", "refused: not allowed", "overridden self: agreed", "stopped: no answer"):
        assert part in everything
    assert BOB not in log(str(trail), "--person", ADA.upper()).stdout
    assert ADA not in log(str(trail), "--since", "2026-03-02").stdout
    assert log(**{AUDIT_LOG: str(trail)}).stdout == everything
    [line] = log(str(trail), "--person", BOB, "--json").stdout.splitlines()
    assert json.loads(line)["reason"] == "not allowed"
    assert log(str(trail), "--person", EVE).stdout == "no entries\n"


@pytest.mark.parametrize("result", get_args(AuditEntry.model_fields["result"].annotation))
def test_every_result_is_shown(trail: Path, result: str) -> None:
    trail.write_text(
        f'{{"time":"2026-03-01T10:00:00Z","organization_id":"42","result":"{result}","reason":"so it is"}}\n'
    )

    assert f"{result}: so it is" in log(str(trail)).stdout


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        ("", ("--since", "yesterday"), "neither a day such as"),
        ("{}\n", (), "audit.jsonl is not an audit trail: no line of it is an entry"),
        (
            '{"time":"2026-03-01T10:00:00","organization_id":"42","result":"done"}\n',  # of no time zone
            ("--since", "2026-01-01"),
            "no line of it is an entry",
        ),
        (None, (), "cannot read the audit trail"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(
    trail: Path, content: str | None, options: tuple[str, ...], says: str
) -> None:
    if content is not None:
        trail.write_text(content)

    result = log(str(trail), *options)

    assert result.exit_code in (1, 2)
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_file_the_command_says_how_to_name_one() -> None:
    result = log(**{AUDIT_LOG: ""})

    assert result.exit_code == 2
    assert AUDIT_LOG in result.stderr
