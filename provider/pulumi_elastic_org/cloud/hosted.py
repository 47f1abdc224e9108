"""One hosted deployment: where its Elasticsearch answers, its keystore, and shutting it down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_elastic_org.cloud.deployments import read_deployment
from pulumi_elastic_org.cloud.models import Answer, Items, Text
from pulumi_elastic_org.cloud.session import Session


@dataclass(frozen=True, slots=True)
class HostedDeployment:
    """A hosted deployment.

    Args:
        elasticsearch_url: Where its Elasticsearch answers; ``""`` where the API does not say.
        running: Whether its Elasticsearch runs, or is coming up; not where it is stopped, or being stopped.
    """

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
    return HostedDeployment(url, any(one.status not in ("stopping", "stopped") for one in infos))


def shut_down(session: Session, deployment_id: str) -> None:
    """Stops a deployment; Elastic Cloud takes a snapshot of its own first, and can bring the deployment back for a while.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.

    Raises:
        CloudError: As for `Session.call`.
    """
    session.call("POST", "deployments", deployment_id, "_shutdown", action=f"shut down deployment {deployment_id}")


ONLY_ELASTICSEARCH = "_main"
"""How the published description names the Elasticsearch of a deployment that has one."""


class _Contents(Answer):
    """`KeystoreContents` of the description: values never come back."""

    secrets: dict[str, Any]


def keystore_names(session: Session, deployment_id: str) -> frozenset[str]:
    """Returns the names of the secrets that a deployment's keystore holds.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"read the keystore of deployment {deployment_id}"
    return frozenset(session.ask(_Contents, "GET", *_path(deployment_id), action=action).secrets)


def set_secrets(session: Session, deployment_id: str, secrets: Mapping[str, str]) -> None:
    """Puts secrets into a deployment's keystore, in place of those of the same names; the others stay.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.
        secrets: Values by name; a JSON object, such as a key file of Google Cloud, is kept as a file, as Elastic wants it.

    Raises:
        CloudError: As for `Session.call`; no value is in the message.
    """
    _patch(session, deployment_id, {name: {"value": _value(text)} for name, text in secrets.items()}, secrets.values())


def remove_secrets(session: Session, deployment_id: str, names: Iterable[str]) -> None:
    """Removes secrets from a deployment's keystore; one that is gone already is no error.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.
        names: Which.

    Raises:
        CloudError: As for `Session.call`.
    """
    _patch(session, deployment_id, {name: {} for name in names}, ())


def _patch(session: Session, deployment_id: str, secrets: Mapping[str, Any], values: Iterable[str]) -> None:
    session.call(
        "PATCH",
        *_path(deployment_id),
        action=f"change the keystore of deployment {deployment_id}",
        body={"secrets": secrets},
        secrets=tuple(values),
    )


def _path(deployment_id: str) -> tuple[str, ...]:
    return ("deployments", deployment_id, "elasticsearch", ONLY_ELASTICSEARCH, "keystore")


def _value(text: str) -> Any:
    try:
        parsed = json.loads(text)
    except ValueError:
        return text
    return parsed if isinstance(parsed, dict) else text
