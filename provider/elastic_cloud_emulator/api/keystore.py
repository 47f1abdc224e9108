"""The keystore of a hosted deployment's Elasticsearch: secrets go in, and only their names come out."""

from typing import Any

from flask import Blueprint

from ..errors import DeploymentResourceNotFound, InvalidData
from ..model import Deployment, KeystoreSecret
from .context import body, cloud
from .deployments import REF_ID, find_deployment

blueprint = Blueprint("keystore", __name__, url_prefix="/deployments/<deployment_id>/elasticsearch/<ref_id>/keystore")


@blueprint.get("")
def get_keystore(deployment_id: str, ref_id: str) -> dict[str, Any]:
    return _keystore_json(_deployment(deployment_id, ref_id))


@blueprint.patch("")
def set_keystore(deployment_id: str, ref_id: str) -> dict[str, Any]:
    """Adds what has a value and removes what has none, as published."""
    deployment = _deployment(deployment_id, ref_id)
    secrets = body().get("secrets")
    if not isinstance(secrets, dict) or not all(isinstance(secret, dict) for secret in secrets.values()):
        raise InvalidData("secrets must be an object of objects.", "secrets")
    with cloud().lock:
        for name, secret in secrets.items():
            value = secret.get("value")
            if value is None:
                deployment.keystore.pop(name, None)
            else:
                deployment.keystore[name] = KeystoreSecret(value, secret.get("as_file", isinstance(value, dict)))
        return _keystore_json(deployment)


def _deployment(deployment_id: str, ref_id: str) -> Deployment:
    deployment = find_deployment(deployment_id)
    if ref_id not in (REF_ID, "_main"):
        raise DeploymentResourceNotFound(f"Deployment {deployment_id} has no Elasticsearch {ref_id}.")
    return deployment


def _keystore_json(deployment: Deployment) -> dict[str, Any]:
    return {"secrets": {name: {"as_file": secret.as_file} for name, secret in deployment.keystore.items()}}
