"""Who owns which deployment or project: what decides whether a person may go.

Elastic Cloud's guide lets a person leave only without active deployments or projects on their account, but its API deletes a
member without looking. So the owner is found here, from the best evidence there is: the resource's owner tag, then the user id
that the API calls its owner or creator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from pulumi_elastic_org.roster.people import Member, email_key

DEFAULT_OWNER_TAG = "owner"


class Evidence(str, Enum):
    """How an owner is known."""

    TAG = "owner tag"
    OWNER_ID = "owner id"
    CREATED_BY = "creator"


@dataclass(frozen=True, slots=True)
class CloudResource:
    """An active hosted deployment or serverless project.

    Args:
        kind: ``"deployment"``, or a project's kind such as ``"security project"``.
        id: Elastic's id.
        name: Its name, as shown in the console.
        owner: An e-mail address (from the tag) or a user id; ``None`` where nothing tells.
        evidence: How the owner is known; ``None`` where nothing tells.
    """

    kind: str
    id: str
    name: str
    owner: str | None = None
    evidence: Evidence | None = None

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}' ({self.id})"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The deployments and projects of an organization by owner.

    Args:
        by_user_id: What each member owns.
        unknown: What has no owner that can be found among the members: no tag and no id, or a tag or id of nobody here.
    """

    by_user_id: Mapping[str, tuple[CloudResource, ...]]
    unknown: tuple[CloudResource, ...]


def ownership(resources: Iterable[CloudResource], members: Iterable[Member]) -> Ownership:
    """Attributes every deployment and project to the member who owns it.

    Args:
        resources: The active deployments and projects of the organization.
        members: The members of the same organization.

    Returns:
        What each member owns, and what nobody here is known to own.
    """
    user_ids = {member.user_id: member.user_id for member in members}
    user_ids |= {email_key(member.email): member.user_id for member in members if member.email}
    owned: dict[str, list[CloudResource]] = {}
    unknown = []
    for resource in resources:
        owner = resource.owner or ""
        user_id = user_ids.get(owner) or user_ids.get(email_key(owner))
        if user_id is None:
            unknown.append(resource)
        else:
            owned.setdefault(user_id, []).append(resource)
    return Ownership({user_id: tuple(theirs) for user_id, theirs in owned.items()}, tuple(unknown))
