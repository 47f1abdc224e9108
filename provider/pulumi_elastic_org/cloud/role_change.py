"""A change of one member's roles: what the API refuses of it stops nothing else of it, and takes nothing away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pulumi_elastic_org.cloud.errors import ApiError
from pulumi_elastic_org.cloud.invitations import bisect
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.model.grants import Grant, Grants, format_grants
from pulumi_elastic_org.model.order import Exchange, all_given, all_taken


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
        unknown: What was asked for and may have been done, although the API refused it when it was asked again.
    """

    organizations: Organizations
    organization_id: str
    user_id: str
    given: Grants = frozenset()
    taken: Grants = frozenset()
    refused: list[tuple[Exchange, str]] = field(default_factory=list)
    unknown: Grants = frozenset()

    def carry_out(self, parts: Sequence[Exchange]) -> None:
        """Does what the API lets be done. What is exchanged is so one at a time: no more than one role is missing at once.

        Args:
            parts: Of the change; not empty.

        Raises:
            CloudError: What concerns more than this change; what was done before is known.
        """
        together = [part for part in parts if not (part.given and part.taken)]
        one_at_a_time = [[part] for part in parts if part.given and part.taken]
        for batch in [together, *one_at_a_time] if together else one_at_a_time:
            self._carry_out(batch)

    def _carry_out(self, parts: Sequence[Exchange]) -> None:
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
        with self._known_unless_asked_twice(grants):
            self.organizations.remove_grants(self.organization_id, self.user_id, grants)
        self.taken |= grants

    def _add(self, grants: Grants) -> None:
        with self._known_unless_asked_twice(grants):
            self.organizations.add_grants(self.organization_id, self.user_id, grants)
        self.given |= grants

    @contextmanager
    def _known_unless_asked_twice(self, grants: Grants) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            if error.maybe_done:
                self.unknown |= grants
            raise
        self.unknown -= grants

    def _put_back(self, grants: Grants) -> None:
        def add(some: Sequence[Grant]) -> None:
            self.organizations.add_grants(self.organization_id, self.user_id, some)
            self.taken -= frozenset(some)

        for _ in bisect(sorted(grants, key=repr), add):
            pass
