"""The emulator's controls, for a program in another process."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.model import IdentityProvider
from tests.support.client import ACME, Client


class Controls:
    """Calls the controls over HTTP, without credentials."""

    def __init__(self, emulator: Emulator) -> None:
        self._base = f"{emulator.endpoint}/_emulator"

    def call(self, method: str, path: str, json: Any = None) -> requests.Response:
        return requests.request(method, self._base + path, json=json, timeout=10)

    def __call__(self, method: str, path: str, json: Any = None) -> Any:
        response = self.call(method, path, json)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def control(emulator: Emulator) -> Controls:
    return Controls(emulator)


def test_the_state_is_summed_up(control: Controls) -> None:
    state = control("GET", "/")
    assert state["organizations"][0] == {
        "id": ACME,
        "name": "acme",
        "members": 2,
        "invitations": 0,
        "deployments": 0,
        "projects": 0,
    }
    assert state["switches"]["one_organization_per_user"] is False
    assert state["faults"] == []


def test_an_invitation_is_read_accepted_and_left_again(control: Controls, admin: Client) -> None:
    admin.post(f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"]})
    [message] = control("GET", "/outbox")["messages"]
    assert (message["to"], message["token"]) == ("cy@acme.example", admin.invitations()["cy@acme.example"]["token"])
    user_id = control("POST", "/accept", {"organization": "acme", "email": "cy@acme.example"})["user_id"]
    assert user_id in admin.members()
    control("POST", "/leave", {"organization": "acme", "email": "cy@acme.example"})
    assert user_id not in admin.members()


def test_the_clock_is_advanced(control: Controls, admin: Client) -> None:
    admin.post(f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"]})
    control("POST", "/clock/advance", {"duration": "73h"})
    assert admin.invitations()["cy@acme.example"]["expired"]


def test_roles_and_tags_are_replaced(emulator: Emulator, control: Controls, admin: Client) -> None:
    roles = {"organization": [{"role_id": "billing-admin"}]}
    control("POST", "/roles", {"organization": ACME, "email": "bob@acme.example", "roles": roles})
    assert admin.members()["32"]["role_assignments"]["organization"][0]["role_id"] == "billing-admin"
    deployment = emulator.cloud.add_deployment(ACME, "logs")
    control("POST", f"/deployments/{deployment.id}/tags", {"tags": {"owner": "bob@acme.example"}})
    assert deployment.tags == {"owner": "bob@acme.example"}


def test_faults_and_switches_are_set(control: Controls, admin: Client) -> None:
    control("POST", "/faults", {"kind": "unavailable", "times": 5})
    assert admin.call("GET", "/organizations").status_code == 503
    assert control("GET", "/")["faults"][0]["times"] == 4
    control("DELETE", "/faults")
    control("POST", "/faults", {"kind": "amended", "amendment": {"errors": [{"code": "x", "message": "y"}]}})
    assert admin.post(f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"]})["errors"]
    control("POST", "/switches", {"missing_accept": 405, "list_lag_reads": 1, "one_organization_per_user": True})
    assert admin.call("POST", "/organizations/invitations/x/_accept").status_code == 405
    control("POST", "/switches", {"hide_email": ["32"], "hide_role_assignments": True})
    assert "email" not in admin.members()["32"]


def test_calls_are_listed_without_the_controls_own(control: Controls, admin: Client) -> None:
    admin.get("/organizations")
    answer = control("GET", "/calls")
    assert answer["calls"] == [{"method": "GET", "route": "/organizations", "status": 200}]
    assert answer["counts"] == {"GET /organizations": 1}
    control("DELETE", "/calls")
    assert control("GET", "/calls")["calls"] == []


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        ("/clock/advance", {"duration": "soon"}, 400),
        ("/clock/advance", {}, 400),
        ("/clock/advance", [], 400),
        ("/faults", {"kind": "unknown"}, 400),
        ("/switches", {"unknown": True}, 400),
        ("/roles", {"organization": ACME, "email": "bob@acme.example", "roles": {"deployment": [{}]}}, 400),
        ("/accept", {"organization": ACME, "email": "cy@acme.example"}, 404),
        ("/leave", {"organization": "unknown", "email": "bob@acme.example"}, 404),
        ("/deployments/unknown/tags", {"tags": {}}, 404),
    ],
)
def test_a_request_that_makes_no_sense_is_explained(control: Controls, path: str, document: Any, status: int) -> None:
    response = control.call("POST", path, document)
    assert response.status_code == status
    assert response.json()["errors"][0]["message"]


def test_a_person_signs_on(control: Controls, emulator: Emulator) -> None:
    organization = emulator.cloud.organization(ACME)
    organization.domains.append("acme.example")
    organization.identity_provider = IdentityProvider(True, "acme", "urn:idp", "https://idp.acme.example", ["Y2VydA=="])
    person = {"organization": "acme", "email": "new@acme.example", "groups": ["owners"]}
    assert control("POST", "/sign-on", person)["user_id"] in organization.members
    assert control.call("POST", "/sign-on", {**person, "email": "a@elsewhere.example"}).status_code == 400
