"""An empty project."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_embedded.port import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, "dev")
