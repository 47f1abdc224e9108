"""A stack of the dynamic face goes on with the plugin: nobody is touched, invited again or forgotten.

The engine takes the dynamic resource for the plugin's by the alias in the schema; what it then calls is done here with states that
releases wrote, and in `test_cli` with the CLI.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.engine import select
from pulumi_elastic_org.lifecycle.phase import Settings
from pulumi_elastic_org.model.people import read_accounts, read_people
from pulumi_elastic_org.plugin.face import DYNAMIC, face_of
from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from tests.releases.records import HERE, Record, releases
from tests.releases.worlds import World, cloud
from tests.support.acme import text
from tests.support.plugin import Plugin, serving

KEYS = {"1000000001": "key-of-acme", "1000000002": "key-of-globex"}
PEOPLE = ("Roster", "Member", "Invitation")


@pytest.fixture(params=releases())
def record(request: pytest.FixtureRequest) -> Record:
    return Record(HERE / request.param / "people")


@pytest.fixture
def world(record: Record, tmp_path: Path) -> Iterator[World]:
    """The organizations as the record's program leaves them."""
    with cloud(record.seed) as world:
        made = select("embedded").up(record.project(tmp_path / "first", world))
        assert made.succeeded, text(made)
        yield world


def handed_over(record: Record, world: World, organization: str) -> list[dict[str, Any]]:
    """The resources of an organization as the dynamic face left them."""
    state = json.loads(record.state("pulumi", world))
    return [
        one
        for one in state["deployment"]["resources"]
        if one["type"].rpartition(":")[2] in PEOPLE and one["outputs"]["organization_id"] == organization
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
            assert read_people(outputs["applied"]) == read_people(one["outputs"]["applied"])
            known, before = (read_accounts(str(one.get("accounts") or "")) for one in (outputs, one["outputs"]))
            assert known.items() >= before.items()
            assert outputs.get("userId") == one["outputs"].get("user_id")
            assert DYNAMIC not in outputs
            assert not {name for name in outputs if "_" in name}
    changing = {f"{call.method} {call.route}" for call in world.emulator.calls.all() if call.method != "GET"}
    assert changing <= {"POST /deployments/_search"}


def take_over(plugin: Plugin, kind: str, one: dict[str, Any]) -> dict[str, Any]:
    """Does what the engine does with a resource whose type changed, and returns the outputs that it keeps."""
    face = face_of(token(kind))
    names: dict[str, Any] = {
        "type": token(kind),
        "urn": f"urn:pulumi:dev::people::{token(kind)}::{one['urn'].rpartition('::')[2]}",
    }
    old_inputs, old_outputs = write(one["inputs"]), write(one["outputs"])
    program = face.written({key: value for key, value in face.kept(one["inputs"]).items() if key != "drift"})
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
