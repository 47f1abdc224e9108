"""An empty project, and the example organization."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elastic_cloud_emulator import ACME, Emulator
from pulumi_embedded.port import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, "dev")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(ACME) as emulator:
        yield emulator
