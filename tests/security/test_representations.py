"""What Python itself would show: representations, pickles, and the exceptions that an error carries along."""

from __future__ import annotations

import logging
import pickle
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import dill  # type: ignore[import-untyped]
import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cloud.account import Account
from pulumi_elastic_org.cloud.invitations import accept_invitation
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.lifecycle.phase import Settings
from pulumi_elastic_org.model.people import Invitation
from pulumi_elastic_org.resources.acceptance_provider import AcceptanceProvider
from pulumi_elastic_org.resources.member_provider import MemberProvider
from pulumi_elastic_org.resources.roster_provider import RosterProvider
from pulumi_elastic_org.resources.snapshot_repository_provider import SnapshotRepositoryProvider
from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.repositories import Repository
from pulumi_embedded.passphrase import Passphrase
from pulumi_embedded.port import Workspace
from tests.security.canaries import Search, new_canary, new_key_canary

KEY, PASSWORD = new_key_canary("key"), new_canary("password")
TOKEN = f"token-{uuid.uuid4().hex}"  # part of a path: without what a path cannot hold
SECRETS = {"key": KEY, "token": TOKEN, "password": PASSWORD}
NOBODY = "http://127.0.0.1:1"
NOW = datetime(2025, 6, 1, tzinfo=timezone.utc)


def session(endpoint: str = NOBODY) -> Session:
    return Session(endpoint, KEY, patience=Patience(attempts=1))


def found_in(text: str) -> set[str]:
    search = Search(SECRETS)
    search.look_at(text.encode(), "the text")
    return search.found


@pytest.mark.parametrize(
    "holder",
    [
        session(),
        Account(session()),
        Settings(KEY),
        Connection(NOBODY, api_key=KEY),
        Connection(NOBODY, username="elastic", password=PASSWORD),
        Cluster(Connection(NOBODY, username="elastic", password=PASSWORD)),
        Repository("r", "s3", {"bucket": "b"}, {"s3.client.default.secret_key": PASSWORD}),
        Workspace(Path("p"), "dev", environment={"EC_API_KEY": KEY}),
        Passphrase({"PULUMI_CONFIG_PASSPHRASE": PASSWORD}, None),
        Invitation(TOKEN, "ada@acme.example", frozenset(), NOW, NOW, False),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_a_representation_shows_no_secret(holder: object) -> None:
    assert found_in(f"{holder!r} {holder!s} {[holder]}") == set()


@pytest.mark.parametrize("kind", [RosterProvider, MemberProvider, AcceptanceProvider, SnapshotRepositoryProvider])
def test_a_pickled_provider_is_its_name_and_nothing_else(kind: type) -> None:
    provider = kind()
    for pickled in (pickle.dumps(provider), dill.dumps(provider)):
        assert len(pickled) < 200
        assert kind.__name__.encode() in pickled


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("kind", ["nobody listens", "connection_dropped", "server_error", "invalid_json", "html_page"])
def test_an_error_carries_no_request_along(kind: str) -> None:
    with Emulator() as emulator:
        if kind != "nobody listens":
            emulator.faults.add(Fault.model_validate({"kind": kind}))
        with pytest.raises(Exception, match="accept") as failed:
            accept_invitation(session(NOBODY if kind == "nobody listens" else emulator.endpoint), TOKEN)
    for error in chain(failed.value):
        assert found_in(f"{error!r} {error} {vars(error)}") == set()
        assert getattr(error, "request", None) is None


def test_logs_at_debug_name_the_call_and_not_the_token(caplog: pytest.LogCaptureFixture) -> None:
    with Emulator() as emulator, caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="accept"):
        accept_invitation(session(emulator.endpoint), TOKEN)
    assert "/organizations/invitations/[secret]/_accept" in caplog.text
    assert found_in(caplog.text) == set()


def test_logs_of_other_addresses_stay_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    session()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("urllib3.connectionpool").debug("GET %s", "/api/v1/organizations/1/invitations")
    assert "GET /api/v1/organizations/1/invitations" in caplog.text
