"""The repository's own Action and pre-commit hook, as others use them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from elastic_cloud_emulator import Emulator
from tests.pipelines.organization import ADMIN_KEY, EVE, PROGRAM, roster
from tests.pipelines.shell import Machine, git, skip_without_tools

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "action.yml")
INSTALL, RUN = ACTION["runs"]["steps"]
MISTAKE = "mode: additive\nmembers:\n  ada@acme.example: [biling-admin]\n"

Action = Callable[..., "tuple[bool, dict[str, str], str]"]


@pytest.fixture
def action(tmp_path: Path, emulator: Emulator) -> Action:
    """Runs the Action's command with its inputs; returns whether the step succeeded, its outputs, and the job's summary."""
    skip_without_tools()
    project, temp, state = tmp_path / "project", tmp_path / "temp", tmp_path / "state"
    for directory in (project, temp, state):
        directory.mkdir()
    machine = Machine(tmp_path, {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": ADMIN_KEY}, None)
    files = {"Pulumi.yaml": "name: people\nruntime: python\n", "__main__.py": PROGRAM, "roster.yaml": roster()}
    for name, text in files.items():
        (project / name).write_text(text)
    outputs, summary = temp / "outputs", temp / "summary.md"

    def run(command: str, backend: str = state.as_uri(), **inputs: str) -> tuple[bool, dict[str, str], str]:
        given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {"command": command} | inputs
        environment = {}
        for name, expression in RUN["env"].items():
            assert expression.startswith("${{ inputs.")
            environment[name] = given[expression.removeprefix("${{ inputs.").removesuffix(" }}")]
        environment |= {
            "PULUMI_BACKEND_URL": backend,
            "RUNNER_TEMP": str(temp),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        for file in (outputs, summary):
            file.write_text("")
        fine = machine.run(RUN["run"], project, environment)
        written = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return fine, written, summary.read_text()

    return run


def test_a_preview_is_in_the_summary_of_the_job(action: Action) -> None:
    fine, outputs, summary = action("preview")
    assert (fine, outputs["exit-code"]) == (True, "0")
    assert Path(outputs["review"]).read_text() == summary
    assert "elastic-org:preview" in summary


def test_drift_fails_the_job_unless_it_is_only_to_be_told(action: Action, emulator: Emulator) -> None:
    assert action("up")[0]
    emulator.cloud.add_member("4242", EVE)
    fine, outputs, summary = action("drift")
    assert (fine, outputs["exit-code"]) == (False, "7")
    assert EVE in summary
    fine, outputs, summary = action("drift", **{"fail-on-drift": "false", "summary": "false"})
    assert (fine, outputs["exit-code"], summary) == (True, "7", "")


def test_arguments_are_one_a_line_and_never_more_than_that(action: Action, tmp_path: Path) -> None:
    (tmp_path / "project" / "two words.yaml").write_text(MISTAKE)
    assert action("validate", arguments="two words.yaml\n")[:2] == (False, {"exit-code": "1"})
    assert action("validate", arguments="roster.yaml\n\n")[:2] == (True, {"exit-code": "0"})
    assert action("validate", arguments="$(touch here); roster.yaml")[1] == {"exit-code": "2"}
    assert not (tmp_path / "project" / "here").exists()


def test_a_state_that_would_be_lost_with_the_job_is_refused(action: Action) -> None:
    assert action("up", backend="")[:2] == (False, {})
    assert action("validate", backend="", arguments="roster.yaml")[0]


def test_what_is_installed_sees_no_secret(tmp_path: Path) -> None:
    skip_without_tools()
    secrets = dict.fromkeys(
        ("EC_API_KEY", "EC_BREAK_GLASS_KEY", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"), "x"
    )
    machine = Machine(tmp_path, {**secrets, "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": str(ROOT)}, None)
    (tmp_path / "requirements.txt").write_text("more\n")
    assert machine.run(INSTALL["run"], tmp_path, {**INSTALL["env"], "REQUIREMENTS": "requirements.txt"}), machine.said
    assert f"{ROOT} --requirement requirements.txt" in machine.last_words


def test_another_command_is_refused(action: Action) -> None:
    assert action("destroy")[:2] == (False, {})


def test_the_action_and_the_hook_are_what_their_platforms_take() -> None:
    programs = Path(sys.executable).parent
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    action, hooks = ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml"
    audit = [programs / "zizmor", "--offline", "--no-progress", "--quiet", "--config", ROOT / ".github" / "zizmor.yml"]
    for command in (
        [programs / "check-jsonschema", "--builtin-schema", "vendor.github-actions", action],
        [programs / "pre-commit", "validate-manifest", hooks],
        [*audit, action, hooks, *workflows],
    ):
        process = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stdout + process.stderr


def test_a_commit_with_a_mistake_in_a_roster_is_stopped(tmp_path: Path) -> None:
    skip_without_tools()
    yaml = YAML(typ="safe", pure=True)
    [hook] = yaml.load(ROOT / ".pre-commit-hooks.yaml")
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    with (tmp_path / ".pre-commit-config.yaml").open("w") as file:
        yaml.dump(config, file)
    git(tmp_path, "init", "--quiet")
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PRE_COMMIT_HOME": str(tmp_path / "home")}

    def commit(name: str, text: str) -> tuple[int, str]:
        (tmp_path / name).write_text(text)
        git(tmp_path, "add", name)
        command = [str(programs / "pre-commit"), "run"]
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stdout

    code, said = commit("roster.yaml", MISTAKE)
    assert code == 1
    assert "roster.yaml:3:22: 'biling-admin' is not a known role; did you mean 'billing-admin'?" in said
    assert commit("roster.yaml", MISTAKE.replace("biling", "billing"))[0] == 0
    assert commit("notes.yaml", MISTAKE)[0] == 0
