"""What a program gives as a secret is in the clear neither in state nor in a comparison, whatever was made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf import json_format
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from tests.support.cli_project import Resource, YamlProject, lacks
from tests.support.dynamic_call import partly_done
from tests.support.plugin import Plugin, new_urn
from tests.support.provided import Cloud

ANN, CY = "ann@acme.example", "cy@acme.example"
DEPLOYMENT = "0123456789abcdef0123456789abcdef"
FILE = f"""
mode: additive
guards: {{protected: [{CY}]}}
overrides: {{{ANN}: {{guards: [owns-resources], reason: until spring}}}}
members:
  {ANN}: {{roles: [deployment-viewer on search], until: 2999-01-31}}
"""
ROSTER: dict[str, Any] = {"urn": new_urn("Roster", "secret"), "type": token("Roster")}


def in_clear(message: Any) -> str:
    """What of properties anybody can read."""

    def left(value: Any) -> Any:
        if isinstance(value, dict):
            is_secret = value.get(rpc._special_sig_key) == rpc._special_secret_sig
            return None if is_secret else {key: left(one) for key, one in value.items()}
        return [*map(left, value)] if isinstance(value, list) else value

    return str(left(json_format.MessageToDict(message)))


def shows(message: Any) -> bool:
    return any(one in in_clear(message) for one in (ANN, CY, DEPLOYMENT))


@pytest.fixture(params=["content", "files", "bindings", "members"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, Any], str]:
    """A roster as a program gives it, and which property of it is secret; bindings make the roles, where they are secret."""
    file = tmp_path / "roster.yaml"
    file.write_text(FILE, "utf-8")
    text = {"files": [str(file)]} if request.param == "files" else {"content": FILE}
    written = {**text, "bindings": {"search": DEPLOYMENT}}
    if request.param == "members":
        written = {"mode": "additive", "members": {ANN: [f"deployment-viewer on {DEPLOYMENT}"]}}
    return written, request.param


def checked(plugin: Plugin, written: dict[str, Any], secret: str) -> Any:
    answer = plugin.stub.Check(provider_pb2.CheckRequest(**ROSTER, news=write(written, {secret})))
    assert not answer.failures, answer.failures
    return answer.inputs


def test_what_a_secret_says_is_in_the_clear_neither_in_inputs_nor_in_outputs(
    cloud: Cloud, given: tuple[dict[str, Any], str]
) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        inputs = checked(plugin, *given)
        foreseen = plugin.stub.Create(provider_pb2.CreateRequest(**ROSTER, properties=inputs, preview=True))
        made = plugin.stub.Create(provider_pb2.CreateRequest(**ROSTER, properties=inputs))
        asked = {"id": made.id, "inputs": inputs, "properties": made.properties}
        cloud.accept(ANN)
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        seen = plugin.stub.Read(provider_pb2.ReadRequest(**ROSTER, **asked))
        update = {"id": made.id, "olds": seen.properties, "news": inputs}
        updated = plugin.stub.Update(provider_pb2.UpdateRequest(**ROSTER, **update))
    everything = {
        "inputs": inputs,
        "a preview": foreseen.properties,
        "outputs": made.properties,
        "inputs as read": seen.inputs,
        "outputs as read": seen.properties,
        "outputs of an update": updated.properties,
    }
    assert [what for what, message in everything.items() if shows(message)] == []
    assert ANN in str(read(updated.properties)[0]), "nothing was hidden: the test shows nothing"


def test_what_an_update_keeps_before_it_fails_is_as_secret_as_it_was(
    cloud: Cloud, given: tuple[dict[str, Any], str]
) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        made = plugin.stub.Create(provider_pb2.CreateRequest(**ROSTER, properties=checked(plugin, *given)))
    open_now = {"mode": "additive", "members": {"eve@acme.example": "no roles", "bob@acme.example": "billing-admin"}}
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        inputs = checked(plugin, open_now, "")
        cloud.emulator.faults.add(Fault(kind="forbidden", method="POST", path="/invitations$", body="eve@"))
        with pytest.raises(grpc.RpcError) as failed:
            plugin.stub.Update(provider_pb2.UpdateRequest(**ROSTER, id=made.id, olds=made.properties, news=inputs))
    done = partly_done(failed.value.trailing_metadata())
    assert done is not None
    assert not shows(done.properties)


def test_a_comparison_does_not_go_into_a_secret(cloud: Cloud, given: tuple[dict[str, Any], str]) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        inputs = checked(plugin, *given)
        made = plugin.stub.Create(provider_pb2.CreateRequest(**ROSTER, properties=inputs))
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        news = checked(plugin, {"mode": "additive", "members": {"bob@acme.example": []}}, "")
        asked = {"id": made.id, "olds": made.properties, "old_inputs": inputs, "news": news}
        difference = plugin.stub.Diff(provider_pb2.DiffRequest(**ROSTER, **asked))
    assert "members" in difference.detailedDiff
    assert not [path for path in difference.detailedDiff if ANN in path]


def test_roles_that_are_secret_stay_so_when_they_were_applied(cloud: Cloud) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        urn = new_urn("Member")
        request = provider_pb2.CheckRequest(
            urn=urn, type=token("Member"), news=write({"email": ANN, "roles": "billing-admin"}, {"roles"})
        )
        inputs = plugin.stub.Check(request).inputs
        made = plugin.stub.Create(provider_pb2.CreateRequest(urn=urn, type=token("Member"), properties=inputs))
    assert "roles" in read(inputs)[1]
    assert "applied" in read(made.properties)[1]


def test_ids_that_were_found_by_secret_names_are_secret(cloud: Cloud) -> None:
    found = cloud.cloud.add_deployment(cloud.id, "the secret one").id
    written = {
        "Roster": {"mode": "additive", "members": {ANN: "deployment-viewer on search"}},
        "RoleMappings": {
            "mode": "additive",
            "mappings": {
                "owners": "group platform => organization-admin",
                "search": "group search => deployment-viewer on search",
            },
        },
    }
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        for kind, inputs in written.items():
            names = {"targetNames": {"search": "the secret one"}}
            request = provider_pb2.CheckRequest(
                urn=new_urn(kind), type=token(kind), news=write({**inputs, **names}, {"targetNames"})
            )
            checked = plugin.stub.Check(request).inputs
            assert found in str(read(checked)[0])
            assert found not in in_clear(checked)


@pytest.mark.parametrize("secret", ["content", "bindings"])
def test_the_cli_keeps_nothing_of_a_secret_in_the_clear(cloud: Cloud, tmp_path: Path, secret: str) -> None:
    if missing := lacks("yaml"):
        pytest.skip(missing)
    written: dict[str, Any] = {"content": FILE, "bindings": {"search": DEPLOYMENT}}
    project = YamlProject(tmp_path / "people", cloud)
    project.program({"acme": Resource("Roster", {**written, secret: {"fn::secret": written[secret]}})})
    project.apply()
    assert "2 unchanged" in project.preview("--expect-no-changes").text
    kept = json.dumps(project.state())
    assert [one for one in (ANN, CY, DEPLOYMENT) if one in kept] == []
    assert cloud.invited() == {ANN}
