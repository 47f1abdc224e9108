"""The examples do what they show, against the emulated acme."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cli.demo.emulation import environment
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import Result, Workspace
from tests.support.acme import text

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "state").mkdir()
    with Emulator(ACME) as emulator:
        yield {**environment(emulator), "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri()}


def preview(example: str, tmp_path: Path, engine: str, settings: dict[str, str]) -> Result:
    ignore = shutil.ignore_patterns(".venv", ".elastic-org", "__pycache__", "Pulumi.yaml")
    project = shutil.copytree(EXAMPLES / example, tmp_path / example, ignore=ignore)
    (project / "Pulumi.yaml").write_text("name: example\nruntime: python\n", encoding="utf-8")
    result = select(engine).preview(Workspace(project, "dev", environment=settings))
    assert result.succeeded, text(result)
    return result


def test_what_import_wrote_of_acme_changes_nothing(engine_name: str, tmp_path: Path, settings: dict[str, str]) -> None:
    assert "nothing to do" in text(preview("adopt", tmp_path, engine_name, settings))


def test_files_of_teams_make_one_roster(engine_name: str, tmp_path: Path, settings: dict[str, str]) -> None:
    said = text(preview("roster-files", tmp_path, engine_name, settings))

    assert "+ new.colleague@acme.example: invite: deployment-editor on shop" in said
    assert "+ contractor@agency.example: invite: " in said
    assert "~ amara.nwosu@acme.example: change roles: + " in said
