"""A stack of the dynamic face goes on with the plugin: nobody is touched, invited again or forgotten.

The engine takes the dynamic resource for the plugin's by the alias in the schema. States that releases wrote are handed over here
by the calls that the engine makes, and by the CLI; in `test_cli` the CLI writes the state first.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from ruamel.yaml import YAML

from pulumi_elastic_org.lifecycle.phase import Settings
from pulumi_elastic_org.model.people import read_accounts, read_people
from pulumi_elastic_org.plugin.face import DYNAMIC, face_of
from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from tests.releases.people import record, world
from tests.releases.records import PASSPHRASE, Record
from tests.releases.worlds import World
from tests.support.cli_project import YamlProject, lacks
from tests.support.plugin import Plugin, serving

__all__ = ["record", "world"]  # fixtures

yaml = YAML(typ="safe", pure=True)
KEYS = {"1000000001": "key-of-acme", "1000000002": "key-of-globex", "1000000003": "key-of-initech"}
HANDED_OVER = ("Roster", "Member", "Invitation", "DomainClaim", "IdentityProvider", "RoleMappings")
SECRETS = {"inviterApiKey": "${globexKey}", "breakGlassKey": "${breakGlassKey}"}


def handed_over(record: Record, world: World, organization: str) -> list[dict[str, Any]]:
    """The resources of an organization as the dynamic face left them."""
    state = json.loads(record.state("pulumi", world))
    return [
        one
        for one in state["deployment"]["resources"]
        if one["type"].rpartition(":")[2] in HANDED_OVER and one["outputs"]["organization_id"] == organization
    ]


@pytest.mark.parametrize("organization", KEYS)
def test_a_recorded_stack_is_handed_over(record: Record, world: World, organization: str) -> None:
    settings = Settings(KEYS[organization], world.emulator.endpoint, organization)
    world.emulator.calls.reset()
    with serving(settings) as plugin:
        for one in handed_over(record, world, organization):
            kind = one["type"].rpartition(":")[2]
            outputs = take_over(plugin, kind, one)
            # Who was managed has come along; whoever has accepted since is known now.
            assert applied(outputs) == applied(one["outputs"])
            known, before = (read_accounts(str(one.get("accounts") or "")) for one in (outputs, one["outputs"]))
            assert known.items() >= before.items()
            assert outputs.get("userId") == one["outputs"].get("user_id")
            assert DYNAMIC not in outputs
            assert not {name for name in outputs if "_" in name}
    changing = {f"{call.method} {call.route}" for call in world.emulator.calls.all() if call.method != "GET"}
    assert changing <= {"POST /deployments/_search"}


def applied(outputs: dict[str, Any]) -> Any:
    """What was applied last, whichever release wrote it."""
    found = outputs.get("applied")
    return found if found is None or isinstance(found, list) else read_people(found)


def take_over(plugin: Plugin, kind: str, one: dict[str, Any]) -> dict[str, Any]:
    """Does what the engine does with a resource whose type changed, and returns the outputs that it keeps."""
    face = face_of(token(kind))
    names: dict[str, Any] = {
        "type": token(kind),
        "urn": f"urn:pulumi:dev::people::{token(kind)}::{one['urn'].rpartition('::')[2]}",
    }
    old_inputs, old_outputs = write(one["inputs"]), write(one["outputs"])
    declared = {key: value for key, value in face.kept(one["inputs"]).items() if key != "drift"}
    if "until" in declared:  # of whoever's last day has passed, state keeps the day, and the program the roles too
        declared["members"] = {**dict.fromkeys(declared["until"], "no roles"), **declared["members"]}
    program = face.written(declared)
    checked = plugin.stub.Check(provider_pb2.CheckRequest(**names, olds=old_inputs, news=write(program)))
    assert not checked.failures, checked.failures
    diff = provider_pb2.DiffRequest(**names, id=one["id"], olds=old_outputs, old_inputs=old_inputs, news=checked.inputs)
    found = plugin.stub.Diff(diff)
    assert found.changes == provider_pb2.DiffResponse.DIFF_SOME  # the state is written in this face's form
    assert not found.replaces
    assert set(found.detailedDiff) <= {path for path in found.detailedDiff if path.startswith("drift")}
    update = provider_pb2.UpdateRequest(**names, id=one["id"], olds=old_outputs, news=checked.inputs)
    properties = plugin.stub.Update(update).properties
    again = provider_pb2.DiffRequest(
        **names, id=one["id"], olds=properties, old_inputs=checked.inputs, news=checked.inputs
    )
    assert plugin.stub.Diff(again).changes == provider_pb2.DiffResponse.DIFF_NONE
    return read(properties)[0]


@pytest.fixture
def project(record: Record, world: World, tmp_path: Path) -> YamlProject:
    """A project in YAML of the record's stack, with its state, its configuration and the program anew."""
    if (missing := lacks("yaml")) is not None:
        pytest.skip(missing)
    state = json.loads(record.state("pulumi", world))
    project = YamlProject(tmp_path / "yaml", world.emulator.endpoint)
    for name in ("EC_API_KEY", "EC_API_KEY_USER"):
        del project.environment[name]
    project.environment |= PASSPHRASE
    configuration = yaml.load((record.directory / "Pulumi.dev.yaml").read_text("utf-8"))
    configuration["config"] |= {f"people:{name}": place for name, place in world.config.items() if ":" not in name}
    (project.directory / "Pulumi.dev.yaml").write_text(json.dumps(configuration), "utf-8")
    exported = tmp_path / "state.json"
    exported.write_text(json.dumps(state), "utf-8")
    assert project.pulumi("stack", "import", "--file", str(exported)).code == 0
    project.write(program_of(state["deployment"]["resources"], configuration["config"]))
    return project


def program_of(resources: list[dict[str, Any]], configuration: dict[str, Any]) -> dict[str, Any]:
    """A program for the plugin that declares what a state holds of the Python package."""
    secrets = [
        key.removeprefix("people:") for key in configuration if key.startswith("people:") and key.endswith("Key")
    ]
    declared: dict[str, Any] = {}
    for one in resources:
        name = one["urn"].rpartition("::")[2]
        if one["type"] == "pulumi:providers:pulumi-python" and one.get("parent"):
            own = {key.removeprefix("elastic-org:"): value for key, value in one["inputs"].items()}
            settings = {key: own[key] for key in ("endpoint", "organizationId", "apiKeyUser") if key in own}
            settings["apiKey"] = f"${{{name}sKey}}" if name == "kim" else f"${{{name}Key}}"
            declared[f"provider-{name}"] = {
                "type": "pulumi:providers:elastic-org",
                "name": name,
                "properties": settings,
            }
        if not one["type"].startswith("pulumi-python:dynamic/"):
            continue
        kind = one["type"].rpartition(":")[2]
        face = face_of(token(kind))
        flat = {key: value for key, value in face.kept(one["inputs"]).items() if key not in ("drift", "resource")}
        properties = {key: SECRETS.get(key, value) for key, value in face.written(flat).items()}
        declared[f"{kind}-{name}"] = {"type": token(kind), "name": name, "properties": properties}
        provider = one["provider"].split("::")[-2]
        if provider != "default":
            declared[f"{kind}-{name}"]["options"] = {"provider": f"${{provider-{provider}}}"}
    return {"config": {name: {"type": "string", "secret": True} for name in secrets}, "resources": declared}


def test_a_recorded_stack_is_handed_over_by_the_cli(project: YamlProject, world: World) -> None:
    before = project.state()
    world.emulator.calls.reset()
    said = project.preview()
    assert said.code == 0, said.text
    made_or_gone = set(re.findall(r"^ *[+-] (\S+): \((?:create|delete)\)", said.text, re.MULTILINE))
    assert made_or_gone <= {"pulumi:providers:elastic-org", "pulumi:providers:pulumi-python"}
    project.apply()
    after = project.state()
    assert {one["type"].rpartition(":")[0] for one in after.values()} == {"elastic-org:index"}
    assert after.keys() == before.keys()
    changing = {f"{call.method} {call.route}" for call in world.emulator.calls.all() if call.method != "GET"}
    assert changing <= {"POST /deployments/_search"}
    said = project.preview("--expect-no-changes")
    assert said.code == 0, said.text
