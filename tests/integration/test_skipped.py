"""`guards: {when_refused: skip}`: whom the guards refuse is left as they are, and everything is done for everybody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.acme import ADMIN, Acme, Stack

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ADA, BOB, EVE, NEW = (f"{name}@acme.example" for name in ("ada", "bob", "eve", "new"))
SKIP = "max_removals=5, when_refused='skip'"


def run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, *arguments, "-C", str(stack.directory), "--engine", stack.engine.name]
    environment = {**os.environ, **stack.environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def declare(stack: Stack, *people: str, overrides: str = "") -> None:
    stack.roster(dict.fromkeys(people, ()), extra=f"guards=elastic.Guards({SKIP}{overrides})")


def test_a_stranger_and_an_owner_block_nobody_else_and_nothing_is_lost(stack: Stack, acme: Acme) -> None:
    for email in (ADA, BOB):
        acme.join(email)
    declare(stack, ADA, BOB)
    stack.apply()
    acme.join(EVE)
    logs = acme.cloud.add_deployment(acme.id, "logs", owner=BOB)
    declare(stack, ADA, NEW)

    preview, document = run(stack, "preview"), run(stack, "preview", "--json")
    up = run(stack, "up", "--yes")

    assert (preview.returncode, document.returncode, up.returncode) == (10, 10, 10), up.stdout + up.stderr
    [organization] = json.loads(document.stdout)["organizations"]
    assert {(one["guard"], one["person"]) for one in organization["skipped"]} == {
        ("owns-resources", BOB),
        ("unmanaged-people", EVE),
    }
    assert [one["person"] for one in organization["changes"]] == [NEW]
    assert "Skipped: left as they are" in preview.stdout
    assert f"{EVE}: {{guards: [unmanaged-people], reason: ...}}" in preview.stdout
    assert acme.invited() == {NEW}
    assert {BOB, EVE} <= acme.people().keys()

    acme.cloud.set_tags(logs.id, {"owner": ADMIN})
    again = run(stack, "up", "--yes")
    assert again.returncode == 10, again.stdout + again.stderr
    assert BOB not in acme.people()
    assert EVE in acme.people()

    why = ", overrides={'" + EVE + "': elastic.Override(['unmanaged-people'], 'left in May')}"
    declare(stack, ADA, NEW, overrides=why)
    assert run(stack, "up", "--yes").returncode == 0
    assert EVE not in acme.people()
    assert not stack.preview().has_changes


def test_too_many_removals_are_all_left_undone_and_the_rest_is_done(stack: Stack, acme: Acme) -> None:
    people = [f"person{number}@acme.example" for number in range(7)]
    for email in people:
        acme.join(email)
    declare(stack, *people)
    stack.apply()
    declare(stack, people[0], NEW)

    up = run(stack, "up", "--yes")

    assert up.returncode == 10, up.stdout + up.stderr
    assert "max-removals" in up.stdout
    assert set(people) <= acme.people().keys()
    assert acme.invited() == {NEW}


def test_what_a_reviewed_plan_does_not_have_stops_everything(stack: Stack, acme: Acme, tmp_path: Path) -> None:
    acme.join(ADA)
    declare(stack, ADA)
    stack.apply()
    declare(stack, ADA, NEW)
    plan = str(tmp_path / "plan.json")
    assert run(stack, "preview", "--save-plan", plan).returncode == 0
    declare(stack, ADA, NEW, BOB)

    up = run(stack, "up", "--yes", "--plan", plan)

    assert up.returncode == 1, up.stdout + up.stderr
    assert acme.invited() == set()
