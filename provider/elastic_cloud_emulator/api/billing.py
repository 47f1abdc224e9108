"""Costs and bills of an organization; the bills are on another host of Elastic Cloud, and here beside everything else."""

from datetime import datetime, timezone
from typing import Any

from flask import Blueprint, request

from ..errors import InvalidDateRange, ResourceNotFound
from .context import caller, cloud

blueprint = Blueprint("billing", __name__, url_prefix="/billing")


@blueprint.get("/costs/<organization_id>")
def get_costs(organization_id: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    now = cloud().clock.now()
    if _instant("from", now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)) > _instant("to", now):
        raise InvalidDateRange("from is later than to.", "from", "to")
    return {
        "costs": {"total": organization.costs, "dimensions": []},
        "trials": 0.0,
        "hourly_rate": 0.0,
        "balance": {"available": organization.balance, "remaining": organization.balance, "line_items": []},
    }


@blueprint.get("/organization/<organization_id>/history")
def get_history(organization_id: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    if organization.invoices is None:
        raise ResourceNotFound("There is no billing history.")
    return {"invoices": organization.invoices, "statements": []}


def _instant(parameter: str, default: datetime) -> datetime:
    text = request.args.get(parameter)
    if text is None:
        return default
    try:
        instant = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise InvalidDateRange(f"{parameter} is not a date and time.", parameter) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)
