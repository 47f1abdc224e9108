from __future__ import annotations

import pytest
import requests
from jsonschema import ValidationError

from tests import descriptions

from . import published

BASE = "https://api.elastic-cloud.com/api/v1"

pytestmark = descriptions.needed


def prepared(method: str, path: str, body: object = None) -> requests.PreparedRequest:
    return requests.Request(method, BASE + path, json=body).prepare()


def test_the_check_passes_a_described_request() -> None:
    published.check(prepared("POST", "/organizations/1/invitations", {"emails": ["ada@acme.example"]}))


@pytest.mark.parametrize(
    "request_",
    [
        prepared("POST", "/organizations/1/invitations", {"emails": "ada@acme.example"}),
        prepared("POST", "/organizations/1/invitations", {}),
        prepared("GET", "/organizations/1/people"),
        prepared("GET", "/organizations?size=1"),
        prepared("GET", "/organizations", {}),
    ],
    ids=["a body of another type", "a body that lacks a field", "another path", "a parameter", "a surplus body"],
)
def test_the_check_refuses_what_is_not_described(request_: requests.PreparedRequest) -> None:
    with pytest.raises((AssertionError, ValidationError)):
        published.check(request_)
