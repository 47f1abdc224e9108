"""`elastic-org accept`, `leave` and `transfer` as a shell sees them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.cli.exit_codes import ExitCode
from tests.support.two_organizations import ADA, ADA_KEY, KEYS, NEW_KEY, OLD_KEY, World

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
TRANSFER = (
    *("transfer", ADA, "--from", "1111", "--to", "2222"),
    *("--roles", "deployment-editor on all", "--leave", "before", "--yes"),
)
TRANSFER_KEYS = {"EC_API_KEY_OLD": OLD_KEY, "EC_API_KEY_NEW": NEW_KEY, "EC_API_KEY_PERSON": ADA_KEY}
OWN = {"EC_API_KEY": ADA_KEY, "EC_API_KEY_USER": ADA}
PATIENCE_SECONDS = 30

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(world: World) -> dict[str, str]:
    world.emulator.switches.one_organization_per_user = True  # where a transfer is hardest
    return {**os.environ, "EC_ENDPOINT": world.emulator.endpoint}


@pytest.fixture
def call(environment: dict[str, str], tmp_path: Path) -> Call:
    """Calls the command with keys and the like from the environment; checks that it never shows a secret."""

    def call(*arguments: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        process = subprocess.run(
            [COMMAND, *arguments],
            env={**environment, **variables},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in process.stderr
        for secret in (*KEYS, variables.get("EC_INVITATION_TOKEN", "no token")):
            assert secret not in process.stdout + process.stderr
        return process

    return call


def test_a_token_from_the_environment_is_accepted(world: World, call: Call) -> None:
    world.cloud.leave(world.old, ADA)

    process = call("accept", EC_API_KEY=ADA_KEY, EC_INVITATION_TOKEN=world.invite())

    assert process.returncode == 0, process.stderr
    assert process.stdout == "accept: you are now a member of organization 2222 (new)\n"
    assert world.belongs(world.new)


def test_a_token_from_a_file_or_from_standard_input_is_accepted(world: World, call: Call, tmp_path: Path) -> None:
    world.cloud.leave(world.old, ADA)
    (tmp_path / "token").write_text(f"{world.invite()}\n")

    assert call("accept", "--token-file", "token", EC_API_KEY=ADA_KEY).returncode == 0
    again = call("accept", "--token-file", "-", "--organization", "2222", stdin="spent", **OWN)
    assert again.stdout == "You are already a member of organization 2222 (new)\n"


@pytest.mark.parametrize("outcome", ["finished", "failed"])
def test_every_procedure_tells_a_program_what_was_done_in_one_document(world: World, call: Call, outcome: str) -> None:
    if outcome == "failed":
        world.emulator.faults.add(Fault(kind="server_error", path="_accept", times=None))
    process = call(*TRANSFER, "--json", **TRANSFER_KEYS)

    document = json.loads(process.stdout)
    steps = [step["step"] for step in document["steps"]]
    if outcome == "finished":
        assert (document["finished"], document["error"]) == (True, None)
        assert steps == ["invite", "accept", "leave"]
    else:
        assert not document["finished"]
        assert steps == ["invite"]
        assert document["error"].startswith("accept: ")
        assert document["error"] in process.stderr


def test_a_program_gets_the_document_when_elastic_cloud_cannot_be_asked_too(call: Call) -> None:
    process = call("leave", ADA, "--organization", "1111", "--json", EC_API_KEY="unknown")

    assert process.returncode == 1
    document = json.loads(process.stdout)
    assert document["finished"] is False
    assert "The API key is unknown" in document["error"]


def test_without_a_token_or_a_key_the_command_is_wrong_usage(call: Call) -> None:
    assert "EC_INVITATION_TOKEN" in call("accept", EC_API_KEY=ADA_KEY).stderr
    assert call("accept", EC_INVITATION_TOKEN="token").returncode == 2
    assert call("accept", "--token", "token", EC_API_KEY=ADA_KEY).returncode == 2


def test_an_invitation_that_cannot_be_accepted_is_one_clear_error(world: World, call: Call) -> None:
    process = call("accept", EC_API_KEY=ADA_KEY, EC_INVITATION_TOKEN=world.invite())

    assert process.returncode == 1
    assert process.stderr.startswith("Error: accept: the person belongs to 1111 (old)")
    assert process.stderr.endswith("Nothing was changed\n")


def test_a_dry_run_of_leaving_shows_everything_and_changes_nothing(world: World, call: Call) -> None:
    process = call("leave", "--organization", "1111", "--dry-run", **OWN)

    assert process.returncode == 0, process.stderr
    assert f"{ADA} may leave organization 1111" in process.stdout
    assert world.belongs(world.old)


def test_leaving_wants_yes_where_nobody_can_be_asked(world: World, call: Call) -> None:
    assert call("leave", "--organization", "1111", **OWN).returncode == 2
    assert world.belongs(world.old)

    process = call("leave", "--organization", "1111", "--yes", **OWN)
    assert process.stdout.endswith(f"{ADA} has left organization 1111\n")
    assert not world.belongs(world.old)


def test_an_administrator_lets_a_person_go(world: World, call: Call) -> None:
    assert call("leave", ADA, "--yes", EC_API_KEY=OLD_KEY, EC_ORGANIZATION_ID="1111").returncode == 0
    assert not world.belongs(world.old)
    assert call("leave", ADA, "--yes", EC_API_KEY=OLD_KEY, EC_ORGANIZATION_ID="1111").returncode == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_refusal_lists_everything_and_ends_with_1(world: World, call: Call, dry_run: bool) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    options = ["--dry-run"] if dry_run else ["--yes"]

    process = call("leave", "--organization", "1111", *options, **OWN)

    assert process.returncode == 1
    assert "still owns deployment 'search'" in process.stderr
    assert world.belongs(world.old)


def test_a_guard_is_overridden_for_a_reason_only(world: World, call: Call) -> None:
    world.cloud.add_deployment(world.old, "search", owner=ADA)
    override = ("leave", "--organization", "1111", "--yes", "--override", "owns-resources", "--override", "last-admin")

    assert call(*override, **OWN).returncode == 2
    process = call(*override, "--reason", "handed over in writing", **OWN)
    assert "overridden: handed over in writing" in process.stdout
    assert not world.belongs(world.old)


def test_a_transfer_tells_each_step_and_ends_in_the_new_organization(world: World, call: Call, tmp_path: Path) -> None:
    process = call(*TRANSFER, **TRANSFER_KEYS)

    assert process.returncode == 0, process.stderr
    told = [line.partition(":")[0] for line in process.stdout.splitlines()[-4:]]
    assert told == ["invite", "accept", "leave", "accept"]
    assert [path.name for path in tmp_path.iterdir()] == [f"transfer-{ADA}-1111-2222.jsonl"]
    assert world.belongs(world.new)


def test_a_dry_run_of_a_transfer_tells_the_way_and_leaves_nothing_behind(
    world: World, call: Call, tmp_path: Path
) -> None:
    process = call(*TRANSFER, "--dry-run", **TRANSFER_KEYS)

    assert process.returncode == 0, process.stderr
    assert "invite ada@acme.example to organization 2222: deployment-editor on all" in process.stdout
    assert world.writes() == []
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_cannot_be_written_is_one_clear_error(world: World, call: Call) -> None:
    process = call(*TRANSFER, "--journal", "no/such/directory/journal", **TRANSFER_KEYS)

    assert process.returncode == 1
    assert process.stderr.startswith("Error: ")
    assert "no/such/directory/journal" in process.stderr
    assert world.writes() == []


def test_the_roles_are_those_of_the_new_roster_file(world: World, call: Call, tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text(f"mode: authoritative\nmembers:\n  {ADA}: [billing-admin]\n")
    command = (
        "transfer",
        ADA.upper(),
        "--from",
        "1111",
        "--to",
        "2222",
        "--roster",
        "roster.yaml",
        "--leave",
        "before",
        "--yes",
    )

    assert call(*command, **TRANSFER_KEYS).returncode == 0
    assert "organization" in world.cloud.member(world.new, ADA).roles.to_json(world.new)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "give the roles"),
        (("--roles", "billing-admn"), "did you mean 'billing-admin'"),
        (("--roster", "roster.yaml"), "has no line for"),
    ],
)
def test_roles_that_are_invalid_are_refused(call: Call, tmp_path: Path, options: tuple[str, ...], reason: str) -> None:
    (tmp_path / "roster.yaml").write_text("mode: authoritative\nmembers: {}\n")

    process = call("transfer", ADA, "--from", "1111", "--to", "2222", *options, **TRANSFER_KEYS)

    assert process.returncode == 2
    assert reason in process.stderr


def by_roster(call: Call, directory: Path, roster: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Invites Ada with the roles of the new organization's roster."""
    (directory / "roster.yaml").write_text(f"mode: authoritative\n{roster}")
    transfer = ("transfer", ADA, "--from", "1111", "--to", "2222", "--roster", "roster.yaml", "--yes")
    return call(*transfer, *options, EC_API_KEY_OLD=OLD_KEY, EC_API_KEY_NEW=NEW_KEY)


def test_a_roster_s_names_of_targets_are_those_of_the_new_organization(
    world: World, call: Call, tmp_path: Path
) -> None:
    world.cloud.add_deployment(world.old, "Central logs")
    logs = world.cloud.add_deployment(world.new, "Central logs").id
    roster = f"""\
targets: {{logs: {{name: Central logs}}, gone: {{name: Nowhere}}}}
members:
  {ADA}: {{roles: [deployment-viewer on logs], until: 2999-12-31}}
  bob@acme.example: [deployment-viewer on gone, deployment-editor on bound]
"""
    (tmp_path / "more.yaml").write_text(
        f"mode: authoritative\ngroups: {{all: {{roles: [billing-admin], members: [{ADA}]}}}}\n"
    )

    waits = by_roster(call, tmp_path, roster, "--roster", "more.yaml", "--binding", "bound")

    assert "has to accept the invitation" in waits.stderr
    invitation = world.cloud.invitation(world.new, ADA)
    assert invitation is not None
    held = invitation.roles.to_json(world.new)
    assert held["deployment"][0]["deployment_ids"] == [logs]
    assert held["organization"][0]["role_id"] == "billing-admin"


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("members: {ADA: {roles: [billing-admin], until: 2020-01-01}}", "their last day with access was 2020-01-01"),
        (
            "members: {ADA: [billing-admin]}\nsingle_sign_on: [ADA]",
            "let in by single sign-on, and so invited by nobody",
        ),
        ("members: {ADA: [deployment-viewer on bound]}", "'bound' stands for an id that only a program knows"),
        ("guards: {allowed_domains: [new.example]}\nmembers: {ADA: [billing-admin]}", "is not at an allowed domain"),
        (
            "targets: {logs: {name: Central logs}}\nmembers: {ADA: [deployment-viewer on logs]}",
            "no deployment is named 'Central logs'; did you mean 'Central log'?",
        ),
    ],
    ids=["last day", "single sign-on", "binding", "domain", "name"],
)
def test_a_line_of_the_roster_by_which_nobody_would_be_invited_invites_nobody(
    world: World, call: Call, tmp_path: Path, roster: str, said: str
) -> None:
    world.cloud.add_deployment(world.new, "Central log")

    refused = by_roster(call, tmp_path, roster.replace("ADA", ADA), "--binding", "bound")

    assert refused.returncode == 2
    assert said in " ".join(refused.stderr.split())
    assert world.writes() == []


def test_what_is_wrong_with_a_line_of_the_roster_is_told_at_once_and_roles_can_be_given_instead(
    world: World, call: Call, tmp_path: Path
) -> None:
    roster = f"members: {{{ADA}: {{roles: [deployment-viewer on bound], until: 2020-01-01}}}}\nsingle_sign_on: [{ADA}]"

    refused = by_roster(call, tmp_path, roster, "--binding", "bound").stderr

    assert "last day" in refused
    assert "single sign-on" in refused
    assert "'bound'" in refused
    assert "give the roles by --roles" in refused
    assert not world.invited()
    transfer = ("transfer", ADA, "--from", "1111", "--to", "2222", "--roles", "billing-admin", "--yes")
    call(*transfer, EC_API_KEY_OLD=OLD_KEY, EC_API_KEY_NEW=NEW_KEY)
    assert world.invited()


INVITED = ("POST", "invitations$", 0, lambda world: world.invited())
REFUSED = ("POST", "_accept", 0, lambda world: world.invited())
LEFT = ("DELETE", "members", 0, lambda world: not world.belongs(world.old))
JOINED = ("POST", "_accept", 1, lambda world: world.belongs(world.new))


def stopped(
    world: World,
    environment: dict[str, str],
    directory: Path,
    arguments: tuple[str, ...],
    moment: tuple[str, str, int, Callable[[World], bool]],
    by: signal.Signals,
) -> tuple[int, str]:
    """Runs the command up to a write whose answer is under way, then stops it; returns how it ended and what it said."""
    method, path, skip, written = moment
    stalls = Fault(kind="delayed", method=method, path=path, skip=skip, seconds=PATIENCE_SECONDS)  # type: ignore[arg-type]
    world.emulator.faults.add(stalls)
    running = subprocess.Popen(
        [COMMAND, *arguments],
        env=environment,
        cwd=directory,
        stdout=(directory / "stdout").open("w"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while list(world.emulator.faults) or not written(world):
            assert time.monotonic() < deadline
            assert running.poll() is None
            time.sleep(0.01)
        running.send_signal(by)
        _, errors = running.communicate(timeout=PATIENCE_SECONDS)
    finally:
        running.kill()
        running.wait()
    return running.returncode, errors


@pytest.mark.parametrize(
    ("moment", "where"),
    [
        (INVITED, "is still a member of organization 1111 and can accept the invitation to organization 2222 until"),
        (LEFT, "is no longer a member of organization 1111 and can accept the invitation to organization 2222 until"),
        (JOINED, "is a member of organization 2222. Run the same command again"),
    ],
    ids=["invited", "left", "joined"],
)
def test_ctrl_c_in_a_transfer_says_where_the_person_is_now(
    world: World,
    environment: dict[str, str],
    tmp_path: Path,
    moment: tuple[str, str, int, Callable[[World], bool]],
    where: str,
) -> None:
    code, said = stopped(world, {**environment, **TRANSFER_KEYS}, tmp_path, TRANSFER, moment, signal.SIGINT)

    assert code == ExitCode.CANCELLED
    assert f"{ADA} {where}" in said
    assert "Run the same command again: it resumes from there" in said
    assert "Traceback" not in said


def test_ctrl_c_in_leave_says_whether_the_person_has_left(
    world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    leave = ("leave", ADA, "--organization", "1111", "--yes")
    code, said = stopped(world, {**environment, "EC_API_KEY": OLD_KEY}, tmp_path, leave, LEFT, signal.SIGINT)

    assert code == ExitCode.CANCELLED
    assert "interrupted. The person has left organization 1111" in said


def test_a_program_gets_the_document_after_ctrl_c_too(
    world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    leave = ("leave", ADA, "--organization", "1111", "--yes", "--json")
    stopped(world, {**environment, "EC_API_KEY": OLD_KEY}, tmp_path, leave, LEFT, signal.SIGINT)

    document = json.loads((tmp_path / "stdout").read_text())
    assert document["finished"] is False
    assert "interrupted. The person has left organization 1111" in document["error"]


def test_ctrl_c_before_the_first_step_says_that_nothing_was_changed(
    world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    looking = ("GET", "members", 0, lambda _: True)
    variables = {**environment, **TRANSFER_KEYS}
    code, said = stopped(world, variables, tmp_path, (*TRANSFER, "--json"), looking, signal.SIGINT)

    assert code == ExitCode.CANCELLED
    document = json.loads((tmp_path / "stdout").read_text())
    assert document == {"finished": False, "steps": [], "error": "interrupted: this run has changed nothing"}
    assert document["error"] in said
    assert world.belongs(world.old)


def test_ctrl_c_in_accept_says_how_to_see_what_came_of_it(
    world: World, environment: dict[str, str], tmp_path: Path
) -> None:
    world.cloud.leave(world.old, ADA)
    variables = {**environment, **OWN, "EC_INVITATION_TOKEN": world.invite()}
    joined = ("POST", "_accept", 0, lambda world: world.belongs(world.new))
    code, said = stopped(world, variables, tmp_path, ("accept", "--organization", "2222"), joined, signal.SIGINT)

    assert code == ExitCode.CANCELLED
    assert "The invitation may have been accepted or not" in said


def test_without_the_persons_key_a_transfer_waits_for_the_link_and_goes_on_afterwards(world: World, call: Call) -> None:
    world.emulator.switches.one_organization_per_user = False
    command = (*TRANSFER[:-2], "after", "--yes")
    keys = {"EC_API_KEY_OLD": OLD_KEY, "EC_API_KEY_NEW": NEW_KEY}

    waiting = call(*command, **keys)
    assert waiting.returncode == 1
    assert waiting.stderr.startswith(
        f"{ADA} has to accept the invitation to organization 2222 by the link in its e-mail"
    )
    assert world.belongs(world.old)
    world.cloud.accept(world.new, ADA)

    assert call(*command, **keys).returncode == 0
    assert not world.belongs(world.old)
    assert world.belongs(world.new)


@pytest.mark.parametrize("moment", [INVITED, REFUSED, LEFT, JOINED], ids=["invited", "refused", "left", "joined"])
def test_a_transfer_killed_right_after_any_write_is_carried_on_by_the_next_run(
    world: World,
    call: Call,
    environment: dict[str, str],
    tmp_path: Path,
    moment: tuple[str, str, int, Callable[[World], bool]],
) -> None:
    stopped(world, {**environment, **TRANSFER_KEYS}, tmp_path, TRANSFER, moment, signal.SIGKILL)
    assert world.belongs(world.old) or world.belongs(world.new) or world.invited()

    process = call(*TRANSFER, **TRANSFER_KEYS)

    assert process.returncode == 0, process.stderr
    assert world.belongs(world.new)
    assert not world.belongs(world.old)
    assert world.cloud.invitation(world.new, ADA) is None
    assert len(world.emulator.outbox.messages) == 1
