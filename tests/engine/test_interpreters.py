"""Which Python runs the program, and what is said when there is none, or no program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pulumi_embedded.port import EngineError
from tests.support.things_stack import Stack

WHICH = 'pulumi.export("python", __import__("os").environ["WHICH"])'


def environment(home: Path, name: str) -> Path:
    """A virtual environment, as far as it has a Python; the Python says which one it is."""
    python = home / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nWHICH={name} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return home


def project(stack: Stack, **options: str) -> None:
    listed = "".join(f"    {key}: {value}\n" for key, value in options.items())
    (stack.directory / "Pulumi.yaml").write_text(
        f"name: trial\nruntime:\n  name: python\n  options:\n{listed}main: program\n"
    )
    stack.program(WHICH)


def which(stack: Stack) -> object:
    result = stack.preview()
    assert result.succeeded, result.errors
    return result.outputs["python"]


@pytest.mark.parametrize("mark", ["uv.lock", "pyproject.toml"])
def test_uv_without_a_virtualenv_uses_the_environment_beside_its_lock_file(embedded: Stack, mark: str) -> None:
    project(embedded, toolchain="uv")
    (embedded.directory.parent / mark).touch()
    environment(embedded.directory.parent / ".venv", "above")
    assert which(embedded) == "above"


def test_uv_without_any_file_uses_the_environment_of_the_project(embedded: Stack) -> None:
    project(embedded, toolchain="uv")
    environment(embedded.directory / "own", "own")
    embedded.environment["UV_PROJECT_ENVIRONMENT"] = "own"
    assert which(embedded) == "own"


def test_poetry_is_asked_for_its_environment(embedded: Stack, tmp_path: Path) -> None:
    project(embedded, toolchain="poetry")
    home = environment(tmp_path / "cache" / "trial-py3", "poetry")
    tool = tmp_path / "tools" / "poetry"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\n[ "$*" = "env info --path" ] && echo {home}\n')
    tool.chmod(0o755)
    embedded.environment["PATH"] = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"
    assert which(embedded) == "poetry"


def test_poetry_that_is_not_there_is_said(embedded: Stack, tmp_path: Path) -> None:
    project(embedded, toolchain="poetry")
    embedded.environment["PATH"] = str(tmp_path)
    with pytest.raises(EngineError, match="names the toolchain poetry, and `poetry env info --path` says no"):
        embedded.preview()


@pytest.mark.parametrize("options", [{"toolchain": "uv"}, {"virtualenv": "gone"}], ids=["uv", "virtualenv"])
def test_a_virtual_environment_without_a_python_is_said(embedded: Stack, options: dict[str, str]) -> None:
    project(embedded, **options)
    with pytest.raises(EngineError, match=r"run in the virtual environment .*, and there is no .*python\. Make it"):
        embedded.preview()


def test_another_toolchain_is_refused(embedded: Stack) -> None:
    project(embedded, toolchain="pixi")
    with pytest.raises(EngineError, match="toolchain 'pixi'"):
        embedded.preview()


def test_an_interpreter_that_is_not_found_is_said(embedded: Stack) -> None:
    embedded.program("")
    embedded.environment["PULUMI_PYTHON_CMD"] = "/no/such/python"
    with pytest.raises(EngineError, match="The program's Python, /no/such/python, cannot be started: No such file"):
        embedded.preview()


def test_a_program_that_is_missing_is_said(embedded: Stack) -> None:
    with pytest.raises(EngineError, match=r"There is no program in .*program: __main__\.py is missing"):
        embedded.preview()


def test_a_project_file_in_another_encoding_is_said(stack: Stack) -> None:
    stack.program("")
    stack.config["word"] = "x"
    (stack.directory / "Pulumi.yaml").write_text("name: trial\ndescription: für\nruntime: python\n", encoding="latin-1")
    said = {
        "embedded": r"Pulumi\.yaml is not UTF-8 text\. Save it as UTF-8",
        "pulumi": r"Pulumi\.yaml': .*invalid.* UTF-8",
    }
    with pytest.raises(EngineError, match=said[stack.engine.name]):
        stack.preview()


def test_a_project_file_with_a_byte_order_mark_is_read(embedded: Stack) -> None:
    embedded.program("")
    path = embedded.directory / "Pulumi.yaml"
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert embedded.preview().succeeded
