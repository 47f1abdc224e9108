"""What an update leaves, what is known of it before, and what is kept of one that failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.output import Unknown
from pulumi.runtime.proto import provider_pb2

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.dynamic_call import partly_done
from tests.support.plugin import Plugin, new_urn
from tests.support.provided import Cloud

ADMINS: dict[str, Any] = {ADMIN: ["organization-admin"], SECOND_ADMIN: ["organization-admin"]}
BEA, CY = "bea@acme.example", "cy@acme.example"


def checked(plugin: Plugin, kind: str, urn: str, written: dict[str, Any]) -> Any:
    """The inputs of a new resource as the engine keeps them."""
    answer = plugin.stub.Check(provider_pb2.CheckRequest(urn=urn, type=token(kind), news=write(written)))
    assert not answer.failures, answer.failures
    return answer.inputs


def foreseen(cloud: Cloud, kind: str, written: dict[str, Any]) -> dict[str, Any]:
    """The outputs of a new resource in a preview."""
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        urn = new_urn(kind)
        inputs = checked(plugin, kind, urn, written)
        answer = plugin.stub.Create(
            provider_pb2.CreateRequest(urn=urn, type=token(kind), properties=inputs, preview=True)
        )
    return read(answer.properties)[0]


def is_unknown(value: Any) -> bool:
    return isinstance(value, Unknown)


def test_a_preview_of_a_roster_knows_the_organization_and_the_accounts_that_there_are(cloud: Cloud) -> None:
    bea = cloud.join(BEA)
    outputs = foreseen(
        cloud, "Roster", {"mode": "authoritative", "members": {**ADMINS, BEA: ["billing-admin"], CY: []}}
    )
    assert outputs["organizationId"] == cloud.id
    assert f"{bea}={BEA}" in outputs["accounts"]
    assert CY not in outputs["accounts"]
    assert is_unknown(outputs["pending"][CY])
    assert f"{BEA}: billing-admin" in outputs["applied"]
    assert cloud.invited() == set()


def test_what_depends_on_another_resource_is_unknown_in_a_preview(cloud: Cloud) -> None:
    outputs = foreseen(cloud, "Roster", {"mode": "authoritative", "members": {**ADMINS, CY: [Unknown()]}})  # type: ignore[no-untyped-call]
    assert is_unknown(outputs["applied"])
    assert outputs["organizationId"] == cloud.id


def test_a_preview_of_a_member_knows_the_account_or_that_they_will_be_invited(cloud: Cloud) -> None:
    bea = cloud.join(BEA)
    known = foreseen(cloud, "Member", {"email": BEA, "roles": "billing-admin"})
    assert (known["status"], known["userId"]) == ("member", bea)
    invited = foreseen(cloud, "Member", {"email": CY, "roles": []})
    assert (invited["status"], is_unknown(invited["expiresAt"])) == ("invited", True)


def test_two_hundred_members_travel_together(cloud: Cloud) -> None:
    people = [f"person{number}@acme.example" for number in range(200)]
    with cloud.phase() as plugin:  # the engine's parallelism decides how many arrive at once
        assert isinstance(plugin, Plugin)
        urns = {email: new_urn("Member", email) for email in people}
        inputs = {
            email: checked(plugin, "Member", urns[email], {"email": email, "roles": ["deployment-viewer on all"]})
            for email in people
        }
        cloud.emulator.calls.reset()

        def create(email: str) -> Any:
            request = provider_pb2.CreateRequest(urn=urns[email], type=token("Member"), properties=inputs[email])
            return plugin.stub.Create(request)

        with ThreadPoolExecutor(len(people)) as pool:
            made = list(pool.map(create, people))
    assert [one.id for one in made] == [f"{cloud.id}/{email}" for email in people]
    assert cloud.invited() == set(people)
    assert len(cloud.emulator.calls.all()) <= 12


def test_what_was_done_before_a_failure_is_kept_by_the_engine(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(kind="forbidden", method="POST", path="/invitations$", skip=1))
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        urn = new_urn("Roster")
        people = {**ADMINS, BEA: ["billing-admin"], CY: ["deployment-viewer on all"]}
        inputs = checked(plugin, "Roster", urn, {"mode": "authoritative", "members": people})
        with pytest.raises(grpc.RpcError) as error:
            plugin.stub.Create(provider_pb2.CreateRequest(urn=urn, type=token("Roster"), properties=inputs))
    [invited] = cloud.invited()
    kept = partly_done(error.value.trailing_metadata())
    assert kept is not None
    outputs = read(kept.properties)[0]
    assert kept.id == cloud.id
    assert invited in outputs["applied"]
    assert kept.refresh_before_update
    [other] = {BEA, CY} - {invited}
    assert other in kept.reasons[0]
    assert "Traceback" not in kept.reasons[0]


def test_an_update_asks_to_be_preceded_by_a_look(cloud: Cloud) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        urn = new_urn("Roster")
        inputs = checked(plugin, "Roster", urn, {"mode": "additive", "members": ADMINS})
        made = plugin.stub.Create(provider_pb2.CreateRequest(urn=urn, type=token("Roster"), properties=inputs))
        seen = plugin.stub.Read(
            provider_pb2.ReadRequest(urn=urn, type=token("Roster"), id=made.id, properties=made.properties)
        )
    assert made.refresh_before_update
    assert seen.refresh_before_update


def test_whom_a_roster_would_take_out_no_member_can_declare_after_it(cloud: Cloud) -> None:
    cloud.join(BEA)
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        guards = {"overrides": {BEA: "unmanaged-people: a test"}}
        checked(plugin, "Roster", new_urn("Roster"), {"mode": "authoritative", "members": ADMINS, **guards})
        request = provider_pb2.CheckRequest(
            urn=new_urn("Member"), type=token("Member"), news=write({"email": BEA, "roles": []})
        )
        [failure] = plugin.stub.Check(request).failures
    assert "name them in the roster's managedElsewhere" in failure.reason
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        told = {"mode": "authoritative", "members": ADMINS, "managedElsewhere": [BEA]}
        checked(plugin, "Roster", new_urn("Roster"), told)
        checked(plugin, "Member", new_urn("Member"), {"email": BEA, "roles": []})
    assert BEA in cloud.people()


def test_a_read_that_finds_nothing_changed_leaves_the_inputs_to_the_engine(cloud: Cloud) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        urn = new_urn("Roster")
        inputs = checked(plugin, "Roster", urn, {"mode": "authoritative", "members": ADMINS})
        made = plugin.stub.Create(provider_pb2.CreateRequest(urn=urn, type=token("Roster"), properties=inputs))
        look = provider_pb2.ReadRequest(
            urn=urn, type=token("Roster"), id=made.id, inputs=inputs, properties=made.properties
        )
        same = plugin.stub.Read(look)
    cloud.join(BEA)
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        changed = plugin.stub.Read(look)
    assert not same.HasField("inputs")
    assert same.properties == made.properties
    assert BEA in read(changed.inputs)[0]["members"]


def test_what_a_roster_leaves_in_state_grows_by_text_and_not_by_entries(cloud: Cloud) -> None:
    cloud.join(BEA)
    outputs = foreseen(cloud, "Roster", {"mode": "authoritative", "members": {**ADMINS, BEA: []}})
    assert not [name for name, value in outputs.items() if isinstance(value, dict) and BEA in value]
