"""The keystore of a hosted deployment's Elasticsearch, where the credentials of a snapshot repository live."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi_elastic_org.cloud.models import Answer, parse
from pulumi_elastic_org.cloud.session import Session

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
    answer = session.call("GET", *_path(deployment_id), action=action)
    return frozenset(parse(_Contents, answer, action).secrets)


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
