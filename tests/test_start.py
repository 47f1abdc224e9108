"""What is loaded, and looked for, before anything is done: this is most of what a small run takes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files

import pytest


def loaded_by(statement: str) -> set[str]:
    """The modules that a new process holds after a statement."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    return set(said.split())


@pytest.mark.parametrize("name", ["Roster", "Provider", "Guards", "deployment"])
def test_a_program_does_without_what_only_the_provider_needs(name: str) -> None:
    loaded = loaded_by(f"import pulumi_elastic_org\npulumi_elastic_org.{name}")
    assert not loaded & {"pydantic", "requests", "tenacity", "rich", "jinja2", "ruamel.yaml", "flask"}


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_a_command_starts_the_engine_before_it_loads_what_shows_the_result(command: str) -> None:
    loaded = loaded_by(f"import pulumi_elastic_org.cli.{command}")
    assert not loaded & {"pulumi", "grpc", "pydantic", "requests", "jinja2", "ruamel.yaml", "flask"}


def test_pulumi_is_told_that_the_package_has_no_plugin_to_download() -> None:
    assert json.loads(files("pulumi_elastic_org").joinpath("pulumi-plugin.json").read_text()) == {"resource": False}
