"""Elastic's own clients speak to the emulator, where they can be had: its client for Go, and its Terraform provider."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.organization import ADMINISTRATORS, DEPLOYMENTS, Acme, acme, newcomers, people
from benchmarks.peer import PROVIDER, Peer, find_peer
from elastic_cloud_emulator import ACME, Emulator
from tests.fidelity.emulated import KEY, ORGANIZATION

GO_CLIENT = Path(__file__).with_name("go_client")


@pytest.fixture(scope="module")
def go_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built of modules that are on the machine already: a test fetches nothing."""
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None:
        pytest.skip("Go is not on PATH")
    directory = tmp_path_factory.mktemp("go") / "client"
    shutil.copytree(GO_CLIENT, directory)
    environment = {**os.environ, "GOPROXY": "off", "GOFLAGS": "-mod=mod"}
    built = subprocess.run(
        [go, "build", "-o", "client", "."], cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    if "module lookup disabled by GOPROXY=off" in built.stderr:
        pytest.skip("Elastic's Go client is not in the module cache: go mod download in tests/fidelity/go_client")
    assert built.returncode == 0, built.stderr
    return directory / "client"


@pytest.fixture(scope="module")
def heard_by_go(go_client: Path) -> dict[str, Any]:
    """What the Go client made of the emulator's answers."""
    with Emulator(ACME) as emulator:
        environment = {"EC_ENDPOINT": emulator.endpoint, "EC_API_KEY": KEY}
        ran = subprocess.run(
            [go_client, ORGANIZATION], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
    assert ran.returncode == 0, ran.stderr
    document: dict[str, Any] = json.loads(ran.stdout)
    return document


def test_elastic_s_go_client_reads_an_organization_and_its_members(heard_by_go: dict[str, Any]) -> None:
    assert heard_by_go["organizations"]["organizations"] == [{"id": ORGANIZATION, "name": "acme"}]
    assert heard_by_go["organization"] == {"id": ORGANIZATION, "name": "acme"}
    members = heard_by_go["members"]["members"]
    assert len(members) == 60
    assert members[0].keys() == {"email", "member_since", "name", "organization_id", "user_id"}


def test_elastic_s_go_client_invites_looks_and_cancels(heard_by_go: dict[str, Any]) -> None:
    [made] = heard_by_go["invited"]["invitations"]
    assert made == heard_by_go["invitation"]
    assert made in heard_by_go["invitations"]["invitations"]
    assert made["email"] == "invited.by.go@example.com"
    assert heard_by_go["cancelled"] == "done"


def test_elastic_s_go_client_reads_keys_and_deployments(heard_by_go: dict[str, Any]) -> None:
    assert all(one["user_id"] and one["creation_date"] for one in heard_by_go["keys"]["keys"])
    listed = heard_by_go["deployments"]["deployments"]
    assert [one["id"] for one in listed] == [one["id"] for one in heard_by_go["search"]["deployments"]]
    assert all(one["resources"][0]["cloud_id"] for one in listed)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("cancelled again", "organization.invitation_not_found"),
        ("nobody removed", "user.not_found"),
        ("unknown organization", "organization.not_found"),
        ("unknown deployment", "deployments.deployment_not_found"),
    ],
)
def test_elastic_s_go_client_finds_the_code_of_a_refusal(heard_by_go: dict[str, Any], call: str, code: str) -> None:
    assert f"* {code}: " in heard_by_go[call]["error"]


@pytest.fixture
def organization() -> Iterator[Acme]:
    with acme(people(3)) as made:
        yield made


@pytest.fixture
def peer(tmp_path: Path, organization: Acme) -> Peer:
    """A Terraform configuration of the organization's people."""
    program = find_peer()
    if program is None:
        pytest.skip(f"{PROVIDER}, Elastic's Terraform provider, is not on PATH, or terraform and tofu are not")
    return Peer(tmp_path / "terraform", organization, program)


def test_elastic_s_terraform_provider_invites_changes_sees_no_change_and_destroys(
    peer: Peer, organization: Acme
) -> None:
    emulator, declared, new = organization.emulator, people(3), newcomers(1)
    [newcomer] = new
    peer.declare({**declared, **new})
    peer.settle()
    [token] = organization.tokens(new)

    emulator.cloud.accept_invitation(token, emulator.cloud.add_user(newcomer))
    peer.declare({**declared, newcomer: "deployment-admin on " + DEPLOYMENTS[0]})
    peer.settle()
    held = emulator.cloud.member(organization.id, newcomer).roles.to_json(organization.id)
    assert [one["role_id"] for one in held["deployment"]] == ["deployment-admin"]

    emulator.calls.reset()
    for operation in ("preview", "up"):
        peer.act(operation)
    assert {one.method for one in emulator.calls.all()} == {"GET"}

    peer.act("destroy")
    assert ADMINISTRATORS[0] in {
        emulator.cloud.users[one].email for one in emulator.cloud.organization(organization.id).members
    }
