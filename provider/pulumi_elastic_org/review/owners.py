"""Who owns what, for a person and for a program. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from pulumi_elastic_org.model.ownership import CloudResource, Ownership
from pulumi_elastic_org.model.people import Member
from pulumi_elastic_org.model.printable import printable
from pulumi_elastic_org.review.render.terminal import Aligned


@dataclass(frozen=True, slots=True)
class OwnedResource:
    """A deployment or project and one of its owners.

    Args:
        resource: With the evidence that names the owner, or with all that names somebody who is not a member.
        owner: The member who owns it; ``None`` where that is unknown.
    """

    resource: CloudResource
    owner: Member | None

    @property
    def data(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "kind": self.resource.kind,
            "id": self.resource.id,
            "name": self.resource.name,
            "owner": None if self.owner is None else {"email": self.owner.email, "user_id": self.owner.user_id},
            "evidence": None if self.owner is None else self.resource.owners[0].evidence.value,
            "names_no_member": []
            if self.owner
            else [{"name": owner.name, "evidence": owner.evidence.value} for owner in self.resource.owners],
        }


def owned_resources(owned: Ownership, members: Iterable[Member]) -> tuple[OwnedResource, ...]:
    """Returns every deployment and project, once for each owner: deployments first, then by kind of project and by name.

    Args:
        owned: Who owns what.
        members: The members of the same organization.
    """
    by_user_id = {member.user_id: member for member in members}
    found = [
        OwnedResource(resource, by_user_id[user_id])
        for user_id, theirs in owned.by_user_id.items()
        for resource in theirs
    ]
    found += [OwnedResource(resource, None) for resource in owned.unknown]
    return tuple(sorted(found, key=lambda one: (one.resource.kind, one.resource.name, one.resource.id)))


def render_owners(resources: Sequence[OwnedResource]) -> RenderableType:
    """Returns aligned lines: kind, name and id, owner, how the owner is known.

    Args:
        resources: As `owned_resources` returns them.
    """
    return Aligned(
        [
            (
                Text(printable(one.resource.kind)),
                Text(printable(one.resource.name)),
                Text(printable(one.resource.id), style="dim"),
                *_owner(one),
            )
            for one in resources
        ]
    )


def _owner(one: OwnedResource) -> tuple[Text, Text]:
    if one.owner is not None:
        name = one.owner.email or f"user {one.owner.user_id}"
        return Text(printable(name)), Text(one.resource.owners[0].evidence.value, style="dim")
    named = ", ".join(f"{owner.name} ({owner.evidence.value})" for owner in one.resource.owners)
    why = f"{named} is not a member" if named else "names nobody"
    return Text("unknown", style="yellow"), Text(printable(why), style="dim")
