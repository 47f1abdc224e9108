"""Tells a deployment or project who owns it: the only thing about them that this package writes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from pulumi_elastic_org.cloud.deployments import read_tags
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import DEPLOYMENT
from pulumi_elastic_org.model.ownership import CloudResource, handed_over, owned_by
from pulumi_elastic_org.model.people import Member

_Tags = tuple[tuple[str, str], ...]


def hand_over(
    session: Session, resource: CloudResource, owner_tag: str, former: Collection[str], owner: Member
) -> None:
    """Makes somebody the owner in the place of somebody else; other owners and all other tags stay.

    A project's tags hold no e-mail addresses (`ProjectTags` of Elastic's description), so the owner's user id is written there.

    Args:
        session: The connection, with the key of an organization owner.
        resource: What changes hands.
        owner_tag: The key of the tag that names the owner.
        former: The addresses and the user id of the former owner.
        owner: The new owner, with an address.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"make {owner.email} the owner of {resource}"
    if resource.kind == DEPLOYMENT:
        _write_tags(session, resource, lambda tags: handed_over(tags, owner_tag, former, str(owner.email)), action)
    else:
        _patch_project(session, resource, owner_tag, owner.user_id, action)


def set_owner(session: Session, resource: CloudResource, owner_tag: str, owner: Member, value: str) -> None:
    """Makes somebody the only one whom the owner tag names; all other tags stay.

    Args:
        session: The connection, with the key of an organization owner.
        resource: What changes hands.
        owner_tag: The key of the tag that names the owner.
        owner: The new owner.
        value: What the tag says of the owner; see `tag_value`.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"make {owner.email or owner.user_id} the owner of {resource}"
    if resource.kind == DEPLOYMENT:
        _write_tags(session, resource, lambda tags: owned_by(tags, owner_tag, value), action)
    else:
        _patch_project(session, resource, owner_tag, value, action)


def tag_request(resource: CloudResource) -> str:
    """Returns the API's method and path by which the tags of a deployment or project are written.

    Args:
        resource: Which.
    """
    if resource.kind == DEPLOYMENT:
        return f"PUT /deployments/{resource.id}"
    return f"PATCH /serverless/projects/{resource.kind}/{resource.id}"


def _write_tags(session: Session, resource: CloudResource, changed: Callable[[_Tags], _Tags], action: str) -> None:
    """An update replaces all tags, so they are read right before."""
    written = [{"key": key, "value": value} for key, value in changed(read_tags(session, resource.id))]
    body: dict[str, Any] = {"prune_orphans": False, "metadata": {"tags": written}}
    session.call("PUT", "deployments", resource.id, action=action, body=body)


def _patch_project(session: Session, resource: CloudResource, owner_tag: str, user_id: str, action: str) -> None:
    body = {"metadata": {"tags": {owner_tag.strip().lower(): user_id}}}
    session.call("PATCH", "serverless", "projects", resource.kind, resource.id, action=action, body=body)
