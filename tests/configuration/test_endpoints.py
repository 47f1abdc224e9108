"""An endpoint that is not Elastic Cloud's API is recognised by its first answer, and asked nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cloud.errors import CloudError, Unreachable
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from tests.configuration.servers import (
    Elsewhere,
    elasticsearch,
    elasticsearch_with_security,
    kibana,
    other_json,
    redirecting,
    web_page,
)

KEY = "key-that-stays-here"
ORGANIZATION = "2871506934"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (web_page, ("the answer is not JSON (text/html): check that http://127.0.0.1:", "is Elastic Cloud's API")),
        (elasticsearch, ("HTTP status 400 without an explanation", "Check")),
        (
            elasticsearch_with_security,
            ("HTTP status 401 without an explanation", "The API key is unknown, expired or was rotated"),
        ),
        (kibana, ("HTTP status 404 without an explanation", "that the endpoint is the one of Elastic Cloud's API")),
        (other_json, (f"read the members of organization {ORGANIZATION}",)),
    ],
)
def test_what_answers_otherwise_is_told(make: Callable[[], Elsewhere], said: tuple[str, ...]) -> None:
    with make().running() as elsewhere:
        message = _refusal(elsewhere.url)
        assert f"cannot read the members of organization {ORGANIZATION}" in message
        for fragment in said:
            assert fragment in message
        assert {request.partition(" ")[0] for request in elsewhere.asked} == {"GET"}


def test_a_redirect_is_not_followed_and_its_target_named_by_host_alone() -> None:
    with web_page().running() as target, redirecting("https://login.example/?token=hush").running() as elsewhere:
        message = _refusal(elsewhere.url)
        assert "redirects to login.example, and the key is not sent there: set EC_ENDPOINT" in message
        assert "hush" not in message
        assert target.asked == []


def test_a_port_where_nobody_listens_is_told() -> None:
    with Emulator() as emulator:
        endpoint = emulator.endpoint
    warnings: list[str] = []
    with pytest.raises(Unreachable, match=f"nothing listens at {endpoint}: check the address in EC_ENDPOINT"):
        Organizations(_session(endpoint, warnings.append)).read(ORGANIZATION)
    assert warnings == []  # it gives up within seconds, so that there is no wait to tell of


def _session(endpoint: str, warn: Callable[[str], None] = print) -> Session:
    return Session(endpoint, KEY, warn=warn, patience=Patience(sleep=lambda _: None))


def _refusal(endpoint: str) -> str:
    with pytest.raises(CloudError) as refused:
        Organizations(_session(endpoint)).read(ORGANIZATION)
    assert KEY not in str(refused.value)
    return str(refused.value)
