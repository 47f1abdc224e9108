"""What is loaded, and looked for, before anything is done: this is most of what a small run takes."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from importlib.resources import files

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_elastic_org.engine import _OWN_PROVIDERS
from pulumi_elastic_org.kinds import find


def loaded_by(statement: str) -> set[str]:
    """The modules that a new process holds after a statement."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    return set(said.split())


RESOURCES = [
    "Invitation",
    "InvitationAcceptance",
    "Member",
    "Restore",
    "Roster",
    "Snapshot",
    "SnapshotRepository",
]


@pytest.mark.parametrize("name", [*RESOURCES, "Provider", "Guards", "deployment"])
def test_a_program_does_without_what_only_the_provider_needs(name: str) -> None:
    loaded = loaded_by(f"import pulumi_elastic_org\npulumi_elastic_org.{name}")
    assert not loaded & {
        "pydantic",
        "requests",
        "urllib3",
        "elasticsearch",
        "tenacity",
        "rich",
        "jinja2",
        "ruamel.yaml",
        "flask",
    }


def test_a_program_with_members_declares_them_without_what_only_the_provider_needs() -> None:
    program = """
import pulumi, pulumi.dynamic, sys
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args): return "id", args.inputs
    def call(self, args): return {}
pulumi.runtime.set_mocks(Mocks())
pulumis = set(sys.modules)
import pulumi_elastic_org as elastic
@pulumi.runtime.test
def declare(): return elastic.Member("ada", "ada@acme.example", ["billing-admin"]).urn
declare()
assert len(set(sys.modules) - pulumis) < 100, sorted(set(sys.modules) - pulumis)
"""
    assert not loaded_by(program) & {"pydantic", "requests", "urllib3", "elasticsearch", "tenacity"}


@pytest.mark.parametrize("path", _OWN_PROVIDERS)
def test_what_a_provider_does_is_found_when_the_engine_calls(path: str) -> None:
    module, _, name = path.partition(":")
    provider = getattr(import_module(module), name)()
    pickled = serialize_provider(provider)
    assert find(provider.kind).name == provider.kind
    assert serialize_provider(type(provider)()) == pickled


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_a_command_starts_the_engine_before_it_loads_what_shows_the_result(command: str) -> None:
    loaded = loaded_by(f"import pulumi_elastic_org.cli.commands.{command}")
    assert not loaded & {"pulumi", "grpc", "pydantic", "requests", "jinja2", "ruamel.yaml", "flask"}


_ASKED = """
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi_elastic_org.plugin.main import FrontDoor
door = FrontDoor()
door.GetSchema(protocol.GetSchemaRequest(), None)
door.CheckConfig(protocol.CheckRequest(), None)
door.DiffConfig(protocol.DiffRequest(), None)
"""


def test_a_plugin_says_its_schema_and_looks_at_settings_without_what_resources_need() -> None:
    assert not loaded_by(_ASKED) & {"pydantic", "requests", "urllib3", "tenacity", "rich"}


def test_a_plugin_serves_resources_without_what_shows_results_or_reads_files() -> None:
    loaded = loaded_by(f"{_ASKED}\ndoor.Configure(protocol.ConfigureRequest(), None)")
    assert "requests" in loaded
    assert not loaded & {"rich", "jinja2", "ruamel.yaml", "flask"}


def test_pulumi_is_told_that_the_package_has_no_plugin_to_download() -> None:
    assert json.loads(files("pulumi_elastic_org").joinpath("pulumi-plugin.json").read_text()) == {"resource": False}
