"""Mistakes about proxies and certificate authorities name the variable and the file, and do not blame the endpoint."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pulumi_elastic_org.cloud.errors import ConfigurationError, Unreachable
from pulumi_elastic_org.cloud.organizations import visible_organizations
from pulumi_elastic_org.cloud.pacing import Patience
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.snapshots.client import Cluster, Connection, ConnectionMistake

ENDPOINT = "https://cloud.example"
PASSWORD = "password-of-the-proxy"
SCHEMES = ("https", "all")


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE")]:
        monkeypatch.delenv(name)


def ask() -> object:
    return visible_organizations(Session(ENDPOINT, "key", patience=Patience(attempts=1)))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_certificate_authority_that_is_not_there_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationError, match="and there is no such file") as refused:
        ask()
    assert str(refused.value).startswith(f"{variable} names {tmp_path}/ca.pem")
    assert "EC_ENDPOINT" not in str(refused.value)


def test_a_certificate_authority_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    os.mkfifo(tmp_path / "pipe")
    for name, why in {"ca.pem": "contains no certificate in PEM form", "pipe": "is not a regular file"}.items():
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / name))
        with pytest.raises(ConfigurationError, match=f"{name}, which {why}"):
            ask()
        with pytest.raises(ConnectionMistake, match=f"{name}, which {why}"):
            Cluster(Connection(ENDPOINT, api_key="key", ca_file=str(tmp_path / name)))


PROXIES = [
    "http://",
    "ftp://proxy.example",
    "http://proxy.example:port",
    "http://[",
    f"http://ada:{PASSWORD}@proxy.example:999999",
]


@pytest.mark.parametrize(
    "variable", [f"{scheme}_proxy" for scheme in SCHEMES] + [f"{one.upper()}_PROXY" for one in SCHEMES]
)
@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_that_is_no_address_is_told_by_its_variable_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(ConfigurationError, match=f"{variable} is not a proxy address") as refused:
        ask()
    assert PASSWORD not in str(refused.value)
    assert "EC_ENDPOINT" not in str(refused.value)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", f"http://ada:{PASSWORD}@127.0.0.1:1", "127.0.0.1:1"])
def test_a_proxy_that_cannot_be_reached_is_told_by_its_variable(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(Unreachable, match="the proxy that HTTPS_PROXY names cannot be reached") as refused:
        ask()
    assert PASSWORD not in str(refused.value)


def test_a_proxy_that_is_not_used_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "nonsense://")
    monkeypatch.setenv("no_proxy", "cloud.example")
    Session(ENDPOINT, "key")
    monkeypatch.setenv("no_proxy", "")
    Session("http://127.0.0.1:1", "key")
