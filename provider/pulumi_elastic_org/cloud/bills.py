"""What an organization has been billed, as Elastic Cloud shows it; no source says what a bill's status means, so a person reads it.

The billing history is on another host than the API, by https://www.elastic.co/docs/api/doc/cloud-billing/operation/operation-gethistoryv1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from pulumi_elastic_org.cloud.errors import ApiError, CloudError, NotFound
from pulumi_elastic_org.cloud.models import Answer, Items, Text
from pulumi_elastic_org.cloud.network import BILLING_ENDPOINT, DEFAULT_ENDPOINT
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
    overview = session.ask(_CostsOverview, "GET", "billing", "costs", organization_id, action=action, query=period)
    return Costs(start, end, overview.costs.total, overview.balance.remaining if overview.balance else None)


COSTS_PERIOD = timedelta(days=30)
_ATTEST = "pay what is open, then attest it (--attest-bills-paid; in code bills_attested)"


class Payment(Answer):
    """The payment of an invoice.

    Args:
        amount: In the currency; ``None`` where it is not shown.
        currency: As Elastic Cloud writes it; ``""`` where it is not shown.
    """

    amount: float | None = None
    currency: Text = ""


class Invoice(Answer):
    """One invoice, as Elastic Cloud shows it.

    Args:
        number: Its number.
        type: Its type; the values are not published.
        status: Its status; the values are not published.
        issue_date: When it was issued.
        period_start_date: The first day that it is for.
        period_end_date: The last day that it is for.
        invoiced_amount_in_cents: Its amount, in hundredths of the currency.
        payment_metadata: Its payment; ``None`` where there is none.
    """

    number: Text
    type: Text = ""
    status: Text = ""
    issue_date: Text = ""
    period_start_date: Text = ""
    period_end_date: Text = ""
    invoiced_amount_in_cents: int | None = None
    payment_metadata: Payment | None = None

    def __str__(self) -> str:
        parts = [
            f"invoice {self.number}{f' ({self.type})' if self.type else ''}: status {self.status or 'not shown'}",
            f"issued {self.issue_date or 'at a time that is not shown'}",
        ]
        if self.period_start_date or self.period_end_date:
            parts.append(f"for {self.period_start_date} to {self.period_end_date}")
        if self.invoiced_amount_in_cents is not None:
            parts.append(f"{self.invoiced_amount_in_cents} cents")
        if self.payment_metadata is not None and self.payment_metadata.amount is not None:
            parts.append(f"payment {self.payment_metadata.amount:g} {self.payment_metadata.currency}".rstrip())
        return ", ".join(parts)


class _History(Answer):
    invoices: Annotated[Items[Invoice], Field(default_factory=list)]


@dataclass(frozen=True, slots=True)
class Bills:
    """What there is to know of an organization's bills.

    Args:
        invoices: Its invoices, as listed; ``None`` where they are not shown.
        costs: What it used in the last 30 days, where there is no list of invoices.
        hidden: Why neither is shown; ``""`` where one is.
    """

    invoices: tuple[Invoice, ...] | None = None
    costs: Costs | None = None
    hidden: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "invoices": None if self.invoices is None else [one.model_dump() for one in self.invoices],
            "costs_ecu": self.costs.total if self.costs is not None else None,
            "hidden": self.hidden,
        }

    def lines(self) -> Iterator[str]:
        """Yields what is shown, and that a person has to look at it."""
        if self.invoices:
            yield from (f"{one}" for one in self.invoices)
            yield f"What a status means is not published: look at Billing in the console, {_ATTEST}"
        elif self.invoices is not None:
            yield f"The billing history lists no invoice: look at Billing in the console, {_ATTEST}"
        elif self.costs is not None:
            left = self.costs.remaining
            balance = "" if left is None else f", prepaid balance left {left:g} ECU"
            yield (
                f"costs from {self.costs.start:%Y-%m-%d} to {self.costs.end:%Y-%m-%d}: {self.costs.total:g} ECU{balance}. This is "
                "what Elastic Cloud's deprecated cost API shows, and no statement of open bills: look at Billing in the console, "
                f"{_ATTEST}"
            )
        else:
            yield f"invoices are not shown to this key ({self.hidden}): look at Billing in the console, {_ATTEST}"


def bills(session: Session, organization_id: str, now: datetime) -> Bills:
    """Returns what Elastic Cloud shows of an organization's bills; what it does not show holds nobody up.

    Elastic Cloud's own key goes to its billing host, over TLS; the key of another endpoint stays with that endpoint.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        now: The time, with a time zone.
    """
    action = f"read the billing history of organization {organization_id}"
    try:
        host = session.beside(BILLING_ENDPOINT if session.endpoint == DEFAULT_ENDPOINT else session.endpoint)
        history = host.ask(_History, "GET", "billing", "organization", organization_id, "history", action=action)
        return Bills(invoices=tuple(history.invoices))
    except NotFound:
        return _costs(session, organization_id, now)
    except CloudError as error:
        return Bills(hidden=_why(error))


def _costs(session: Session, organization_id: str, now: datetime) -> Bills:
    try:
        return Bills(costs=costs(session, organization_id, now - COSTS_PERIOD, now))
    except CloudError as error:
        return Bills(hidden=_why(error))


def _why(error: CloudError) -> str:
    return (error.code or f"HTTP status {error.status}") if isinstance(error, ApiError) else str(error).rstrip(".")
