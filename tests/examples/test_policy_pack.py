"""The policy pack of the examples reads what either face declares, and refuses what it says that it refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN, make_stack
from tests.support.cli_project import Resource, YamlProject, lacks
from tests.support.provided import Cloud

EXAMPLE = Path(__file__).parents[2] / "examples" / "policy-pack"
ROLES = {"bob@acme.example": "billing-admin; deployment-editor on all", "cy@acme.example": "no roles"}
TEXT = "bob@acme.example: billing-admin; deployment-editor on all\ncy@acme.example: no roles"


def reader() -> Any:
    """The module that the policies read resources with, which needs nothing installed."""
    spec = spec_from_file_location("policy_pack_people", EXAMPLE / "people.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("face", ["elastic-org:index", "pulumi-python:dynamic/elastic-org"])
@pytest.mark.parametrize("props", [{"members": ROLES}, {"applied": TEXT}])
def test_a_roster_of_either_face_is_read(face: str, props: dict[str, Any]) -> None:
    found = reader().roles_by_person(f"{face}:Roster", props)
    assert found == {"bob@acme.example": ["billing-admin", "deployment-editor on all"], "cy@acme.example": []}


@pytest.mark.parametrize("face", ["elastic-org:index", "pulumi-python:dynamic/elastic-org"])
def test_a_member_of_either_face_is_read(face: str) -> None:
    found = reader().roles_by_person(f"{face}:Member", {"email": "bob@acme.example", "roles": "billing-admin"})
    assert found == {"bob@acme.example": ["billing-admin"]}


def test_what_is_no_resource_of_people_is_left_alone() -> None:
    assert reader().roles_by_person("aws:s3/bucket:Bucket", {"members": ROLES}) == {}
    assert reader().roles_by_person("elastic-org:index:ApiKey", {"roles": "billing-admin"}) == {}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The policy pack, with what it needs installed beside it."""
    if (missing := lacks("yaml")) is not None:
        pytest.skip(missing)
    pack = tmp_path_factory.mktemp("policies") / "pack"
    shutil.copytree(EXAMPLE, pack, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    subprocess.run([sys.executable, "-m", "venv", pack / ".venv"], check=True)
    pip = pack / ".venv" / "bin" / "pip"
    subprocess.run([pip, "install", "--quiet", "--requirement", pack / "requirements.txt"], check=True)
    return pack


PASSING = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin", "bob@acme.example": "billing-admin"}
REFUSED = {ADMIN: "organization-admin", "eve@other.example": "no roles", "bob@acme.example": "deployment-admin on all"}
REASONS = (
    "eve@other.example is outside acme.example",
    "bob@acme.example would get deployment-admin on all",
    "1 people would have organization-admin",
)


def test_each_policy_refuses_a_preview(cloud: Cloud, tmp_path: Path, pack: Path) -> None:
    project = YamlProject(tmp_path / "project", cloud)
    project.program({"acme": Resource("Roster", {"mode": "additive", "members": PASSING})})
    assert project.preview("--policy-pack", str(pack)).code == 0

    project.program({"acme": Resource("Roster", {"mode": "additive", "members": REFUSED})})
    said = project.preview("--policy-pack", str(pack))
    assert said.code != 0
    assert [reason for reason in REASONS if reason not in said.text] == []


def test_each_policy_refuses_a_preview_of_a_python_program(cloud: Cloud, tmp_path: Path, pack: Path) -> None:
    directory = tmp_path / "stack"
    directory.mkdir()
    stack = make_stack(directory, "pulumi", cloud)

    def preview(members: dict[str, str]) -> subprocess.CompletedProcess[str]:
        roles = {email: [] if text == "no roles" else [text] for email, text in members.items()}
        stack.program(f"elastic.Roster('acme', members={roles!r}, mode='additive')\n")
        environment = {**os.environ, **stack.environment, "PULUMI_PYTHON_CMD": sys.executable}
        command = ["pulumi", "preview", "--stack", "dev", "--non-interactive", "--policy-pack", str(pack)]
        return subprocess.run(
            command, cwd=stack.directory, env=environment, capture_output=True, text=True, check=False
        )

    stack.program("")
    stack.apply()
    passing = preview(PASSING)
    assert passing.returncode == 0, passing.stdout + passing.stderr
    refused = preview(REFUSED)
    assert refused.returncode != 0
    assert [reason for reason in REASONS if reason not in refused.stdout] == []
