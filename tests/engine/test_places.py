"""Where a stack's state is, and what a stack may be called: nothing is written elsewhere, and no second state begun."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pulumi_embedded.port import EngineError
from pulumi_embedded.stack_name import StackName
from tests.support.things_stack import Stack

ONE = 'Thing("one", {"value": "a"})\npulumi.export("where", [pulumi.get_organization(), pulumi.get_stack()])'


@pytest.fixture
def elsewhere(embedded: Stack) -> Stack:
    """A project whose backend is a directory of its own."""
    embedded.environment["PULUMI_BACKEND_URL"] = (embedded.directory / "backend").as_uri()
    embedded.program(ONE)
    return embedded


def states(stack: Stack) -> list[str]:
    return sorted(str(path.relative_to(stack.directory)) for path in stack.directory.rglob(".elastic-org/**/*.json"))


def test_the_state_is_kept_in_the_directory_that_the_backend_names(elsewhere: Stack) -> None:
    assert elsewhere.up().succeeded
    assert states(elsewhere) == ["backend/.elastic-org/state/trial/dev.json"]
    assert elsewhere.refresh().succeeded


def test_home_and_relative_paths_are_read_as_the_cli_reads_them(
    elsewhere: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(elsewhere.directory)
    for url, place in {
        "file://~": tmp_path,
        "file://./backend?no_tmp_dir=true": elsewhere.directory / "backend",
    }.items():
        elsewhere.environment["PULUMI_BACKEND_URL"] = url
        assert elsewhere.up().succeeded
        assert (place / ".elastic-org/state/trial/dev.json").exists()


def test_a_backend_that_is_not_there_is_refused(elsewhere: Stack) -> None:
    elsewhere.environment["PULUMI_BACKEND_URL"] = "file:///no/such/place"
    with pytest.raises(EngineError, match="PULUMI_BACKEND_URL names /no/such/place, which is not a directory"):
        elsewhere.up()


def test_a_state_where_earlier_releases_kept_it_is_not_begun_anew(elsewhere: Stack) -> None:
    url = elsewhere.environment.pop("PULUMI_BACKEND_URL")
    assert elsewhere.up().succeeded
    elsewhere.environment["PULUMI_BACKEND_URL"] = url
    with pytest.raises(EngineError, match=r"state is still in .*, where earlier releases kept it. Move it to"):
        elsewhere.up()


def test_a_state_of_the_cli_in_the_same_backend_is_not_begun_anew(elsewhere: Stack) -> None:
    kept = elsewhere.directory / "backend" / ".pulumi" / "stacks" / "trial"
    kept.mkdir(parents=True)
    (kept / "dev.json").write_text("{}")
    with pytest.raises(EngineError, match="has a state of the Pulumi CLI"):
        elsewhere.up()


@pytest.mark.parametrize("name", ["dev", "organization/dev", "organization/trial/dev"])
def test_pulumis_forms_of_a_name_are_one_stack(stack: Stack, name: str) -> None:
    stack.program(ONE)
    result = stack.engine.up(replace(stack.workspace, stack=name))
    assert result.succeeded, result.errors
    assert result.outputs["where"] == ["organization", "dev"]
    assert stack.state("one")


def test_a_stack_of_another_organization_has_a_state_of_its_own_and_its_configuration(embedded: Stack) -> None:
    embedded.program(ONE + '\npulumi.export("word", config.require("word"))')
    embedded.configure({"config": {"trial:word": "x"}})
    workspace = replace(embedded.workspace, stack="acme/dev")
    result = embedded.engine.up(workspace)
    assert result.outputs == {"where": ["acme", "dev"], "word": "x"}
    assert states(embedded) == [".elastic-org/state/acme/dev.json"]
    assert embedded.engine.stacks(workspace) == ("acme/dev",)


@pytest.mark.parametrize("name", ["", "../prod", "a/b/c/d", "/prod", "acme/", "a b", "acme/../prod", "prod\n", "..\\x"])
def test_what_is_no_name_of_a_stack_is_refused_and_writes_nothing(stack: Stack, name: str) -> None:
    stack.program(ONE)
    before = sorted(stack.directory.rglob("*"))
    with pytest.raises(EngineError, match="is not the name of a stack: write STACK, ORGANIZATION/STACK or"):
        stack.engine.up(replace(stack.workspace, stack=name))
    assert sorted(stack.directory.rglob("*")) == before


def test_a_stack_of_another_project_is_refused(embedded: Stack) -> None:
    with pytest.raises(EngineError, match="is of another project than"):
        embedded.engine.preview(replace(embedded.workspace, stack="organization/other/dev"))


def test_the_parts_of_a_name() -> None:
    assert StackName.parse("acme/people/prod") == StackName("prod", "people", "acme")


def test_the_state_of_the_stack_is_an_export(elsewhere: Stack) -> None:
    assert elsewhere.up().succeeded
    kept = json.loads((elsewhere.directory / states(elsewhere)[0]).read_text())
    assert kept == elsewhere.engine.export(elsewhere.workspace)
