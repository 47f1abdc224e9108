"""What an organization has used: a deprecated figure, for where there is no billing history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pulumi_elastic_org.cloud.models import Answer, parse
from pulumi_elastic_org.cloud.session import Session


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of an organization in a period; a deprecated part of the API, and no bill.

    Args:
        start: The beginning of the period.
        end: The end of the period.
        total: What was used, in ECU (Elastic Consumption Units).
        remaining: What is left of the prepaid balance, in ECU; ``None`` where there is none.
    """

    start: datetime
    end: datetime
    total: float
    remaining: float | None


class _Total(Answer):
    total: float


class _Balance(Answer):
    remaining: float | None = None


class _CostsOverview(Answer):
    costs: _Total
    balance: _Balance | None = None


def costs(session: Session, organization_id: str, start: datetime, end: datetime) -> Costs:
    """Returns the costs of an organization in a period.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        start: The beginning of the period, with a time zone.
        end: The end of the period, with a time zone.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"read the costs of organization {organization_id}"
    period = {"from": start.isoformat(), "to": end.isoformat()}
    answer = session.call("GET", "billing", "costs", organization_id, action=action, query=period)
    overview = parse(_CostsOverview, answer, action)
    return Costs(start, end, overview.costs.total, overview.balance.remaining if overview.balance else None)
