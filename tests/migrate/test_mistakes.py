"""What is invalid is refused before anything is sent."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.snapshots.client import Connection, ConnectionMistake
from pulumi_elastic_org.snapshots.repositories import Repository, normalized


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (Connection("https://host"), "either an API key"),
        (Connection("https://host", api_key="k", username="u", password="p"), "either an API key"),
        (Connection("https://host", username="u"), "belong together"),
        (Connection("http://host.example", api_key="k"), "use https"),
        (Connection("host:9200", api_key="k"), "an URL such as"),
        (Connection("https://u:p@host", api_key="k"), "give them separately"),
        (
            Connection("https://host", api_key="k", ca_file="/nowhere.pem"),
            "ca_file is /nowhere.pem, and there is no such file",
        ),
    ],
)
def test_a_connection_that_is_invalid_is_refused(connection: Connection, said: str) -> None:
    with pytest.raises(ConnectionMistake, match=said):
        connection.check()


@pytest.mark.parametrize("url", ["https://host", "http://127.0.0.1:9200", "http://localhost:9200"])
def test_a_connection_is_encrypted_or_stays_on_the_machine(url: str) -> None:
    Connection(url, api_key="k").check()


def test_a_connection_never_shows_its_secrets() -> None:
    assert "secret" not in repr(Connection("https://host", api_key="secret", password="secret"))


@pytest.mark.parametrize(
    ("repository", "said"),
    [
        (Repository("a b", "fs", {"location": "/x"}), "not a name of a repository"),
        (Repository("found-snapshots", "s3", {"bucket": "b"}), "only within one account and region"),
        (Repository("r", "hdfs", {}), "one of fs, url, s3, gcs, azure"),
        (Repository("r", "s3", {}), "needs the setting 'bucket'"),
        (Repository("r", "s3", {"bucket": "b", "secret_key": "x"}), "belongs in secure_settings"),
        (Repository("r", "fs", {"location": "/x"}, {"s3.client.default.access_key": "x"}), "has no credentials"),
        (
            Repository("r", "s3", {"bucket": "b", "client": "mover"}, {"s3.client.default.access_key": "x"}),
            "s3.client.mover.access_key",
        ),
        (Repository("r", "gcs", {"bucket": "b"}, {"gcs.client.default.credentials_file": ""}), "is empty"),
    ],
)
def test_a_repository_that_is_invalid_is_refused(repository: Repository, said: str) -> None:
    assert any(said in mistake for mistake in repository.mistakes())


@pytest.mark.parametrize(
    "repository",
    [
        Repository("r", "fs", {"location": "/x"}),
        Repository("r", "url", {"url": "https://host/snapshots"}),
        Repository(
            "r", "s3", {"bucket": "b"}, {"s3.client.default.access_key": "x", "s3.client.default.secret_key": "y"}
        ),
        Repository("r", "gcs", {"bucket": "b"}, {"gcs.client.default.credentials_file": "{}"}),
        Repository(
            "r", "azure", {"container": "c"}, {"azure.client.default.account": "a", "azure.client.default.key": "k"}
        ),
    ],
)
def test_repositories_of_every_type_can_be_meant(repository: Repository) -> None:
    assert list(repository.mistakes()) == []
    assert not repository.read_only().writable
    assert repository.read_only().same_place(repository)


def test_a_repository_never_shows_its_secrets() -> None:
    assert "hush" not in repr(Repository("r", "s3", {"bucket": "b"}, {"s3.client.default.access_key": "hush"}))


def test_settings_are_compared_as_elasticsearch_keeps_them() -> None:
    assert normalized({"compress": True, "chunk": 3.0, "base_path": "a"}) == {
        "base_path": "a",
        "chunk": "3",
        "compress": "true",
    }
