"""What the lifecycles of resources that live in an Elasticsearch cluster have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY
from pulumi.output import Unknown

from pulumi_elastic_org.resources.elasticsearch_connection import CONNECTION
from pulumi_elastic_org.resources.failures import one_clear_line
from pulumi_elastic_org.resources.provider_process import prepare_process
from pulumi_elastic_org.resources.unfinished import Unfinished
from pulumi_elastic_org.snapshots.client import Cluster, Connection
from pulumi_elastic_org.snapshots.errors import ElasticsearchError

Properties = Mapping[str, Any]


class ClusterLifecycle(ResourceProvider):
    """Validates, compares and keeps the properties; what is done to the cluster is left to each resource.

    Attributes:
        SETTINGS: The inputs beside the connection.
        IDENTITY: The inputs whose change makes another thing of it, so that the resource is replaced.
    """

    SETTINGS: ClassVar[tuple[str, ...]] = ()
    IDENTITY: ClassVar[tuple[str, ...]] = ()

    @one_clear_line
    def configure(self, req: ConfigureRequest) -> None:
        prepare_process()
        self._configured: Callable[[str], object] = req.config.get

    @one_clear_line
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        mistakes = list(self.mistakes(news))
        if known(news, CONNECTION):
            mistakes += read_connection(news).mistakes()
            if not mistakes and any(plain(olds.get(key)) != plain(news.get(key)) for key in self.IDENTITY):
                try:
                    mistakes += self.look_ahead(news)
                except ElasticsearchError as error:
                    mistakes.append(str(error))
        return CheckResult(news, [CheckFailure("", "\n".join(mistakes))] if mistakes else [])

    @one_clear_line
    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        changed = [key for key in (*CONNECTION, *self.SETTINGS) if plain(olds.get(key)) != plain(news.get(key))]
        return DiffResult(
            changes=bool(changed),
            replaces=[key for key in changed if key in self.IDENTITY],
            delete_before_replace=True,  # the new one may have the name of the old one
        )

    @one_clear_line
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        return UpdateResult({**self.found(olds), **self.kept(news)})

    @one_clear_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, without_provider(props))

    def found(self, outputs: Properties) -> dict[str, Any]:
        """Returns what was found out, without the inputs: an earlier one that is no input any more would be no secret any more.

        Args:
            outputs: As the last update left them.
        """
        inputs = (*CONNECTION, *self.SETTINGS)
        return {key: value for key, value in without_provider(outputs).items() if key not in inputs}

    def unfinished(self, error: Exception, id_: str, inputs: Properties, **outputs: Any) -> Unfinished:
        """Returns the error by which the engine keeps what was done.

        Args:
            error: What ended it.
            id_: The resource's id.
            inputs: All of them; they are kept as after a success.
            outputs: What is kept beside them, or in the place of one of them.
        """
        return Unfinished(error, id_, {**self.kept(inputs), **outputs, PROVIDER_KEY: inputs.get(PROVIDER_KEY)})

    def mistakes(self, news: Properties) -> Iterable[str]:
        """Returns everything that cannot be meant, as far as it is known.

        Args:
            news: The inputs; what is not known yet is Pulumi's marker for the unknown.
        """
        raise NotImplementedError

    def look_ahead(self, news: Properties) -> Iterable[str]:
        """Returns what would make the creation fail, so that a preview refuses what an update would.

        Args:
            news: The inputs; those of the connection are known.
        """
        raise NotImplementedError

    def kept(self, inputs: Properties) -> dict[str, Any]:
        """Returns the inputs that become outputs: a refresh and a destroy are given nothing else.

        Args:
            inputs: All of them.
        """
        return {key: inputs[key] for key in (*CONNECTION, *self.SETTINGS) if inputs.get(key) is not None}


def read_connection(properties: Mapping[str, Any]) -> Connection:
    """Returns the connection that a resource's properties describe, all of which are known.

    Args:
        properties: Inputs or outputs.
    """
    return Connection(**{name: str(properties[name]) for name in CONNECTION if properties.get(name) is not None})


def read_cluster(properties: Mapping[str, Any]) -> Cluster:
    """Returns the cluster that a resource's properties describe.

    Args:
        properties: Inputs or outputs, all of which are known.

    Raises:
        ConnectionMistake: The connection cannot be meant.
        ClientMissing: The official client is not installed.
    """
    return Cluster(read_connection(properties), str(properties["url"]))


def known(properties: Properties, keys: Iterable[str]) -> bool:
    """Whether properties have values, down to their parts.

    Args:
        properties: Inputs.
        keys: Which of them.
    """
    return not any(_has_unknown(properties.get(key)) for key in keys)


def plain(value: Any) -> str:
    """Returns a property as text, to be compared: what is unknown is equal to itself, and 3.0 from state is 3."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=lambda unknown: type(unknown).__name__)


def without_provider(properties: Properties) -> dict[str, Any]:
    """Returns properties without the one by which Pulumi keeps the provider itself."""
    return {key: value for key, value in properties.items() if key != PROVIDER_KEY}


def _has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return isinstance(value, Unknown)
