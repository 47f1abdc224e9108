"""What is known of the calling API key, for a person and for a program. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.people import Member
from pulumi_elastic_org.review.render.text import count

_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """The calling key.

    Args:
        endpoint: Where it was asked.
        expires_at: When it ends; ``None`` where Elastic Cloud does not say, as for a key that never does.
        said: Whose key it is, as the operator says; ``None`` where they do not.
        user: That person, where they are a member.
        possible: The members whose keys end when this one does: it is one of theirs, as far as the list of keys shows.
        organizations: The ids and names of the organizations that the key sees.
        organization_id: The one that is meant; ``None`` where that is not clear.
        sees_roles: Whether the key is shown who holds which role, as an owner's is; ``None`` where no organization was read.
    """

    endpoint: str
    expires_at: datetime | None
    said: str | None
    user: Member | None
    possible: Sequence[Member]
    organizations: Sequence[tuple[str, str]]
    organization_id: str | None
    sees_roles: bool | None

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "endpoint": self.endpoint,
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
            "said": self.said,
            "user": _person(self.user) if self.user else None,
            "possible_users": [_person(one) for one in self.possible],
            "organizations": [{"id": id, "name": name} for id, name in self.organizations],
            "organization_id": self.organization_id,
            "sees_roles": self.sees_roles,
        }

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yields what a person reads: a heading, and what is to be said of it."""
        yield "endpoint", self.endpoint
        yield "until", f"{self.expires_at:%Y-%m-%d %H:%M} UTC" if self.expires_at else "Elastic Cloud names no end"
        yield "whose", self._whose()
        if self.user is not None and self.sees_roles:
            yield "roles", format_grants(self.user.grants) or "none"
        for number, (id, name) in enumerate(self.organizations or [("none", "")]):
            meant = ", the one that is meant" if id == self.organization_id and len(self.organizations) > 1 else ""
            yield "" if number else "organizations", f"{id} ({name}){meant}" if name else f"{id}{meant}"
        if self.organization_id is None and self.organizations:
            yield "", "none of them is chosen: set EC_ORGANIZATION_ID"
        if self.sees_roles is not None:
            yield (
                "sees roles",
                "everybody's" if self.sees_roles else "nobody's: a roster needs the key of an organization owner",
            )

    def _whose(self) -> str:
        if self.user is not None:
            return f"{self.user.email or f'user {self.user.user_id}'}, as EC_API_KEY_USER says"
        if self.said is not None:
            return f"EC_API_KEY_USER says {self.said}, who is not seen among the members: correct it"
        people = [one.email or f"user {one.user_id}" for one in self.possible]
        more = (
            f" or of {count(len(people) - _MOST_LISTED, 'other person', 'other people')}"
            if len(people) > _MOST_LISTED
            else ""
        )
        perhaps = (
            f" By the list of keys it may be that of {' or '.join(people[:_MOST_LISTED])}{more}." if people else ""
        )
        return f"not said: Elastic Cloud does not tell.{perhaps} Set EC_API_KEY_USER to your e-mail address"


def _person(member: Member) -> dict[str, Any]:
    return {"user_id": member.user_id, "email": member.email or None, "roles": format_grants(member.grants)}
