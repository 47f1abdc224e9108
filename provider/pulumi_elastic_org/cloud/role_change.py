"""A change of one member's roles: what the API refuses of it stops nothing else of it, and takes nothing away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi_elastic_org.cloud.bisection import bisect
from pulumi_elastic_org.cloud.errors import ApiError
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.exchange import Exchange, all_given, all_taken
from pulumi_elastic_org.model.grants import Grant, Grants, format_grants


@dataclass
class RoleChange:
    """Carries out the parts of a change, together where the API lets them, and knows at every moment what has been done.

    Args:
        organizations: The API.
        organization_id: Elastic's id of the organization.
        user_id: The id of the member's account.

    Attributes:
        given: What the member has been given.
        taken: What has been taken from the member.
        refused: The parts that the API refused, each with what it said.
    """

    organizations: Organizations
    organization_id: str
    user_id: str
    given: Grants = frozenset()
    taken: Grants = frozenset()
    refused: list[tuple[Exchange, str]] = field(default_factory=list)

    def carry_out(self, parts: Sequence[Exchange]) -> None:
        """Does what the API lets be done.

        Args:
            parts: Of the change; not empty.

        Raises:
            CloudError: What concerns more than this change; what was done before is known.
        """
        for [part, *_], error in bisect(parts, self._send):
            if error is not None:
                lost = part.taken & self.taken
                said = f" {format_grants(lost)}, taken in exchange, could not be put back." if lost else ""
                self.refused.append((part, f"{error.reason}{said}"))

    def _send(self, parts: Sequence[Exchange]) -> None:
        given, taken = all_given(parts), all_taken(parts)
        self._remove(taken)
        try:
            self._add(given)
        except ApiError:
            if given and taken:
                self._put_back(taken)
            raise

    def _remove(self, grants: Grants) -> None:
        self.organizations.remove_grants(self.organization_id, self.user_id, grants)
        self.taken |= grants

    def _add(self, grants: Grants) -> None:
        self.organizations.add_grants(self.organization_id, self.user_id, grants)
        self.given |= grants

    def _put_back(self, grants: Grants) -> None:
        def add(some: Sequence[Grant]) -> None:
            self.organizations.add_grants(self.organization_id, self.user_id, some)
            self.taken -= frozenset(some)

        for _ in bisect(sorted(grants, key=repr), add):
            pass
