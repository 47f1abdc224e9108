"""The checks find what is not as published: a layer that lets everything pass would be worth nothing."""

from __future__ import annotations

import json

import pytest

from tests.contract.check import answer_mismatches, request_mismatches
from tests.contract.operations import find
from tests.support import descriptions

MEMBER = {"organization_id": "1", "user_id": "2", "member_since": "2025-06-01T00:00:00Z"}
STOPPED = "role_assignments.unauthorized_role_assignments"
REFUSAL = {"errors": [{"code": "organization.not_found", "message": "no"}]}


def request(method: str, path: str, query: str = "", body: object = None) -> list[str]:
    return list(request_mismatches(method, path, query, b"" if body is None else json.dumps(body).encode()))


def answer(method: str, path: str, status: int, body: object, codes: str = "") -> list[str]:
    return list(answer_mismatches(find(method, path), status, codes, json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/organizations", "", None),
        ("POST", "/organizations/1/invitations", "", {"emails": ["ada@acme.example"]}),
        ("GET", "/billing/costs/1", "from=2025-06-01T00%3A00%3A00Z", None),
        ("DELETE", "/organizations/1/members/2,3", "force=true", None),
    ],
)
def test_a_described_request_passes(method: str, path: str, query: str, body: object) -> None:
    assert request(method, path, query, body) == []


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "expected"),
    [
        ("GET", "/organizations/1/people", "", None, "no such operation"),
        ("PUT", "/organizations/1/members", "", None, "no such operation"),
        ("GET", "/organizations//members", "", None, "no such operation"),
        ("GET", "/organizations", "size=1", None, "no parameter size"),
        ("DELETE", "/organizations/1/members/2", "force=perhaps", None, "no boolean"),
        ("GET", "/organizations", "", {}, "no body is described"),
        ("POST", "/organizations/1/invitations", "", None, "not JSON"),
        ("POST", "/organizations/1/invitations", "", {}, "emails"),
        ("POST", "/organizations/1/invitations", "", {"emails": "ada@acme.example"}, "array"),
        ("POST", "/organizations/1/invitations", "", {"emails": [], "role": "x"}, "'role' was unexpected"),
        ("PUT", "/organizations/1", "", {"enforce_authentication_method": "password"}, "enforce_authentication_method"),
        ("POST", "/users/auth/keys", "", {"expiration": "3h"}, "description"),
        pytest.param(
            "PATCH",
            "/deployments/1/elasticsearch/_main/keystore",
            "",
            {"secrets": {"a": {"value": 1}}},
            "value",
            marks=descriptions.needed,
        ),
    ],
)
def test_a_request_that_is_not_described_is_found(
    method: str, path: str, query: str, body: object, expected: str
) -> None:
    [mismatch] = request(method, path, query, body)
    assert expected in mismatch


def test_described_answers_pass() -> None:
    assert answer("GET", "/organizations/1/members", 200, {"members": [MEMBER]}) == []
    assert answer("GET", "/organizations/1", 404, REFUSAL, "organization.not_found") == []
    assert answer("GET", "/nowhere", 404, REFUSAL) == []
    refused = {"errors": [{"code": STOPPED, "message": "no"}]}
    assert answer("POST", "/organizations/1/invitations", 403, refused, STOPPED) == []


@descriptions.needed
def test_described_answers_about_projects_pass() -> None:
    assert answer("GET", "/serverless/projects/security", 200, {"items": []}) == []


def test_null_turns_the_enforcement_of_single_sign_on_off() -> None:
    assert request("PUT", "/organizations/1", body={"enforce_authentication_method": None}) == []


@pytest.mark.parametrize(
    ("path", "status", "body", "codes", "expected"),
    [
        ("/organizations/1/members", 200, {"members": [{**MEMBER, "member_since": None}]}, "", "member_since"),
        ("/organizations/1/members", 200, {"members": [{**MEMBER, "member_since": "soon"}]}, "", "date-time"),
        ("/organizations/1/members", 200, {"members": [{**MEMBER, "nickname": "A"}]}, "", "'nickname' was unexpected"),
        ("/organizations/1/members", 200, {}, "", "members"),
        ("/organizations/1/members", 201, {}, "", "status is not described"),
        ("/organizations/1", 404, {"error": "no"}, "", "error"),
        ("/organizations/1", 404, REFUSAL, "organization.gone", "organization.gone"),
        ("/organizations/1", 503, {"message": "no"}, "", "message"),
        ("/nowhere", 200, {}, "", "status is not described"),
    ],
)
def test_an_answer_that_is_not_described_is_found(
    path: str, status: int, body: object, codes: str, expected: str
) -> None:
    assert expected in "\n".join(answer("GET", path, status, body, codes))
