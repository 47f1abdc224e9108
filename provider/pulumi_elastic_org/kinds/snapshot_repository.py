"""`SnapshotRepository`: where a cluster keeps its snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_elastic_org.cloud.errors import CloudError
from pulumi_elastic_org.cloud.hosted import remove_secrets, set_secrets
from pulumi_elastic_org.kinds.cluster import CONNECTION, ClusterKind, address, read_cluster
from pulumi_elastic_org.lifecycle.interface import State
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, known
from pulumi_elastic_org.snapshots.client import ElasticsearchError
from pulumi_elastic_org.snapshots.repositories import (
    DEFAULT_CLIENT,
    Repository,
    normalized,
    register,
    registered,
    unregister,
    verify,
)


class SnapshotRepository(ClusterKind):
    """Registers a repository, and puts its credentials into the deployment's keystore first."""

    name = "SnapshotRepository"
    what = "snapshot repository"
    properties = (
        *CONNECTION,
        Property("name", Type.TEXT, "The repository's name in the cluster.", required=True, replaces=True),
        Property("type", Type.TEXT, '``"fs"``, ``"url"``, ``"s3"``, ``"gcs"`` or ``"azure"``.', required=True),
        Property("settings", Type.OBJECT, 'Where it lies, such as ``{"bucket": "backups", "base_path": "acme"}``.'),
        Property(
            "secure_settings",
            Type.MAP,
            'Its credentials, by keystore entry such as ``"s3.client.default.access_key"``.',
            secret=True,
        ),
        Property("deployment_id", Type.TEXT, "Elastic's id of the deployment; needed for ``secure_settings``."),
    )

    def own_mistakes(self, news: Properties) -> Iterator[str]:
        if known(news, ("name", "type", "settings", "secure_settings")):
            yield from _repository(news).mistakes()
        if news.get("secure_settings") and news.get("deployment_id") is None:
            yield "secure_settings go into a deployment's keystore: give its deployment_id"

    def obstacles(self, news: Properties) -> Iterator[str]:
        if not known(news, ("name", "type", "settings")):
            return
        wanted = _repository(news)
        earlier = registered(read_cluster(news)).get(wanted.name)
        if earlier is not None and not earlier.same_place(wanted):
            yield f"{news['url']} already has a repository {wanted.name} at another location: choose another name"

    def create(self, inputs: Properties) -> State:
        id_ = f"{read_cluster(inputs).uuid}/{inputs['name']}"
        self._register(id_, inputs, {})
        return State(id_, self.kept(inputs))

    def update(self, id_: str, olds: Properties, news: Properties) -> State:
        self._register(id_, news, olds)
        gone = sorted(set(olds.get("secure_settings") or ()) - set(news.get("secure_settings") or ()))
        if gone and olds.get("deployment_id") is not None:
            remove_secrets(self.phase.session, str(olds["deployment_id"]), gone)
        return State(id_, self.kept(news))

    def read(self, id_: str, outputs: Properties) -> State | None:
        found = registered(self.own_cluster(id_, outputs)).get(str(outputs["name"]))
        if found is None:
            return None
        outputs = dict(outputs)
        if found.type == outputs["type"] and found.settings == normalized(outputs.get("settings") or {}):
            return State(id_, outputs)
        live_outputs = {**outputs, "type": found.type, "settings": dict(found.settings)}
        return State(id_, live_outputs, self.kept(live_outputs))

    def holds(self, inputs: Properties, outputs: Properties) -> Iterator[str]:
        yield _registration(inputs)

    def delete(self, id_: str, outputs: Properties) -> None:
        if self.stays(_registration(outputs)):
            return
        cluster, repository = self.own_cluster(id_, outputs), _repository(outputs)
        unregister(cluster, repository.name)
        if not repository.secure_settings:
            return
        sharing = [one.name for one in registered(cluster).values() if _client(one) == _client(repository)]
        if sharing:
            self.phase.say(
                f"Repository {repository.name}: its credentials stay in the keystore for {', '.join(sorted(sharing))}"
            )
        else:
            remove_secrets(self.phase.session, str(outputs["deployment_id"]), repository.secure_settings)

    def _register(self, id_: str, props: Properties, olds: Properties) -> None:
        """Registers; where that fails half way, credentials and registration are kept in mind, to be taken away some day."""
        cluster, repository = self.own_cluster(id_, props), _repository(props)
        credentials = repository.secure_settings
        left = {"secure_settings": {**(olds.get("secure_settings") or {}), **credentials}} if credentials else {}
        try:
            if credentials:
                set_secrets(self.phase.session, str(props["deployment_id"]), credentials)
        except CloudError as error:
            if not error.maybe_done:
                raise
            raise self.unfinished(error, id_, props, **left) from None
        try:
            register(cluster, repository)  # what cannot be verified is registered all the same
            nodes = verify(cluster, repository.name)
        except ElasticsearchError as error:
            raise self.unfinished(error, id_, props, **left) from None
        self.phase.say(f"Repository {repository.name}: {nodes} {'node reaches' if nodes == 1 else 'nodes reach'} it")


def _registration(properties: Properties) -> str:
    return f"snapshot repository {properties['name']} of {address(properties)}"


def _repository(props: Properties) -> Repository:
    return Repository(
        str(props["name"]),
        str(props["type"]),
        normalized(props.get("settings") or {}),
        {str(entry): str(value) for entry, value in (props.get("secure_settings") or {}).items()},
    )


def _client(repository: Repository) -> tuple[str, str]:
    return repository.type, repository.settings.get("client", DEFAULT_CLIENT)
