"""The inventory of API keys, for a person and for a program. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from pulumi_elastic_org.model.keys import ApiKey, Concern, concerns
from pulumi_elastic_org.model.people import Member
from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.model.targets import with_names
from pulumi_elastic_org.review.render.markdown import code, plain
from pulumi_elastic_org.review.render.terminal import Aligned
from pulumi_elastic_org.review.render.text import count

_NO_DESCRIPTION = "(no description)"


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key, its creator, and what about it somebody should know.

    Args:
        key: The key.
        creator: The member who created it; ``None`` where they left, or the API does not show who it was.
        concerns: What somebody should know.
        address: By which address applies knew a creator who left; ``None`` where that is not known.
    """

    key: ApiKey
    creator: Member | None
    concerns: tuple[Concern, ...]
    address: str | None = None

    @property
    def created_by(self) -> str:
        """Who created it, in words."""
        if self.creator is not None and self.creator.email:
            return self.creator.email
        account = f"user {self.key.user_id}" if self.key.user_id else "unknown"
        return f"{self.address} ({account})" if self.address else account

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        creator = {"email": self.creator.email if self.creator else None, "user_id": self.key.user_id or None}
        return {
            **{name: value for name, value in self.key.to_json().items() if name != "user_id"},
            "creator": creator,
            "concerns": [concern.name.lower() for concern in self.concerns],
        }


def inventory(
    keys: Iterable[ApiKey],
    members: Iterable[Member],
    now: datetime,
    only: Iterable[Concern] = (),
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ListedKey, ...]:
    """Returns the keys of an organization, those that expire first at the beginning.

    Args:
        keys: The keys.
        members: The members of the same organization.
        now: The time, with a time zone.
        only: Leaves out keys of which none of these is to be said; empty for all keys.
        addresses: By which address applies knew people, by user id.
    """
    members, only = tuple(members), frozenset(only)
    by_user_id = {member.user_id: member for member in members}
    found = [
        ListedKey(key, by_user_id.get(key.user_id), concerns(key, members, now), addresses.get(key.user_id))
        for key in keys
    ]
    shown = [one for one in found if not only or only.intersection(one.concerns)]
    return tuple(sorted(shown, key=_first_end_first))


def keys_document(organization_id: str, keys: Sequence[ListedKey]) -> dict[str, Any]:
    """Returns the inventory as JSON.

    Args:
        organization_id: Whose keys they are.
        keys: As `inventory` returns them.
    """
    return {"organization_id": organization_id, "keys": [one.data for one in keys]}


def render_keys(keys: Sequence[ListedKey], target_names: Mapping[str, str]) -> RenderableType:
    """Returns two lines a key: description and id; below them roles, end and creator, and what somebody should know.

    Args:
        keys: As `inventory` returns them.
        target_names: What deployments and projects are called, by id.
    """
    return Group(*(Aligned([row], gap=1) for one in keys for row in _rows(one, target_names)))


def keys_markdown(organization_id: str, keys: Sequence[ListedKey], target_names: Mapping[str, str]) -> str:
    """Returns the inventory as Markdown: a heading and a list.

    Args:
        organization_id: Whose keys they are.
        keys: As `inventory` returns them.
        target_names: What deployments and projects are called, by id.
    """
    entries = (_entry(one, target_names) for one in keys)
    lines = [f"## API keys of organization {plain(organization_id)}", "", *entries]
    return "\n".join([*lines, *([] if keys else ["None."]), ""])


def summary(keys: Sequence[ListedKey]) -> str:
    """Returns how many keys there are, and of how many what is to be said.

    Args:
        keys: As `inventory` returns them.
    """
    counts = Counter(concern for one in keys for concern in one.concerns)
    said = [f"{counts[concern]} {words}" for concern, words in _COUNTED.items() if counts[concern]]
    return ", ".join([count(len(keys), "API key"), *said])


_COUNTED = {
    Concern.ORPHANED: "whose creator is not a member",
    Concern.ENDLESS: "without an end",
    Concern.OWNER: "with organization-admin",
    Concern.EXPIRING: "expiring within 30 days",
}


def _rows(one: ListedKey, target_names: Mapping[str, str]) -> Iterator[tuple[Text, Text]]:
    key, notable = one.key, _notable(one)
    named = Text.assemble(printable(key.description or _NO_DESCRIPTION), (f"  {printable(key.id)}", "dim"))
    yield Text("!" if notable else " ", style="yellow"), named
    told = f"{printable(with_names(key.roles, target_names))}; {key.lifetime}; created by {printable(one.created_by)}"
    yield Text("   "), Text.assemble(told, ("".join(f"; {concern}" for concern in notable), "yellow"))


def _entry(one: ListedKey, target_names: Mapping[str, str]) -> str:
    notable = "".join(f" **{concern}.**" for concern in _notable(one))
    key = one.key
    roles = code(with_names(key.roles, target_names))
    description = code(key.description or _NO_DESCRIPTION)
    return f"- {description} ({code(key.id)}), created by {code(one.created_by)}: {roles}, {key.lifetime}.{notable}"


def _notable(one: ListedKey) -> list[str]:
    """What is not said by the roles and the end already."""
    return [concern.value for concern in one.concerns if concern in (Concern.ORPHANED, Concern.EXPIRING)]


def _first_end_first(one: ListedKey) -> tuple[bool, float, str, str]:
    ends = one.key.expires_at
    return ends is None, ends.timestamp() if ends else 0.0, one.key.description, one.key.id
