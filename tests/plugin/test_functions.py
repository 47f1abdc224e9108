"""What a program can ask; nothing is changed by it."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import provider_pb2

from pulumi_elastic_org.plugin.names import token
from pulumi_elastic_org.plugin.wire import read, write
from tests.support.acme import ADMIN, SECOND_ADMIN
from tests.support.plugin import Plugin
from tests.support.provided import Cloud

BEA, CY = "bea@acme.example", "cy@acme.example"


def ask(cloud: Cloud, name: str, **arguments: Any) -> dict[str, Any]:
    """What a function answers."""
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        answer = plugin.stub.Invoke(provider_pb2.InvokeRequest(tok=token(name), args=write(arguments)))
    assert not answer.failures
    return read(getattr(answer, "return"))[0]


def test_the_organization(cloud: Cloud) -> None:
    cloud.cloud.invite(cloud.id, CY, {})
    assert ask(cloud, "getOrganization") == {"id": cloud.id, "members": 2, "admins": 2, "pending": 1}


def test_everybody_with_roles_and_status(cloud: Cloud) -> None:
    user_id = cloud.join(BEA, deployment=[{"role_id": "deployment-viewer", "all": True}])
    cloud.cloud.invite(cloud.id, CY, {"organization": [{"role_id": "billing-admin"}]})
    found = {one["email"]: one for one in ask(cloud, "getMembers")["members"]}
    assert list(found) == [BEA, CY, ADMIN, SECOND_ADMIN]
    assert (found[BEA]["roles"], found[BEA]["status"], found[BEA]["userId"]) == (
        "deployment-viewer on all",
        "member",
        user_id,
    )
    assert (found[CY]["roles"], found[CY]["status"]) == ("billing-admin", "invited")
    assert found[CY]["expiresAt"]
    assert "token" not in str(found)


def test_the_account_of_each_member_by_address(cloud: Cloud) -> None:
    bea = cloud.join(BEA.replace("bea", "Bea"))
    cloud.cloud.invite(cloud.id, CY, {})
    found = ask(cloud, "getMembers")["userIds"]
    assert found.keys() == {BEA, ADMIN, SECOND_ADMIN}
    assert found[BEA] == bea


def test_who_owns_what_and_how_that_is_known(cloud: Cloud) -> None:
    user_id = cloud.join(BEA)
    deployment = cloud.cloud.add_deployment(cloud.id, "search", owner=BEA)
    [found] = ask(cloud, "getOwners")["resources"]
    assert found == {
        "kind": "deployment",
        "id": deployment.id,
        "name": "search",
        "owner": BEA,
        "ownerUserId": user_id,
        "evidence": found["evidence"],
    }


def test_the_roles_that_are_known_with_the_names_of_the_console(cloud: Cloud) -> None:
    found = {one["id"]: one["name"] for one in ask(cloud, "getRoles")["roles"]}
    assert found["organization-admin"] == "Organization owner"
    assert found["deployment-editor"] == "Editor"
    assert found["security-t1-analyst"] == "Tier 1 analyst"
    assert found["security-soc-manager"] == "SOC manager"
    assert found["security-threat-intel-analyst"] == "Threat intelligence analyst"


def test_a_misspelled_argument_is_told(cloud: Cloud) -> None:
    with cloud.phase() as plugin:
        assert isinstance(plugin, Plugin)
        request = provider_pb2.InvokeRequest(tok=token("getOwners"), args=write({"ownerTags": "owner"}))
        [failure] = plugin.stub.Invoke(request).failures
    assert failure.reason == "ownerTags: there is no such property; did you mean ownerTag?"


def test_why_a_member_may_not_be_deleted(cloud: Cloud) -> None:
    cloud.join(BEA)
    outputs = {"email": BEA, "organizationId": cloud.id, "applied": "no roles"}
    asked = {"type": token("Member"), "outputs": outputs}
    assert ask(cloud, "checkRemoval", **asked) == {"refusals": []}
    cloud.cloud.add_deployment(cloud.id, "logs", owner=BEA)
    [refusal] = ask(cloud, "checkRemoval", **asked)["refusals"]
    assert f"{BEA}: still owns deployment 'logs'" in refusal
    assert BEA in cloud.people()


def test_nothing_is_changed_by_asking(cloud: Cloud) -> None:
    for name in ("getOrganization", "getMembers", "getOwners", "getRoles"):
        ask(cloud, name)
    changing = {f"{call.method} {call.route}" for call in cloud.emulator.calls.all() if call.method != "GET"}
    assert changing <= {"POST /deployments/_search"}
