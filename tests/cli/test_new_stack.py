"""A new stack is said to be new; where the project has others, its name may be misspelled, and it is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_elastic_org.cli import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: people\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    (tmp_path / "backend").mkdir()
    return tmp_path


def run(project: Path, engine: str, *arguments: str) -> Result:
    environment = {"PULUMI_BACKEND_URL": (project / "backend").as_uri()}
    return CliRunner().invoke(main, [*arguments, "--engine", engine, "-C", str(project)], env=environment)


@pytest.mark.parametrize("backend", ["", "backend"], ids=["in the project", "in the backend"])
def test_a_stack_of_the_embedded_engine_is_not_begun_anew_where_the_cli_has_come(
    project: Path,
    pulumi_cli: str,  # noqa: ARG001 - skips without it
    backend: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", (project / "backend").as_uri() if backend else "")
    made = CliRunner().invoke(main, ["up", "--yes", "--engine", "embedded", "-C", str(project)])
    assert made.exit_code == 0, made.output
    [state] = project.rglob("dev.json")

    for operation in (["preview"], ["up", "--yes"], ["drift"]):
        refused = run(project, "pulumi", *operation)
        assert refused.exit_code == 1
        assert f"a state of the embedded engine, {state}" in refused.output
        assert f"`pulumi stack import --stack dev --file {state}`" in refused.output
    assert not list((project / "backend").rglob(".pulumi/stacks/**/*.json"))
    assert run(project, "pulumi", "up", "--yes", "--new-stack").exit_code == 0


def test_a_misspelled_name_makes_no_second_stack(project: Path, engine_name: str) -> None:
    first = run(project, engine_name, "up", "--yes", "--stack", "prod")
    assert first.exit_code == 0, first.output
    assert "There is no stack 'prod' yet: it is made." in first.output
    assert first.output.count("Preview of update: stack prod") == 1
    preview = run(project, engine_name, "preview", "--stack", "prdo")
    assert preview.exit_code == 0
    assert "There is no stack 'prdo' yet; the project has prod. This preview is of a new stack" in preview.output
    for skip in ([], ["--skip-preview"]):
        refused = run(project, engine_name, "up", "--yes", *skip, "--stack", "prdo")
        assert refused.exit_code == 1
        assert (
            "There is no stack 'prdo' yet; the project has prod. If the name is right, say so with --new-stack"
            in refused.output
        )
    meant = run(project, engine_name, "up", "--yes", "--new-stack", "--stack", "prdo")
    assert meant.exit_code == 0, meant.output
    again = run(project, engine_name, "up", "--yes", "--stack", "prdo")
    assert again.exit_code == 0
    assert "There is no stack" not in again.output
