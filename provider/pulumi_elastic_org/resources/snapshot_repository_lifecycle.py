"""What `SnapshotRepositoryProvider` does when Pulumi's engine calls it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pulumi.dynamic import CreateResult, ReadResult, UpdateResult

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.keystore import remove_secrets, set_secrets
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.resources.cluster_lifecycle import (
    ClusterLifecycle,
    Properties,
    known,
    read_cluster,
    without_provider,
)
from pulumi_elastic_org.resources.failures import one_clear_line
from pulumi_elastic_org.resources.live import connect, live, say
from pulumi_elastic_org.snapshots.errors import ElasticsearchError
from pulumi_elastic_org.snapshots.repositories import (
    DEFAULT_CLIENT,
    Repository,
    normalized,
    register,
    registered,
    unregister,
    verify,
)


class SnapshotRepositoryLifecycle(ClusterLifecycle):
    """Registers a repository, and puts its credentials into the deployment's keystore first."""

    SETTINGS: ClassVar[tuple[str, ...]] = ("name", "type", "settings", "secure_settings", "deployment_id")
    IDENTITY: ClassVar[tuple[str, ...]] = ("url", "name")

    def mistakes(self, news: Properties) -> Iterator[str]:
        if known(news, ("name", "type", "settings", "secure_settings")):
            yield from _repository(news).mistakes()
        if news.get("secure_settings") and news.get("deployment_id") is None:
            yield "secure_settings go into a deployment's keystore: give its deployment_id"

    def look_ahead(self, news: Properties) -> Iterator[str]:
        if not known(news, ("name", "type", "settings")):
            return
        wanted = _repository(news)
        earlier = registered(read_cluster(news)).get(wanted.name)
        if earlier is not None and not earlier.same_place(wanted):
            yield f"{news['url']} has a repository {wanted.name} already, which lies elsewhere: choose another name"

    @one_clear_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        id_ = f"{read_cluster(props).uuid}/{props['name']}"
        self._register(id_, props, {})
        return CreateResult(id_, self.kept(props))

    @one_clear_line
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        self._register(id_, news, olds)
        gone = sorted(set(olds.get("secure_settings") or ()) - set(news.get("secure_settings") or ()))
        if gone and olds.get("deployment_id") is not None:
            remove_secrets(self._session(), str(olds["deployment_id"]), gone)
        return UpdateResult(self.kept(news))

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        found = registered(read_cluster(props)).get(str(props["name"]))
        if found is None:
            return ReadResult(None, {})
        outputs = without_provider(props)
        if found.type == props["type"] and found.settings == normalized(props.get("settings") or {}):
            return ReadResult(id_, outputs)
        live_outputs = {**outputs, "type": found.type, "settings": dict(found.settings)}
        return ReadResult(id_, live_outputs, self.kept(live_outputs))

    @one_clear_line
    def delete(self, _id: str, props: dict[str, Any]) -> None:
        cluster, repository = read_cluster(props), _repository(props)
        unregister(cluster, repository.name)
        if not repository.secure_settings:
            return
        sharing = [one.name for one in registered(cluster).values() if _client(one) == _client(repository)]
        if sharing:
            say(f"Repository {repository.name}: its credentials stay in the keystore for {', '.join(sorted(sharing))}")
        else:
            remove_secrets(self._session(), str(props["deployment_id"]), repository.secure_settings)

    def _register(self, id_: str, props: Properties, olds: Properties) -> None:
        """Registers; where that fails half way, credentials and registration are kept in mind, to be taken away some day."""
        cluster, repository = read_cluster(props), _repository(props)
        credentials = repository.secure_settings
        left = {"secure_settings": {**(olds.get("secure_settings") or {}), **credentials}} if credentials else {}
        try:
            if credentials:
                set_secrets(self._session(), str(props["deployment_id"]), credentials)
        except CloudError as error:
            if not error.maybe_done:
                raise
            raise self.unfinished(error, id_, props, **left) from None
        try:
            register(cluster, repository)  # what cannot be verified is registered all the same
            nodes = verify(cluster, repository.name)
        except ElasticsearchError as error:
            raise self.unfinished(error, id_, props, **left) from None
        say(f"Repository {repository.name}: {nodes} {'node reaches' if nodes == 1 else 'nodes reach'} it")

    def _session(self) -> Session:
        """Elastic Cloud, which only repositories with credentials need."""
        connect(self._configured)
        return live().session


def _repository(props: Properties) -> Repository:
    return Repository(
        str(props["name"]),
        str(props["type"]),
        normalized(props.get("settings") or {}),
        {str(entry): str(value) for entry, value in (props.get("secure_settings") or {}).items()},
    )


def _client(repository: Repository) -> tuple[str, str]:
    return repository.type, repository.settings.get("client", DEFAULT_CLIENT)
