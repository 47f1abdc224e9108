"""The embedded engine knows of nothing but Pulumi: it could be taken out and used for any program."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import pulumi_embedded as package

FILES = sorted(Path(package.__file__).parent.glob("*.py"))
LIBRARIES = {"cryptography", "google", "grpc", "pulumi", "ruamel"}


def imported(path: Path) -> set[str]:
    """The modules that a file imports: names of top-level packages, and relative imports as they are written."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {"." * node.level + name for name in names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_there_are_files_to_look_at() -> None:
    assert {"monitor.py", "state.py", "steps.py"} <= {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_knows_nothing_of_elastic_and_is_read_in_a_sitting(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "elastic" not in text.lower()
    assert len(text.splitlines()) <= 320


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_imports_its_neighbours_and_libraries_alone(path: Path) -> None:
    own = {f".{other.stem}" for other in FILES}
    assert not imported(path) - own - LIBRARIES - set(sys.stdlib_module_names)


def test_what_runs_in_the_programs_own_interpreter_needs_the_sdk_alone() -> None:
    runner = next(path for path in FILES if path.name == "runner.py")
    assert imported(runner) - set(sys.stdlib_module_names) == {"pulumi"}
