"""`preview --save-plan` and `up --plan`: only what was reviewed is applied, with every engine."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_elastic_org.variables import REVIEWED_PLAN
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, acme, emulator, make_stack, stack, text

__all__ = ["acme", "emulator", "stack"]

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ADA, BOB, EVE = "ada@acme.example", "bob@acme.example", "eve@acme.example"

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def call(engine_name: str, stack: Stack) -> Call:
    """Calls the command on the stack."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [COMMAND, *arguments, "-C", str(stack.directory), "--engine", engine_name]
        environment = {**os.environ, **stack.environment}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    return call


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return str(tmp_path / "plan.json")


def test_what_was_reviewed_is_applied(stack: Stack, acme: Acme, call: Call, plan: str) -> None:
    stack.roster({ADA: ["billing-admin"]})
    preview = call("preview", "--save-plan", plan)
    assert preview.returncode == 0, preview.stdout + preview.stderr
    assert "Plan sha256:" in preview.stderr
    up = call("up", "--yes", "--plan", plan)
    assert up.returncode == 0, up.stdout + up.stderr
    assert acme.invited() == {ADA}


def test_what_the_preview_says_to_run_applies_the_plan_to_the_stack_that_was_previewed(
    tmp_path: Path, acme: Acme, plan: str
) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    settings = ["-s", "organization/people/prod", "-c", "mode=a b", "-C", str(stack.directory), "--engine", "embedded"]
    stack.program(
        f"elastic.Member('ada', email='{ADA}', roles=[])\npulumi.export('mode', pulumi.Config().require('mode'))\n"
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **stack.environment}
        return subprocess.run(
            [COMMAND, *words], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    preview = run("preview", "--save-plan", plan, *settings)
    program, *words = shlex.split(preview.stderr.partition("To apply it: ")[2])
    up = run(*words, "--yes")
    assert program == "elastic-org"
    assert up.returncode == 0, up.stdout + up.stderr
    assert acme.invited() == {ADA}
    assert json.loads(run("outputs", "--json", *settings).stdout)["mode"] == "a b"


def test_an_organization_that_moved_since_is_left_alone(stack: Stack, acme: Acme, call: Call, plan: str) -> None:
    acme.join(BOB)
    stack.roster({ADA: ["billing-admin"], BOB: ["billing-admin"]})
    assert call("preview", "--save-plan", plan).returncode == 0
    acme.cloud.leave(acme.id, BOB)
    up = call("up", "--yes", "--plan", plan)
    assert up.returncode == 1
    assert "nothing was changed: what would be done is not what was reviewed" in up.stdout
    assert f"not reviewed: {BOB}: invite (billing-admin)" in up.stdout
    assert f"reviewed, and no longer to be done: {BOB}: add roles (billing-admin)" in up.stdout
    assert acme.invited() == set()


def test_code_that_changed_since_is_not_applied_even_without_a_preview_to_show(
    stack: Stack, acme: Acme, call: Call, plan: str
) -> None:
    stack.roster({ADA: ["billing-admin"]})
    assert call("preview", "--save-plan", plan).returncode == 0
    stack.roster({ADA: ["organization-admin"]})
    up = call("up", "--skip-preview", "--json", "--plan", plan)
    assert up.returncode == 1
    assert f"not reviewed: {ADA}: invite (organization-admin)" in up.stdout
    assert acme.invited() == set()


def test_what_moves_between_the_preview_and_the_update_is_refused_by_the_provider(
    stack: Stack, acme: Acme, call: Call, plan: str
) -> None:
    stack.roster({ADA: ["billing-admin"]})
    stack.apply()
    stack.roster({ADA: ["billing-admin"], EVE: ["billing-admin"]})
    assert call("preview", "--save-plan", plan).returncode == 0
    acme.cloud.set_roles(acme.id, SECOND_ADMIN, {})
    stack.environment[REVIEWED_PLAN] = plan
    result = stack.up()
    assert not result.succeeded
    assert f"{SECOND_ADMIN}: 'add roles' is not in the plan that was reviewed [only-reviewed]" in text(result)
    assert "Traceback" not in text(result)
    assert acme.invited() == {ADA}
    assert acme.people()[SECOND_ADMIN] == {}
    assert acme.people()[ADMIN]


def test_a_refused_preview_saves_no_plan(stack: Stack, acme: Acme, call: Call, plan: str) -> None:
    acme.join(EVE)
    stack.roster({})
    assert call("preview", "--save-plan", plan).returncode == 1
    assert not Path(plan).exists()


def test_what_is_no_plan_is_wrong_usage(stack: Stack, call: Call, plan: str) -> None:
    stack.roster({})
    Path(plan).write_text("{}")
    up = call("up", "--yes", "--plan", plan)
    assert up.returncode == 2
    assert "is not a plan that" in up.stderr
