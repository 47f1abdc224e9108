"""What the kinds of resources share that live in an Elasticsearch cluster."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from pulumi_elastic_org.clock import Pace
from pulumi_elastic_org.lifecycle.interface import Checked, Kind, Refused, Unfinished
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.properties import Properties, Property, Type, differing, known
from pulumi_elastic_org.process import EngineWatch
from pulumi_elastic_org.snapshots.client import Cluster, Connection, ElasticsearchError

CONNECTION = (
    Property(
        "url", Type.TEXT, "The address of the cluster; plain HTTP on loopback only.", required=True, replaces=True
    ),
    Property("api_key", Type.TEXT, "An API key of Elasticsearch (not of Elastic Cloud), encoded.", secret=True),
    Property("username", Type.TEXT, "A user, instead of an API key."),
    Property("password", Type.TEXT, "The user's password.", secret=True),
    Property("ca_file", Type.TEXT, "The path of the certificate authority that signed the cluster's certificate."),
)
"""How to reach a cluster; state keeps it, encrypted where it is secret, for refresh and destroy."""

_CONNECTION = tuple(one.name for one in CONNECTION)


class ClusterKind(Kind):
    """Validates, compares and keeps the properties; what is done to the cluster is left to each kind."""

    delete_before_replace = True
    importable = False

    def check(self, olds: Properties, news: Properties) -> Checked:
        defaults = {one.name: one.default for one in self.properties if one.default is not None}
        return super().check(olds, {**defaults, **news})

    def mistakes(self, news: Properties) -> Iterator[str]:
        yield from self.own_mistakes(news)
        if known(news, _CONNECTION):
            yield from read_connection(news).mistakes()

    def look_ahead(self, olds: Properties, news: Properties) -> Iterator[str]:
        if known(news, _CONNECTION) and differing(olds, news, self.identity):
            try:
                yield from self.obstacles(news)
            except ElasticsearchError as error:
                yield str(error)

    @abstractmethod
    def own_mistakes(self, news: Properties) -> Iterator[str]:
        """Yields everything that is invalid beside the connection, as far as it is known.

        Args:
            news: The inputs; what is not known yet is Pulumi's marker for the unknown.
        """

    @abstractmethod
    def obstacles(self, news: Properties) -> Iterator[str]:
        """Yields what would make the creation fail, so that a preview refuses what an update would.

        Args:
            news: The inputs; those of the connection are known.
        """

    def own_cluster(self, id_: str, properties: Properties) -> Cluster:
        """Returns the cluster in which a resource was made.

        Args:
            id_: The resource's id, which begins with the cluster's.
            properties: Inputs or outputs of the resource.

        Raises:
            Refused: The address leads to another cluster by now.
        """
        cluster, own = read_cluster(properties), id_.partition("/")[0]
        if cluster.uuid != own:
            raise Refused(
                f"this {self.what} belongs to the Elasticsearch cluster {own}, but {properties['url']} leads to {cluster.uuid}: "
                "nothing was changed. Correct the address; where that cluster is gone for good, take the resource out of state"
            )
        return cluster

    def unfinished(self, error: Exception, id_: str, inputs: Properties, **outputs: Any) -> Unfinished:
        """Returns the error by which the engine keeps what was done.

        Args:
            error: What ended it.
            id_: The resource's id.
            inputs: All of them; they are kept as after a success.
            outputs: What is kept beside them, or in the place of one of them.
        """
        return Unfinished(error, id_, {**self.kept(inputs), **outputs})


class ShardProgress:
    """Shows how many shards are done, and stops when there is no engine any more to show it to.

    Args:
        phase: Where it is shown.
        doing: What is done, such as ``"Snapshot moving/first"``.
    """

    def __init__(self, phase: Phase, doing: str) -> None:
        self._doing = doing
        self._engine = EngineWatch.of_this_process()
        self._pace = Pace(phase.say)

    def __call__(self, done: int, total: int) -> None:
        self._engine.check()
        self._pace.tell(f"{self._doing}: {done} of {total} shards done")


def address(properties: Properties) -> str:
    """Returns a cluster's address, equal for two spellings of the same.

    Args:
        properties: Inputs or outputs.
    """
    return str(properties["url"]).rstrip("/").lower()


def read_connection(properties: Properties) -> Connection:
    """Returns the connection that a resource's properties describe, all of which are known.

    Args:
        properties: Inputs or outputs.
    """
    return Connection(**{name: str(properties[name]) for name in _CONNECTION if properties.get(name) is not None})


def read_cluster(properties: Properties) -> Cluster:
    """Returns the cluster that a resource's properties describe.

    Args:
        properties: Inputs or outputs, all of which are known.

    Raises:
        ConnectionMistake: The connection is invalid.
        ClientMissing: The official client is not installed.
    """
    return Cluster(read_connection(properties), str(properties["url"]))
