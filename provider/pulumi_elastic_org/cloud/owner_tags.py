"""Tells a deployment or project who owns it: the only thing about them that this package writes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pulumi_elastic_org.cloud.deployments import read_tags
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import DEPLOYMENT
from pulumi_elastic_org.model.ownership import CloudResource, handed_over
from pulumi_elastic_org.model.people import Member


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
        tags = handed_over(read_tags(session, resource.id), owner_tag, former, str(owner.email))
        written = [{"key": key, "value": value} for key, value in tags]
        body: dict[str, Any] = {"prune_orphans": False, "metadata": {"tags": written}}
        session.call("PUT", "deployments", resource.id, action=action, body=body)
    else:
        body = {"metadata": {"tags": {owner_tag.strip().lower(): owner.user_id}}}
        session.call("PATCH", "serverless", "projects", resource.kind, resource.id, action=action, body=body)
