"""What somebody can do, and what gives it to them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_elastic_org.model.grants import Grant, Grants, format_grants, role_texts
from pulumi_elastic_org.model.keys import ApiKey
from pulumi_elastic_org.model.people import Invitation, Member
from pulumi_elastic_org.model.role_mappings import RoleMapping, may_give
from pulumi_elastic_org.model.targets import with_names

SIGN_ON_UNKNOWN = (
    "Which role mapping gave a role at the last sign-on, Elastic Cloud does not say; those named above can."
)


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as they are.

    Args:
        live: Their membership or invitation.
        target_names: What deployments and projects are called, by id.
        origins: What in the roster files gives them roles; ``None`` where no file was named.
        keys: The API keys that they created, which work without them.
        mappings: The organization's role mappings.
        single_sign_on: Whether the roster files leave their roles to single sign-on.
    """

    live: Member | Invitation
    target_names: Mapping[str, str]
    origins: Mapping[str, Grants] | None
    keys: Sequence[ApiKey]
    mappings: Sequence[RoleMapping]
    single_sign_on: bool = False

    @property
    def not_held(self) -> Grants:
        """Roles that the files give, and that they do not hold."""
        return frozenset[Grant]().union(*(self.origins or {}).values()) - self.live.grants

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON; of a role mapping, whether it matches: ``null`` where only the person's groups decide."""
        return {
            "email": self.live.email,
            "user_id": self.live.user_id if isinstance(self.live, Member) else None,
            "member": isinstance(self.live, Member),
            "roles": [
                {
                    "role": format_grants([one]),
                    "by": self._origins_of(one),
                    "role_mappings": [
                        {"name": mapping.name, "matches": matches} for mapping, matches in self._mappings_for(one)
                    ],
                }
                for one in self._held
            ],
            "not_held": role_texts(self.not_held),
            "keys": [key.to_json() for key in self.keys],
        }

    def lines(self) -> Iterator[str]:
        """Yields what a person reads."""
        if isinstance(self.live, Member):
            yield f"{self.live.email or 'no e-mail address'}, user {self.live.user_id}: a member"
        else:
            yield f"{self.live.email}: invited, until {self.live.expires_at:%Y-%m-%d %H:%M} UTC"
        for grant in self._held:
            yield f"  {self._named(format_grants([grant]))}{self._why(grant)}"
        if not self.live.grants:
            yield "  no roles"
        yield from (f"  not held: {self._named(role)}, which the roster gives" for role in role_texts(self.not_held))
        for key in self.keys:
            until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without an end"
            key_name = f"{key.description} ({key.id})" if key.description else key.id
            yield f"  API key {key_name}, {until}: {self._named(key.roles)}"
        if any(self._mappings_for(grant) for grant in self.live.grants):
            yield SIGN_ON_UNKNOWN

    @property
    def _held(self) -> list[Grant]:
        return sorted(self.live.grants, key=lambda one: format_grants([one]))

    def _why(self, grant: Grant) -> str:
        parts = []
        if by := self._origins_of(grant):
            parts.append(f"by {', '.join(by)}")
        elif self.origins is not None:
            parts.append("by single sign-on, as the roster says" if self.single_sign_on else "by nothing in the roster")
        for mapping, matches in self._mappings_for(grant):
            rule = mapping.rule or "a rule of a newer form"
            why = f"matches: {rule}" if matches else f"if it matches: {rule}"
            parts.append(f"by role mapping {mapping.name} ({why})")
        if parts == ["by nothing in the roster"]:
            parts = ["by nothing in the roster: by hand, or from before the roster changed"]
        return f"  {', or '.join(parts)}" if parts else ""

    def _origins_of(self, grant: Grant) -> list[str]:
        return [name for name, given in (self.origins or {}).items() if grant in given]

    def _mappings_for(self, grant: Grant) -> list[tuple[RoleMapping, bool | None]]:
        if not isinstance(self.live, Member):  # nobody has signed on
            return []
        found = ((one, may_give(one, grant, self.live.email or "")) for one in self.mappings)
        return [(one, matches) for one, matches in found if matches is not False]

    def _named(self, text: str) -> str:
        return with_names(text, self.target_names)
