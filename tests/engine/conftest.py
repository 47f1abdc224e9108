"""Projects of things, for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.things_stack import Stack

from .warm_python import warm_python


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Python that starts fast."""
    with warm_python(tmp_path_factory.mktemp("python")) as command:
        yield command


@pytest.fixture
def stack(engine_name: str, tmp_path: Path, python: Path) -> Stack:
    """A project, for every engine."""
    return Stack(tmp_path / "project", engine_name, python)


@pytest.fixture
def embedded(tmp_path: Path, python: Path) -> Stack:
    """A project for the embedded engine, for what the CLI does otherwise or not at all."""
    return Stack(tmp_path / "project", "embedded", python)


@pytest.fixture
def make_stack(tmp_path: Path, python: Path) -> Callable[[str], Stack]:
    """Makes a project for an engine."""
    return lambda engine: Stack(tmp_path / engine, engine, python)
