"""Hosted deployments: lists, searches, and shutting down."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import Blueprint

from ..clock import format_instant
from ..errors import DeploymentNotFound, InvalidData
from ..model import Deployment
from .context import body, caller, cloud

REF_ID = "main-elasticsearch"
BY_ID = [{"id": {"order": "asc"}}]
SEARCH_SIZE = 10
"""How many deployments a search answers that names no size; the published description gives no number."""

blueprint = Blueprint("deployments", __name__, url_prefix="/deployments")


@blueprint.get("")
def list_deployments() -> dict[str, Any]:
    return {"deployments": [_listed(deployment) for deployment in _visible_deployments()]}


@blueprint.post("/_search")
def search_deployments() -> dict[str, Any]:
    request = body()
    size, after = _page(request)
    page = [deployment for deployment in _visible_deployments() if deployment.id > after][:size]
    answer: dict[str, Any] = {
        "return_count": len(page),
        "deployments": [_deployment_json(deployment) for deployment in page],
    }
    if len(page) == size > 0:
        answer["cursor"] = _cursor(size, page[-1].id)
    return answer


@blueprint.get("/<deployment_id>")
def get_deployment(deployment_id: str) -> dict[str, Any]:
    return _deployment_json(find_deployment(deployment_id))


@blueprint.put("/<deployment_id>")
def update_deployment(deployment_id: str) -> dict[str, Any]:
    """Replaces its tags; nothing else of a deployment can be updated here."""
    deployment = find_deployment(deployment_id)
    request = body()
    tags = request.get("metadata", {}).get("tags")
    if "prune_orphans" not in request or not isinstance(tags, list):
        raise InvalidData("This emulator updates tags and nothing else.", "metadata")
    cloud().set_tags(deployment.id, {tag["key"]: tag["value"] for tag in tags})
    return _listed(deployment)


@blueprint.post("/<deployment_id>/_shutdown")
def shut_down_deployment(deployment_id: str) -> dict[str, Any]:
    """Stops it; from then on it is in no list."""
    deployment = find_deployment(deployment_id)
    deployment.hidden = True
    return {"id": deployment.id, "name": deployment.name}


def find_deployment(deployment_id: str) -> Deployment:
    """Return a deployment that the caller sees, stopped ones included.

    Raises:
        DeploymentNotFound: There is none.
    """
    for organization in caller().organizations():
        if deployment_id in organization.deployments:
            return organization.deployments[deployment_id]
    raise DeploymentNotFound(f"Deployment {deployment_id} was not found.")


def _listed(deployment: Deployment) -> dict[str, Any]:
    resource = {
        "ref_id": REF_ID,
        "id": deployment.id,
        "kind": "elasticsearch",
        "region": deployment.region,
        "cloud_id": f"{deployment.name}:{deployment.id}",
    }
    return {"id": deployment.id, "name": deployment.name, "resources": [resource]}


def _visible_deployments() -> list[Deployment]:
    """Everything that is not hidden in the caller's organizations, by id: a stable order to page through."""
    deployments = [
        one for organization in caller().organizations() for one in organization.deployments.values() if not one.hidden
    ]
    return sorted(deployments, key=lambda deployment: deployment.id)


def _page(request: dict[str, Any]) -> tuple[int, str]:
    if "cursor" in request:
        try:
            size, after = json.loads(urlsafe_b64decode(request["cursor"]))
            return int(size), str(after)
        except (ValueError, TypeError):
            raise InvalidData("The cursor is not one that a search answered.", "cursor") from None
    if "from" in request:
        raise InvalidData("This emulator pages by cursor and does not support from.", "from")
    if (request.get("sort") or BY_ID) != BY_ID:  # Elastic's own Go client sends null for none
        raise InvalidData("This emulator sorts by id and by nothing else.", "sort")
    if (request.get("query") or {"match_all": {}}) != {"match_all": {}}:
        raise InvalidData("This emulator supports no query but match_all.", "query")
    size = request.get("size", SEARCH_SIZE)
    if not isinstance(size, int) or size < 0:
        raise InvalidData("size must be a number from 0 up.", "size")
    return size, ""


def _cursor(size: int, after: str) -> str:
    return urlsafe_b64encode(json.dumps([size, after]).encode()).decode()


def _deployment_json(deployment: Deployment) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": [{"key": key, "value": value} for key, value in deployment.tags.items()]}
    if deployment.hidden:
        metadata["hidden"] = True
    if cloud().switches.search_shows_owner_id:
        metadata["organization_id"] = deployment.organization_id
        if deployment.owner_id is not None:
            metadata["owner_id"] = deployment.owner_id
    return {
        "id": deployment.id,
        "name": deployment.name,
        "healthy": True,
        "metadata": metadata,
        "resources": {
            "elasticsearch": [_elasticsearch_json(deployment)],
            "kibana": [],
            "apm": [],
            "appsearch": [],
            "enterprise_search": [],
            "integrations_server": [],
        },
    }


def _elasticsearch_json(deployment: Deployment) -> dict[str, Any]:
    """The one Elasticsearch cluster, with no more than the published `ElasticsearchResourceInfo` requires."""
    return {
        "ref_id": REF_ID,
        "id": deployment.id,
        "region": deployment.region,
        "info": {
            "cluster_id": deployment.id,
            "cluster_name": deployment.name,
            "status": "stopped" if deployment.hidden else "started",
            "healthy": True,
            "associated_apm_clusters": [],
            "associated_appsearch_clusters": [],
            "associated_enterprise_search_clusters": [],
            "associated_kibana_clusters": [],
            "external_links": [],
            "metadata": _cluster_metadata(deployment),
            "plan_info": {"healthy": True, "history": []},
            "snapshots": {"healthy": True, "count": 0, "recent_success": True},
            "topology": {"healthy": True, "instances": []},
            "elasticsearch": {
                "healthy": True,
                "blocking_issues": {"healthy": True, "cluster_level": [], "index_level": []},
                "master_info": {"healthy": True, "masters": [], "instances_with_no_master": []},
                "shard_info": {
                    "healthy": True,
                    "available_shards": [],
                    "unavailable_replicas": [],
                    "unavailable_shards": [],
                },
            },
        },
    }


def _cluster_metadata(deployment: Deployment) -> dict[str, Any]:
    metadata = {"last_modified": format_instant(deployment.created_at), "version": 1}
    return metadata | ({"service_url": deployment.elasticsearch_url} if deployment.elasticsearch_url else {})
