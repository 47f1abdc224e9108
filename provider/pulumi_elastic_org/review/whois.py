"""What somebody can do, and what gives it to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_elastic_org.model.grants import Grants, format_grants, role_texts
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.people import Invitation, Member
from pulumi_elastic_org.model.targets import with_names


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as they are.

    Args:
        live: Their membership or invitation.
        target_names: What deployments and projects are called, by id.
        origins: What in the roster files gives them roles; ``None`` where no file was named.
        keys: The API keys that they created, which work without them.
    """

    live: Member | Invitation
    target_names: Mapping[str, str]
    origins: Mapping[str, Grants] | None
    keys: Sequence[ApiKey]

    @property
    def roles(self) -> dict[str, list[str]]:
        """Each role that they hold, with what gives it."""
        return {
            text: [name for name, given in (self.origins or {}).items() if grants & given]
            for text, grants in ((format_grants([one]), frozenset([one])) for one in sorted(self.live.grants))
        }

    @property
    def not_held(self) -> list[str]:
        """Roles that the files give, and that they do not hold."""
        given = frozenset().union(*(self.origins or {}).values()) if self.origins else frozenset()
        return role_texts(given - self.live.grants)

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "email": self.live.email,
            "user_id": self.live.user_id if isinstance(self.live, Member) else None,
            "member": isinstance(self.live, Member),
            "roles": [{"role": role, "by": by} for role, by in self.roles.items()],
            "not_held": self.not_held,
            "keys": [key.to_json() for key in self.keys],
        }

    def lines(self) -> Iterator[str]:
        """Yields what a person reads."""
        if isinstance(self.live, Member):
            yield f"{self.live.email or 'no e-mail address'}, user {self.live.user_id}: a member"
        else:
            yield f"{self.live.email}: invited, until {self.live.expires_at:%Y-%m-%d %H:%M} UTC"
        for role, by in self.roles.items():
            why = (
                "" if self.origins is None else f"  by {', '.join(by)}" if by else "  by nothing in the roster: by hand"
            )
            yield f"  {with_names(role, self.target_names)}{why}"
        if not self.live.grants:
            yield "  no roles"
        yield from (
            f"  not held: {with_names(role, self.target_names)}, which the roster gives" for role in self.not_held
        )
        for key in self.keys:
            until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without an end"
            yield f"  API key {key.description} ({key.id}), {until}: {with_names(key.roles, self.target_names)}"
