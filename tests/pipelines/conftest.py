"""A team's repository, the organization that it manages, and a machine that runs its pipelines."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator
from tests.pipelines.organization import ADMIN_KEY, SEED, Repository
from tests.pipelines.shell import VARIANTS, Machine, skip_without_tools


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(SEED) as emulator:
        yield emulator


@pytest.fixture(params=list(VARIANTS.values()), ids=list(VARIANTS))
def variant(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """Whose commands run, and whether they run on the Pulumi CLI."""
    name, on_cli = request.param
    if on_cli:
        request.getfixturevalue("pulumi_cli")
    return str(name), bool(on_cli)


@pytest.fixture
def commands(variant: tuple[str, bool]) -> str:
    """Whose commands run: `elastic-org` or `pulumi`."""
    return variant[0]


@pytest.fixture
def settings(tmp_path: Path, variant: tuple[str, bool]) -> dict[str, str]:
    """What is no secret. The stack is there already where the stock commands need one."""
    (tmp_path / "state").mkdir()
    settings = {
        "EC_ORGANIZATION_ID": "4242",
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_STACK": "prod",
    }
    if variant[1]:
        (tmp_path / "Pulumi.yaml").write_text("name: people\nruntime: python\n")
        subprocess.run(
            ["pulumi", "stack", "init", "prod", "--non-interactive"],
            cwd=tmp_path,
            env={**os.environ, **settings},
            check=True,
            capture_output=True,
        )
    return settings


@pytest.fixture
def secrets() -> dict[str, str]:
    return {"EC_API_KEY": ADMIN_KEY, "PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"]}


@pytest.fixture
def machine(tmp_path: Path, emulator: Emulator, variant: tuple[str, bool]) -> Machine:
    skip_without_tools()
    cli = shutil.which("pulumi") if variant[1] else None
    return Machine(tmp_path, {"EC_ENDPOINT": emulator.endpoint}, str(Path(cli).parent) if cli else None)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    skip_without_tools()
    return Repository(tmp_path / "git")
