"""A deployment's keystore and address, through Elastic Cloud's API."""

from __future__ import annotations

import pytest
import requests

from elastic_cloud_emulator import Emulator, Fault
from elastic_cloud_emulator.model import Deployment
from pulumi_elastic_org.cloud.errors import NotFound
from pulumi_elastic_org.cloud.hosted import find_deployment, keystore_names, remove_secrets, set_secrets, shut_down
from tests.support.two_organizations import ADA, OLD_KEY, World, world

__all__ = ["world"]  # a fixture

KEY_FILE = '{"type": "service_account", "private_key": "hush"}'


@pytest.fixture
def deployment(world: World) -> Deployment:
    return world.cloud.add_deployment(world.old, "shop", owner=ADA, elasticsearch_url="http://127.0.0.1:9200")


def test_secrets_go_in_and_only_their_names_come_out(world: World, deployment: Deployment) -> None:
    session = world.session(OLD_KEY)
    set_secrets(
        session, deployment.id, {"s3.client.default.access_key": "AKIA", "s3.client.default.secret_key": "hush"}
    )
    set_secrets(session, deployment.id, {"s3.client.default.secret_key": "rotated"})
    assert keystore_names(session, deployment.id) == {"s3.client.default.access_key", "s3.client.default.secret_key"}
    assert deployment.keystore["s3.client.default.access_key"].value == "AKIA"
    assert deployment.keystore["s3.client.default.secret_key"].value == "rotated"


def test_a_key_file_is_kept_as_a_file(world: World, deployment: Deployment) -> None:
    set_secrets(world.session(OLD_KEY), deployment.id, {"gcs.client.default.credentials_file": KEY_FILE})
    kept = deployment.keystore["gcs.client.default.credentials_file"]
    assert kept.as_file
    assert kept.value == {"type": "service_account", "private_key": "hush"}


def test_removing_secrets_twice_is_no_error(world: World, deployment: Deployment) -> None:
    session = world.session(OLD_KEY)
    set_secrets(session, deployment.id, {"azure.client.default.key": "hush", "azure.client.default.account": "acme"})
    for _ in range(2):
        remove_secrets(session, deployment.id, ["azure.client.default.key"])
    assert keystore_names(session, deployment.id) == {"azure.client.default.account"}


def test_a_refusal_does_not_repeat_the_secrets(world: World) -> None:
    with pytest.raises(NotFound) as refused:
        set_secrets(world.session(OLD_KEY), "0" * 32, {"s3.client.default.secret_key": "hush-hush"})
    assert "deployments.deployment_not_found" in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_a_lost_answer_is_asked_for_again(world: World, deployment: Deployment) -> None:
    world.emulator.faults.add(Fault(kind="connection_dropped", method="PATCH", takes_effect=True))
    set_secrets(world.session(OLD_KEY), deployment.id, {"azure.client.default.key": "hush"})
    assert keystore_names(world.session(OLD_KEY), deployment.id) == {"azure.client.default.key"}


def test_a_deployment_tells_its_address_and_stops(world: World, deployment: Deployment) -> None:
    session = world.session(OLD_KEY)
    found = find_deployment(session, deployment.id)
    assert (found.elasticsearch_url, found.running) == ("http://127.0.0.1:9200", True)
    shut_down(session, deployment.id)
    assert not find_deployment(session, deployment.id).running


def test_another_elasticsearch_of_the_deployment_is_not_found(world: World, deployment: Deployment) -> None:
    answer = _call(world.emulator, "GET", f"/deployments/{deployment.id}/elasticsearch/unknown/keystore", None)
    assert answer.status_code == 404


def test_a_deployment_of_somebody_else_is_not_found(world: World) -> None:
    other = world.cloud.add_deployment(world.new, "theirs")
    answer = _call(world.emulator, "GET", f"/deployments/{other.id}", None)
    assert answer.status_code == 404


def _call(emulator: Emulator, method: str, path: str, body: object) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{emulator.endpoint}/api/v1{path}"
        return session.request(method, url, json=body, headers={"Authorization": f"ApiKey {OLD_KEY}"}, timeout=10)
