"""What an organization has used, in parts, as the deprecated costs analysis tells it; the emulated cloud knows the total only."""

from typing import Any

from flask import Blueprint, request

from ..errors import ClusterNotFound, InvalidData
from .billing import get_costs
from .context import cloud

BUCKETS = ("daily", "monthly")

blueprint = Blueprint("costs", __name__, url_prefix="/billing/costs/<organization_id>")


@blueprint.get("/items")
def get_items(organization_id: str) -> dict[str, Any]:
    return _items(get_costs(organization_id)["costs"])


@blueprint.get("/charts")
def get_charts(organization_id: str) -> dict[str, Any]:
    return _chart(organization_id, get_costs(organization_id)["costs"]["total"])


@blueprint.get("/deployments")
def list_deployments(organization_id: str) -> dict[str, Any]:
    total = get_costs(organization_id)["costs"]["total"]
    deployments = [
        {"deployment_id": one.id, "deployment_name": one.name, "costs": _NO_COSTS, "hourly_rate": 0.0}
        for one in cloud().organization(organization_id).deployments.values()
    ]
    return {"total_cost": total, "deployments": deployments}


@blueprint.get("/deployments/<deployment_id>/items")
def get_deployment_items(organization_id: str, deployment_id: str) -> dict[str, Any]:
    get_costs(organization_id)
    if deployment_id not in cloud().organization(organization_id).deployments:
        raise ClusterNotFound(f"Deployment {deployment_id} was not found.")
    return _items(_NO_COSTS)


@blueprint.get("/deployments/<deployment_id>/charts")
def get_deployment_charts(organization_id: str, deployment_id: str) -> dict[str, Any]:
    get_costs(organization_id)
    return _chart(deployment_id, 0.0)


_NO_COSTS: dict[str, Any] = {"total": 0.0, "dimensions": []}


def _items(costs: dict[str, Any]) -> dict[str, Any]:
    return {"costs": costs, "data_transfer_and_storage": [], "resources": []}


def _chart(id: str, total: float) -> dict[str, Any]:
    if request.args.get("bucketing_strategy", BUCKETS[0]) not in BUCKETS:
        raise InvalidData("bucketing_strategy is daily or monthly.", "bucketing_strategy")
    now = int(cloud().clock.now().timestamp())
    return {"data": [{"timestamp": now, "values": [{"id": id, "name": id, "value": total}]}]}
