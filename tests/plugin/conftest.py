"""The organization and the plugin, for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli_project import LANGUAGES, Project, lacks
from tests.support.provided import Cloud, cloud_behind_the_plugin

__all__ = ["cloud_behind_the_plugin"]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the projects of a file lie, which share what is installed."""
    return tmp_path_factory.mktemp("programs")


@pytest.fixture(params=LANGUAGES)
def project(request: pytest.FixtureRequest, programs: Path, cloud: Cloud) -> Project:
    """A project of each language that the machine can run."""
    if (missing := lacks(request.param)) is not None:
        pytest.skip(missing)
    return LANGUAGES[request.param](programs / request.node.name.replace("[", "-").rstrip("]"), cloud)
