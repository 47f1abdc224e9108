"""One hosted deployment: where its Elasticsearch answers, and shutting it down."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi_elastic_org.cloud.deployments import read_deployment
from pulumi_elastic_org.cloud.models import Answer, Id, Items, Text
from pulumi_elastic_org.cloud.session import Session


@dataclass(frozen=True, slots=True)
class HostedDeployment:
    """A hosted deployment.

    Args:
        id: Elastic's id.
        name: Its name.
        elasticsearch_url: Where its Elasticsearch answers; ``""`` where the API does not say.
        running: Whether its Elasticsearch runs.
    """

    id: str
    name: str
    elasticsearch_url: str
    running: bool


class _Metadata(Answer):
    service_url: Text = ""
    aliased_url: Text = ""


class _Info(Answer):
    status: Text = ""
    metadata: _Metadata = _Metadata()


class _Elasticsearch(Answer):
    info: _Info


class _Resources(Answer):
    elasticsearch: Items[_Elasticsearch]


class _Deployment(Answer):
    id: Id
    name: Text = ""
    resources: _Resources


def find_deployment(session: Session, deployment_id: str) -> HostedDeployment:
    """Returns a deployment.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.

    Raises:
        NotFound: There is none that the key sees.
        CloudError: As for `Session.call`.
    """
    found = read_deployment(session, deployment_id, f"read deployment {deployment_id}", _Deployment)
    infos = [one.info for one in found.resources.elasticsearch]
    url = next((one.metadata.service_url or one.metadata.aliased_url for one in infos), "")
    return HostedDeployment(found.id, found.name, url, any(one.status != "stopped" for one in infos))


def shut_down(session: Session, deployment_id: str) -> None:
    """Stops a deployment; Elastic Cloud takes a snapshot of its own first, and can bring the deployment back for a while.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.

    Raises:
        CloudError: As for `Session.call`.
    """
    session.call("POST", "deployments", deployment_id, "_shutdown", action=f"shut down deployment {deployment_id}")
