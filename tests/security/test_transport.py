"""Keys go to the verified address that was configured and nowhere else, with either client."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_elastic_org.cloud.errors import CloudError, ConfigurationError, OutcomeUnknown
from pulumi_elastic_org.cloud.organizations import visible_organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.snapshots.client import (
    Cluster,
    ClusterUnreachable,
    Connection,
    ConnectionMistake,
    ElasticsearchError,
)
from tests.security.tls import REDIRECTS, Listener, breaking_off, listener, make_certificate

KEY = "key-that-goes-to-one-place"
PASSWORD = "password-that-goes-to-one-place"

Ask = Callable[[str], object]


def ask_cloud(url: str) -> object:
    """One call of Elastic Cloud's API."""
    return visible_organizations(Session(url, KEY, patience=Patience(attempts=1)))


def ask_cluster_with_key(url: str) -> object:
    """One call of Elasticsearch with an API key."""
    return Cluster(Connection(url, api_key=KEY)).uuid


def ask_cluster_with_password(url: str) -> object:
    """One call of Elasticsearch with a password."""
    return Cluster(Connection(url, username="elastic", password=PASSWORD)).uuid


CLIENTS = [ask_cloud, ask_cluster_with_key, ask_cluster_with_password]
every_client = pytest.mark.parametrize("ask", CLIENTS, ids=["cloud", "cluster-key", "cluster-password"])
REFUSALS = (CloudError, ElasticsearchError)


@pytest.fixture
def here() -> Iterator[Listener]:
    with listener() as running:
        yield running


@pytest.fixture
def elsewhere() -> Iterator[Listener]:
    with listener() as running:
        yield running


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path, "127.0.0.1")


@pytest.fixture
def secure(certificate: Path) -> Iterator[Listener]:
    with listener(certificate) as running:
        yield running


def shown(error: BaseException) -> str:
    """Everything that somebody may see of an error."""
    return f"{error} {error!r} {error.__cause__!r}"


@every_client
def test_a_certificate_that_nobody_signed_is_refused_before_the_key_is_sent(secure: Listener, ask: Ask) -> None:
    with pytest.raises(REFUSALS, match="certificate") as refused:
        ask(secure.url)
    assert "verified" in str(refused.value)
    assert secure.heard == []


@every_client
def test_a_certificate_for_another_host_is_refused_before_the_key_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    certificate = make_certificate(tmp_path, "api.elastic-cloud.com")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with listener(certificate) as running, pytest.raises(REFUSALS, match="certificate"):
        ask(running.url)
    assert running.heard == []


def test_the_cloud_client_trusts_the_authorities_of_requests_ca_bundle(
    secure: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    ask_cloud(secure.url)
    assert secure.heard[0]["authorization"] == f"ApiKey {KEY}"


@pytest.mark.parametrize(
    "last_words", [b"\x17\x03\x03\x00\x20" + bytes(32), b"\x15\x03\x03\x00\x02\x02\x50"], ids=["no record", "an alert"]
)
def test_of_a_request_after_which_the_encryption_breaks_it_is_not_known_whether_it_was_done(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, last_words: bytes
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with (
        breaking_off(certificate, last_words) as url,
        pytest.raises(OutcomeUnknown, match="encrypted connection") as told,
    ):
        Session(url, KEY, patience=Patience(attempts=1)).call(
            "POST", "users", action="invite", body={}, repeatable=False
        )
    assert told.value.maybe_done


def test_the_cluster_client_trusts_the_authority_that_it_is_given(secure: Listener, certificate: Path) -> None:
    assert Cluster(Connection(secure.url, api_key=KEY, ca_file=str(certificate))).uuid == "u"
    assert secure.heard[0]["authorization"] == f"ApiKey {KEY}"


def test_an_authority_for_another_host_does_not_help_a_cluster(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "search.example")
    with listener(certificate) as running, pytest.raises(ClusterUnreachable, match="certificate"):
        _ = Cluster(Connection(running.url, api_key=KEY, ca_file=str(certificate))).uuid
    assert running.heard == []


@every_client
@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_to_another_port_carries_no_key_there(
    here: Listener, elsewhere: Listener, ask: Ask, status: int
) -> None:
    here.status, here.location = status, f"{elsewhere.url}/api/v1/organizations"
    with pytest.raises(REFUSALS) as refused:
        ask(here.url)
    assert here.heard
    assert elsewhere.heard == []
    assert KEY not in shown(refused.value)
    assert PASSWORD not in shown(refused.value)


@every_client
def test_a_redirect_to_another_path_of_the_same_server_is_not_followed_either(here: Listener, ask: Ask) -> None:
    here.status, here.location = 302, f"{here.url}/elsewhere"
    with pytest.raises(REFUSALS):
        ask(here.url)
    assert len(here.heard) == 1


def test_a_redirect_from_https_to_plain_http_is_not_followed(
    secure: Listener, elsewhere: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    secure.status, secure.location = 307, elsewhere.url
    with pytest.raises(ConfigurationError, match="redirects to"):
        ask_cloud(secure.url)
    with pytest.raises(ElasticsearchError):
        _ = Cluster(Connection(secure.url, api_key=KEY, ca_file=str(certificate))).uuid
    assert elsewhere.heard == []


@pytest.mark.parametrize("host", ["search.example", "10.0.0.1", "0.0.0.0", "localhost.example", "127.0.0.1.example"])
def test_nothing_is_sent_over_plain_http_beyond_loopback(host: str) -> None:
    with pytest.raises(ConfigurationError, match="plain HTTP"):
        Session(f"http://{host}:9200", KEY)
    with pytest.raises(ConnectionMistake, match="plain HTTP"):
        Cluster(Connection(f"http://{host}:9200", api_key=KEY))


@every_client
def test_a_netrc_file_replaces_no_credentials(
    here: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    ask(here.url)
    basic = base64.b64encode(f"elastic:{PASSWORD}".encode()).decode()
    expected = f"Basic {basic}" if ask is ask_cluster_with_password else f"ApiKey {KEY}"
    assert {headers["authorization"] for headers in here.heard} == {expected}


@every_client
@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_sees_what_goes_to_loopback(
    here: Listener, elsewhere: Listener, monkeypatch: pytest.MonkeyPatch, ask: Ask, variable: str
) -> None:
    monkeypatch.setenv(variable, elsewhere.url)
    monkeypatch.setenv("no_proxy", "")
    ask(here.url)
    assert here.heard
    assert elsewhere.heard == []


@every_client
def test_a_proxy_for_https_is_asked_for_a_tunnel_and_shown_no_key(
    secure: Listener, elsewhere: Listener, certificate: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setenv("https_proxy", elsewhere.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    elsewhere.status = 403
    with pytest.raises(REFUSALS):
        ask(secure.url)
    assert not [headers for headers in elsewhere.heard if "authorization" in headers]


def test_credentials_that_an_error_repeats_are_not_shown(here: Listener) -> None:
    here.status = 400
    here.body = {"error": {"type": "illegal", "reason": f"{PASSWORD} is not accepted"}, "status": 400}
    with pytest.raises(ElasticsearchError, match=r"\[secret\] is not accepted") as refused:
        ask_cluster_with_password(here.url)
    assert PASSWORD not in shown(refused.value)


def test_what_elasticsearch_says_commands_neither_terminal_nor_runner(here: Listener) -> None:
    reason = "\x1b[2J\u202e\n::error::gone ##vso[task.complete]"
    here.status, here.body = 400, {"error": {"type": "x", "reason": reason}}
    with pytest.raises(ElasticsearchError) as refused:
        ask_cluster_with_key(here.url)
    assert str(refused.value).isprintable()
    assert "::error" not in str(refused.value)
    assert "##vso[" not in str(refused.value)


def test_the_retries_of_the_cluster_client_write_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    program = (
        "from pulumi_elastic_org.snapshots.client import Cluster, Connection\n"
        f"Cluster(Connection('http://127.0.0.1:1', username='elastic', password={PASSWORD!r})).uuid"
    )
    subprocess.run([sys.executable, "-c", f"try:\n  exec({program!r})\nexcept Exception as e: print(e)"], check=True)
    said = capfd.readouterr()
    assert said.err == ""
    assert "no connection" in said.out
