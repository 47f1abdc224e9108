"""The policy pack of the examples reads what either face declares, and refuses what it says that it refuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.support.acme import ADMIN, SECOND_ADMIN
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


def test_each_policy_refuses_a_preview(cloud: Cloud, tmp_path: Path) -> None:
    if (missing := lacks("yaml")) is not None:
        pytest.skip(missing)
    pack = tmp_path / "pack"
    shutil.copytree(EXAMPLE, pack, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    subprocess.run([sys.executable, "-m", "venv", pack / ".venv"], check=True)
    install: list[str | Path] = [
        pack / ".venv" / "bin" / "pip",
        "install",
        "--quiet",
        "--requirement",
        pack / "requirements.txt",
    ]
    subprocess.run(install, check=True)
    project = YamlProject(tmp_path / "project", cloud)
    people = {
        ADMIN: ["organization-admin"],
        SECOND_ADMIN: ["organization-admin"],
        "bob@acme.example": ["billing-admin"],
    }
    project.program({"acme": Resource("Roster", {"mode": "additive", "members": people})})
    assert project.preview("--policy-pack", str(pack)).code == 0

    people = {ADMIN: ["organization-admin"], "eve@other.example": [], "bob@acme.example": ["deployment-admin on all"]}
    project.program({"acme": Resource("Roster", {"mode": "additive", "members": people})})
    said = project.preview("--policy-pack", str(pack))
    assert said.code != 0
    assert "eve@other.example is outside acme.example" in said.text
    assert "bob@acme.example would get deployment-admin on all" in said.text
    assert "1 people would have organization-admin" in said.text
