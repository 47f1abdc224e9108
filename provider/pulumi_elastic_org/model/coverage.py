"""Whom a drift review looks at, of everybody in an organization. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_elastic_org.model.changes import Report, Topic
from pulumi_elastic_org.model.comparison import Comparison
from pulumi_elastic_org.model.grants import ORGANIZATION_ADMIN, is_admin
from pulumi_elastic_org.model.people import Invitation, Member, Organization, email_key
from pulumi_elastic_org.model.verdicts import names


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which people some resources have to do with; a member is known by the account, an invitation by its address.

    Args:
        headcount: Members and pending invitations of the organization.
        administrators: Its organization-admins, those who are invited included: what each is called.
        looked_at: Everybody whom the resources have to do with.
    """

    headcount: int
    administrators: Mapping[str, str]
    looked_at: frozenset[str]

    def __or__(self, other: Coverage) -> Coverage:
        """Returns what these resources look at together with others of the same organization."""
        return Coverage(
            max(self.headcount, other.headcount),
            {**self.administrators, **other.administrators},
            self.looked_at | other.looked_at,
        )

    @property
    def report(self) -> Report | None:
        """Who is looked at by none of them, for a person to read; ``None`` where everybody is looked at."""
        left = self.headcount - len(self.looked_at)
        if left <= 0:
            return None
        are = "is" if left == 1 else "are"
        text = f"{left} of {self.headcount} people {are} not looked at, since the program leaves others alone"
        administrators = sorted(name for key, name in self.administrators.items() if key not in self.looked_at)
        if administrators:
            text += f"; {ORGANIZATION_ADMIN} among them: {names(administrators)}"
        return Report("", Topic.NOT_LOOKED_AT, text)

    def to_json(self) -> dict[str, Any]:
        """Returns it as JSON."""
        return {
            "headcount": self.headcount,
            "administrators": dict(self.administrators),
            "looked_at": sorted(self.looked_at),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Coverage:
        """Reads what `to_json` returns."""
        return cls(data["headcount"], data["administrators"], frozenset(data["looked_at"]))


def coverage(compared: Comparison, actual: Organization) -> Coverage:
    """Returns whom a resource looks at.

    Args:
        compared: The organization with what the resource declares and has applied.
        actual: The organization as it is.
    """
    everybody: list[Member | Invitation] = [*actual.members]
    everybody += [one for one in actual.invitations if not one.lapsed(compared.made_at)]
    return Coverage(
        compared.headcount,
        {_key(one): _name(one) for one in everybody if is_admin(one.grants)},
        frozenset(_key(delta.live) for delta in compared.deltas if delta.live is not None and not delta.lapsed),
    )


def _key(one: Member | Invitation) -> str:
    return one.user_id if isinstance(one, Member) else email_key(one.email)


def _name(one: Member | Invitation) -> str:
    return one.email or f"user {one.user_id}" if isinstance(one, Member) else f"{one.email} (invited)"
