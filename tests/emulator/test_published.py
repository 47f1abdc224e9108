"""Every kind of answer against the published description of the API, where that is at hand.

The description is Elastic's and not part of this project; it is looked for in a folder `shared` beside the project.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from jsonschema import Draft4Validator

from pulumi_elastic_org.emulator import ACME as ACME_SEED
from pulumi_elastic_org.emulator import Emulator
from tests import descriptions
from tests.emulator.conftest import Client

ORGANIZATION = "2871506934"
MEMBER = "3100000036"

pytestmark = descriptions.needed


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(ACME_SEED) as emulator:
        yield emulator


def validate(response: requests.Response, emulator: Emulator) -> None:
    """Fails unless the description has this status for the call, and this form, and these error codes."""
    call = emulator.calls.all()[-1]
    assert call.status == response.status_code
    if call.route.startswith("/serverless/"):
        described, schema = _serverless(response)
    else:
        described = descriptions.cloud()["paths"][call.route][call.method.lower()]["responses"][str(call.status)]
        schema = {**described["schema"], "definitions": descriptions.cloud()["definitions"]}
    Draft4Validator(schema).validate(response.json())
    if codes := described.get("headers", {}).get("x-cloud-error-codes", {}).get("enum"):
        assert set(response.headers["x-cloud-error-codes"].split(",")) <= set(codes)


def _serverless(response: requests.Response) -> tuple[dict[str, Any], dict[str, Any]]:
    kind, *rest = response.url.partition("/serverless/projects/")[2].split("/")
    path = "/".join([f"/api/v1/serverless/projects/{kind}", *(["{id}"] if rest else []), *rest[1:]])
    described = descriptions.serverless()["paths"][path]["get"]["responses"][str(response.status_code)]
    if "$ref" in described:
        described = descriptions.serverless()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    schema = described["content"]["application/json"]["schema"]
    return described, {**schema, "components": descriptions.serverless()["components"]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/organizations", None),
        ("GET", f"/organizations/{ORGANIZATION}", None),
        ("GET", f"/organizations/{ORGANIZATION}/members", None),
        ("DELETE", f"/organizations/{ORGANIZATION}/members/{MEMBER}", None),
        ("GET", f"/organizations/{ORGANIZATION}/invitations", None),
        ("POST", f"/organizations/{ORGANIZATION}/invitations", {"emails": ["new@acme.example"]}),
        ("POST", f"/users/{MEMBER}/role_assignments", {}),
        ("DELETE", f"/users/{MEMBER}/role_assignments", {}),
        ("GET", "/users/auth/keys", None),
        ("POST", "/users/auth/keys", {"description": "new"}),
        ("DELETE", "/users/auth/keys", {"keys": []}),
        ("GET", "/deployments", None),
        ("POST", "/deployments/_search", {"size": 100}),
        ("GET", "/serverless/projects/elasticsearch", None),
        ("GET", "/serverless/projects/observability", None),
        ("GET", "/serverless/projects/security", None),
        ("GET", "/serverless/projects/security/c7d5f8495162588e6bb8a9e1975c45e7", None),
        ("GET", "/serverless/projects/security/c7d5f8495162588e6bb8a9e1975c45e7/status", None),
        ("GET", f"/billing/costs/{ORGANIZATION}", None),
    ],
)
def test_answers_have_the_published_form(emulator: Emulator, method: str, path: str, body: Any) -> None:
    response = Client(emulator, "demo-admin-key").call(method, path, body)
    assert response.status_code in (200, 201), response.text
    validate(response, emulator)


def test_what_happens_to_one_invitation_or_one_key_has_the_published_form(emulator: Emulator) -> None:
    admin, invited = Client(emulator, "demo-admin-key"), Client(emulator, "demo-invited-key")
    invitations = {
        one["email"]: one["token"] for one in admin.get(f"/organizations/{ORGANIZATION}/invitations")["invitations"]
    }
    key_id = admin.post("/users/auth/keys", {"description": "new"})["id"]
    rosa, bjarne = invitations["rosa.delacroix@acme.example"], invitations["bjarne.holt@acme.example"]
    for client, method, path in (
        (invited, "GET", f"/organizations/invitations/{rosa}"),
        (invited, "POST", f"/organizations/invitations/{rosa}/_accept"),
        (admin, "DELETE", f"/organizations/{ORGANIZATION}/invitations/{bjarne}"),
        (admin, "GET", f"/users/auth/keys/{key_id}"),
        (admin, "DELETE", f"/users/auth/keys/{key_id}"),
    ):
        response = client.call(method, path)
        assert response.status_code == 200, response.text
        validate(response, emulator)


@pytest.mark.parametrize(
    ("key", "method", "path", "body"),
    [
        ("demo-admin-key", "GET", "/organizations/1", None),
        ("demo-admin-key", "GET", "/organizations/2871507001", None),
        ("demo-admin-key", "GET", "/organizations/1/members", None),
        ("demo-admin-key", "DELETE", f"/organizations/{ORGANIZATION}/members/1", None),
        ("demo-admin-key", "DELETE", f"/organizations/{ORGANIZATION}/members/3100001002", None),
        ("demo-admin-key", "POST", f"/organizations/{ORGANIZATION}/invitations", {"emails": ["nobody"]}),
        (
            "demo-admin-key",
            "POST",
            f"/organizations/{ORGANIZATION}/invitations",
            {"emails": ["ming.zhao@acme.example"]},
        ),
        ("demo-billing-key", "POST", f"/organizations/{ORGANIZATION}/invitations", {"emails": ["new@acme.example"]}),
        ("demo-admin-key", "DELETE", f"/organizations/{ORGANIZATION}/invitations/unknown", None),
        ("demo-admin-key", "DELETE", f"/organizations/{ORGANIZATION}/invitations/,", None),
        ("demo-admin-key", "GET", "/organizations/invitations/unknown", None),
        ("demo-admin-key", "POST", "/organizations/invitations/unknown/_accept", None),
        ("demo-admin-key", "POST", "/users/1/role_assignments", {}),
        ("demo-billing-key", "DELETE", f"/users/{MEMBER}/role_assignments", {}),
        ("unknown", "POST", f"/users/{MEMBER}/role_assignments", {}),
        ("demo-admin-key", "GET", "/users/auth/keys/unknown", None),
        ("demo-admin-key", "POST", "/users/auth/keys", {}),
        ("unknown", "GET", "/deployments", None),
        ("unknown", "GET", "/serverless/projects/security", None),
        ("demo-admin-key", "GET", "/serverless/projects/security/unknown", None),
        ("demo-admin-key", "GET", f"/billing/costs/{ORGANIZATION}?from=soon", None),
        ("demo-admin-key", "GET", "/billing/costs/2871507001", None),
    ],
)
def test_refusals_have_the_published_form_and_codes(
    emulator: Emulator, key: str, method: str, path: str, body: Any
) -> None:
    response = Client(emulator, key).call(method, path, body)
    assert response.status_code >= 400
    validate(response, emulator)


def test_a_pending_invitation_in_the_way_has_the_published_code(emulator: Emulator) -> None:
    emulator.switches.refresh_pending_invitations = False
    body = {"emails": ["bjarne.holt@acme.example"]}
    admin = Client(emulator, "demo-admin-key")
    validate(admin.call("POST", f"/organizations/{ORGANIZATION}/invitations", body), emulator)


def test_the_example_stays_as_published_when_its_invitations_expire(emulator: Emulator) -> None:
    emulator.clock.advance(timedelta(days=8))
    response = Client(emulator, "demo-admin-key").call("GET", f"/organizations/{ORGANIZATION}/invitations")
    assert all(invitation["expired"] for invitation in response.json()["invitations"])
    validate(response, emulator)
