"""Snapshot repositories: what may be declared (pure), and registering it with a cluster.

The types and their settings are those of Elasticsearch's guide "Register a snapshot repository"; which of them are secure, and so
belong into the keystore and not into the registration, is said there for each type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_elastic_org.snapshots.client import Cluster

READ_ONLY = "readonly"
DEFAULT_CLIENT = "default"
ELASTICS_OWN = "found-snapshots"
"""Elastic Cloud's built-in repository, which restores only within one account and region."""

_PLACES: Mapping[str, str] = {"fs": "location", "url": "url", "s3": "bucket", "gcs": "bucket", "azure": "container"}
_SECURE: Mapping[str, tuple[str, ...]] = {
    "s3": ("access_key", "secret_key", "session_token"),
    "gcs": ("credentials_file",),
    "azure": ("account", "key", "sas_token"),
}
_NAME = re.compile(r"[^\s,/\\*?\"<>|#]+")


@dataclass(frozen=True, slots=True)
class Repository:
    """A snapshot repository.

    Args:
        name: Its name in the cluster.
        type: ``"fs"``, ``"url"``, ``"s3"``, ``"gcs"`` or ``"azure"``.
        settings: Where it lies, in Elasticsearch's own words, such as ``{"bucket": "backups", "base_path": "acme"}``.
        secure_settings: Credentials, by keystore entry such as ``"s3.client.default.access_key"``; never printed.
    """

    name: str
    type: str
    settings: Mapping[str, str]
    secure_settings: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def writable(self) -> bool:
        """Whether a cluster may take snapshots into it."""
        return self.type != "url" and self.settings.get(READ_ONLY, "false") != "true"

    def read_only(self) -> Repository:
        """Returns the same repository as a cluster registers it that must not write to it."""
        if self.type == "url":  # read-only by its nature, and without such a setting
            return self
        return replace(self, settings={**self.settings, READ_ONLY: "true"})

    def same_place(self, other: Repository) -> bool:
        """Whether two registrations are of one repository, be they writable or not."""
        return self.type == other.type and _place(self) == _place(other)

    def mistakes(self) -> Iterator[str]:
        """Yields everything that is invalid."""
        if not _NAME.fullmatch(self.name) or self.name.startswith(("-", "_")):
            yield f"{self.name!r} is not a name of a repository"
        if self.name == ELASTICS_OWN:
            yield (
                f"{ELASTICS_OWN} is Elastic Cloud's own and restores only within one account and region: use a private repository"
            )
        if self.type not in _PLACES:
            yield f"the type must be one of {', '.join(_PLACES)}, not {self.type!r}"
            return
        if not self.settings.get(_PLACES[self.type]):
            yield f"a repository of type {self.type} needs the setting {_PLACES[self.type]!r}"
        for setting in self.settings:
            if setting in ("access_key", "secret_key", *_SECURE.get(self.type, ())):
                yield f"{setting} is a credential and belongs in secure_settings: registrations are readable to others"
        yield from self._secure_mistakes()

    def _secure_mistakes(self) -> Iterator[str]:
        if not self.secure_settings:
            return
        if self.type not in _SECURE:
            yield f"a repository of type {self.type} has no credentials: leave secure_settings out"
            return
        client = self.settings.get("client", DEFAULT_CLIENT)
        known = [f"{self.type}.client.{client}.{setting}" for setting in _SECURE[self.type]]
        for entry, value in self.secure_settings.items():
            if entry not in known:
                yield f"{entry} is not one of the keystore's entries for this repository: {', '.join(known)}"
            elif not value:
                yield f"{entry} is empty"


def normalized(settings: Mapping[str, Any]) -> dict[str, str]:
    """Returns settings as Elasticsearch keeps them: every value a text.

    Args:
        settings: As a person or a program writes them.
    """
    return {
        key: str(value).lower() if isinstance(value, bool) else _number(value)
        for key, value in sorted(settings.items())
    }


def registered(cluster: Cluster) -> dict[str, Repository]:
    """Returns the repositories of a cluster by name.

    Args:
        cluster: Which cluster.

    Raises:
        ElasticsearchError: The cluster cannot be asked.
    """
    found = cluster.ask("list the snapshot repositories", lambda es: es.snapshot.get_repository().body)
    return {
        name: Repository(name, str(one["type"]), normalized(one.get("settings") or {})) for name, one in found.items()
    }


def register(cluster: Cluster, repository: Repository) -> None:
    """Registers a repository, or makes an earlier registration this one; every node has to reach it.

    Args:
        cluster: Where.
        repository: What; its credentials are not part of it, and are in the keystore before this is called.

    Raises:
        ElasticsearchError: The cluster cannot reach the repository, or cannot be asked.
    """
    body: dict[str, Any] = {"type": repository.type, "settings": dict(repository.settings)}
    cluster.ask(
        f"register the {repository.type} repository {repository.name}",
        lambda es: es.snapshot.create_repository(name=repository.name, repository=body, verify=True),
    )


def verify(cluster: Cluster, name: str) -> int:
    """Has every node look at a repository.

    Args:
        cluster: Where.
        name: The repository.

    Returns:
        How many nodes reach it.

    Raises:
        ElasticsearchError: A node cannot reach it, or the cluster cannot be asked.
    """
    answer = cluster.ask(f"verify the repository {name}", lambda es: es.snapshot.verify_repository(name=name).body)
    return len(answer["nodes"])


def unregister(cluster: Cluster, name: str) -> None:
    """Makes a cluster forget a repository; what is stored in it stays.

    Args:
        cluster: Where.
        name: The repository; one that is gone already is no error.

    Raises:
        ElasticsearchError: The cluster refuses, or cannot be asked.
    """
    cluster.delete(f"unregister the repository {name}", lambda es: es.snapshot.delete_repository(name=name))


def _place(repository: Repository) -> dict[str, str]:
    return {key: value for key, value in repository.settings.items() if key != READ_ONLY}


def _number(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
