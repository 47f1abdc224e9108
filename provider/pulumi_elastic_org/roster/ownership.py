"""Who owns which deployment or project: what decides whether a person may go.

Elastic Cloud's guide lets a person leave only without active deployments or projects on their account, but its API deletes a
member without looking. So the owner is found here, from the best evidence there is: the resource's owner tag, then the user id
that the API calls its owner or creator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from pulumi_elastic_org.roster.grants import DEPLOYMENT
from pulumi_elastic_org.roster.people import Member, email_key

DEFAULT_OWNER_TAG = "owner"


class Evidence(str, Enum):
    """How an owner is known."""

    TAG = "owner tag"
    OWNER_ID = "owner id"
    CREATED_BY = "creator"


class Owner(NamedTuple):
    """Somebody whom a deployment or project names.

    Args:
        name: An e-mail address or a user id.
        evidence: Where it is named.
    """

    name: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CloudResource:
    """A hosted deployment or serverless project.

    Args:
        kind: ``"deployment"``, or a project's type such as ``"security"``.
        id: Elastic's id.
        name: Its name, as shown in the console.
        owners: Whom it names, the best evidence first; empty where nothing tells.
    """

    kind: str
    id: str
    name: str
    owners: tuple[Owner, ...] = ()

    def __str__(self) -> str:
        kind = self.kind if self.kind == DEPLOYMENT else f"{self.kind} project"
        return f"{kind} '{self.name}' ({self.id})"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The deployments and projects of an organization by owner.

    Args:
        by_user_id: What each member owns; each resource with the one owner that was found.
        unknown: What has no owner that can be found among the members: it names nobody, or nobody here.
    """

    by_user_id: Mapping[str, tuple[CloudResource, ...]]
    unknown: tuple[CloudResource, ...]

    @property
    def resources(self) -> tuple[CloudResource, ...]:
        """Every deployment and project, whoever owns it."""
        return (*(resource for owned in self.by_user_id.values() for resource in owned), *self.unknown)

    def without(self, gone: Iterable[CloudResource]) -> Ownership:
        """Returns the same without some resources, for instance those that turn out to be under deletion.

        Args:
            gone: What to leave out.
        """
        ids = {resource.id for resource in gone}
        left = {
            user_id: tuple(resource for resource in owned if resource.id not in ids)
            for user_id, owned in self.by_user_id.items()
        }
        return Ownership(
            {user_id: owned for user_id, owned in left.items() if owned},
            tuple(resource for resource in self.unknown if resource.id not in ids),
        )


def ownership(resources: Iterable[CloudResource], members: Iterable[Member]) -> Ownership:
    """Attributes every deployment and project to the member who owns it, by the best evidence that names a member.

    Args:
        resources: The deployments and projects of the organization.
        members: The members of the same organization.

    Returns:
        What each member owns, and what nobody here is known to own.
    """
    user_ids = {member.user_id: member.user_id for member in members}
    user_ids |= {email_key(member.email): member.user_id for member in members if member.email}
    owned: dict[str, list[CloudResource]] = {}
    unknown = []
    for resource in resources:
        for owner in resource.owners:
            user_id = user_ids.get(owner.name) or user_ids.get(email_key(owner.name))
            if user_id is not None:
                owned.setdefault(user_id, []).append(replace(resource, owners=(owner,)))
                break
        else:
            unknown.append(resource)
    return Ownership({user_id: tuple(theirs) for user_id, theirs in owned.items()}, tuple(unknown))
