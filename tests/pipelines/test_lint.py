"""The pipelines are what their platforms take, and keep to what keeps keys safe."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.pipelines.organization import EXAMPLES

OWN = sorted((EXAMPLES.parents[1] / ".github" / "workflows").glob("*.yml"))
EXAMPLE_WORKFLOWS = sorted((EXAMPLES / "github-actions").rglob("*.yml"))
WORKFLOWS = [*EXAMPLE_WORKFLOWS, *OWN]
GITLAB = sorted((EXAMPLES / "gitlab-ci").glob("*.yml"))
SETTINGS = (
    "EC_API_KEY",
    "EC_API_KEY_USER",
    "EC_ORGANIZATION_ID",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_STACK",
)
KEY = "${{ secrets.EC_API_KEY }}"
CHECK = str(Path(sys.executable).with_name("check-jsonschema"))


def read(path: Path) -> dict[str, Any]:
    document = YAML(typ="safe", pure=True).load(path)
    assert isinstance(document, dict)
    return document


def scripts() -> dict[str, str]:
    """Every script of every pipeline, by where it is."""
    found: dict[str, str] = {}
    for path in WORKFLOWS:
        for name, job in read(path)["jobs"].items():
            found |= {f"{path.name} {name} {n}": step["run"] for n, step in enumerate(job["steps"]) if "run" in step}
    for path in GITLAB:
        for name, job in read(path).items():
            if isinstance(job, dict) and "script" in job:
                found[f"{path.name} {name}"] = "\n".join(job["script"])
    return found


@pytest.mark.parametrize(
    ("schema", "paths"), [("github-workflows", WORKFLOWS), ("gitlab-ci", GITLAB)], ids=["github", "gitlab"]
)
def test_pipelines_follow_their_platforms_schema(schema: str, paths: list[Path]) -> None:
    transform = ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    command = [CHECK, "--builtin-schema", f"vendor.{schema}", *transform, *map(str, paths)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize("script", scripts().values(), ids=scripts())
def test_scripts_are_shell(script: str) -> None:
    process = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_token_may_do_more_than_its_job_says(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_that_sees_the_key_can_write_no_code(path: Path) -> None:
    for job in read(path)["jobs"].values():
        if KEY in str(job):
            assert "environment" in job
            assert job["permissions"].get("contents") == "read"


@pytest.mark.parametrize("path", [path for path in WORKFLOWS if "preview" in path.name], ids=lambda path: path.name)
def test_who_sees_the_key_of_a_pull_request_cannot_write_at_all(path: Path) -> None:
    for job in read(path)["jobs"].values():
        if KEY in str(job):
            assert set(job["permissions"].values()) == {"read"}


@pytest.mark.parametrize("path", GITLAB, ids=lambda path: path.name)
def test_one_apply_runs_at_a_time(path: Path) -> None:
    assert read(path)["apply"]["resource_group"]
    for workflow in WORKFLOWS:
        if "apply" in workflow.name:
            assert read(workflow)["concurrency"]["cancel-in-progress"] is False


@pytest.mark.parametrize("path", EXAMPLE_WORKFLOWS, ids=lambda path: path.name)
def test_a_failure_before_a_pipe_fails_the_step(path: Path) -> None:
    assert read(path)["defaults"]["run"]["shell"] == "bash"  # GitHub adds `-o pipefail` only where the shell is named


@pytest.mark.parametrize("path", EXAMPLE_WORKFLOWS, ids=lambda path: path.name)
def test_only_the_step_that_calls_elastic_cloud_sees_a_secret(path: Path) -> None:
    workflow = read(path)
    seen = 0
    assert "secrets." not in str(workflow.get("env"))
    for job in workflow["jobs"].values():
        assert "secrets." not in str(job.get("env"))
        for step in job["steps"]:
            if KEY in str(step):
                seen += 1
                lines = [line.split()[0] for line in step["run"].splitlines()]
                assert {"elastic-org", "pulumi"} & set(lines)
                assert not re.search(r"\b(pip3?|npm|apt-get|git)\b", step["run"])
            else:
                assert not re.search(r"secrets\.\w+ *}}", str(step))
    assert seen


@pytest.mark.parametrize("path", [*EXAMPLE_WORKFLOWS, *GITLAB], ids=lambda path: path.name)
def test_the_head_of_a_pipeline_names_all_that_it_needs(path: Path) -> None:
    lines = path.read_text().splitlines()
    head = "\n".join(line for line in lines if line.startswith("#"))
    body = "\n".join(line for line in lines if not line.startswith("#"))
    names = {*SETTINGS, *re.findall(r"(?:secrets|vars)\.(\w+)", body), *re.findall(r"elastic-cloud(?:-\w+)?", body)}
    names |= {"GITLAB_TOKEN"} if "GITLAB_TOKEN" in body else set()
    assert {name for name in names if not re.search(rf"\b{name}(?![\w-])", head)} == set()
