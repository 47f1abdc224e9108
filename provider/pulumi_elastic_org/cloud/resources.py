"""Everything in an organization that a person can own, and its owner written down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from pulumi_elastic_org.cloud.deployments import deployments, read_tags
from pulumi_elastic_org.cloud.projects import is_active, projects
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import DEPLOYMENT, PROJECT_TYPES
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.ownership import CloudResource, Ownership, handed_over, owned_by, ownership
from pulumi_elastic_org.model.people import Member, Organization


def cloud_resources(session: Session, organization_id: str, owner_tag: str) -> list[CloudResource]:
    """Returns the deployments and projects of an organization, read at the same time.

    Costs a call a hundred deployments and one a type of project. The lists do not say which projects are under deletion; see
    `still_active`.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        owner_tag: The key of the tag that names the owner.

    Raises:
        IncompleteList: The API does not show all of them: then nobody is known to own nothing.
        CloudError: As for `Session.call`.
    """
    with session.side_by_side(1 + len(PROJECT_TYPES)) as pool:
        hosted = pool.submit(deployments, session, organization_id, owner_tag)
        serverless = pool.map(lambda kind: projects(session, organization_id, kind, owner_tag), PROJECT_TYPES)
        return [*hosted.result(), *(project for found in serverless for project in found)]


STATUS_UNKNOWN = (
    "Elastic Cloud lists it and does not show its status, so it could not be established whether it is being deleted"
)


def still_active(session: Session, organization_id: str, resources: Iterable[CloudResource]) -> list[CloudResource]:
    """Returns what is not gone nor on its way; a call for each project, so ask only for those that matter.

    A project whose status the API does not show is gone only where the list does not show it any more either.

    Args:
        session: The connection.
        organization_id: Whose projects they are.
        resources: Deployments, which are active when they are listed, and projects.

    Returns:
        The resources in their order; those about which it stays unknown say so.

    Raises:
        IncompleteList: The API does not show every project.
        CloudError: As for `Session.call`.
    """
    asked = list(resources)
    with session.side_by_side() as pool:
        active = list(pool.map(lambda one: one.kind == DEPLOYMENT or is_active(session, one.kind, one.id), asked))
    unknown = {one.kind for one, it_is in zip(asked, active, strict=True) if it_is is None}
    listed = {one.id for kind in sorted(unknown) for one in projects(session, organization_id, kind, "")}
    return [
        replace(one, doubt=STATUS_UNKNOWN) if it_is is None else one
        for one, it_is in zip(asked, active, strict=True)
        if it_is or (it_is is None and one.id in listed)
    ]


def active_ownership(
    session: Session,
    organization: Organization,
    owner_tag: str,
    leaving: Iterable[str],
) -> Ownership:
    """Returns who owns which active deployment or project, exact for the people who would leave.

    Args:
        session: The connection.
        organization: Whose members are the owners.
        owner_tag: The key of the tag that names the owner.
        leaving: User ids; their projects are looked at again, and left out where they are under deletion. Where nobody stays,
            so are those without a known owner.

    Raises:
        IncompleteList: The API does not show everything.
        CloudError: As for `Session.call`.
    """
    resources = cloud_resources(session, organization.id, owner_tag)
    return owners_of(session, resources, organization, leaving, Accounts.of(organization.members))


def owners_of(
    session: Session,
    resources: Iterable[CloudResource],
    organization: Organization,
    leaving: Iterable[str],
    accounts: Accounts,
) -> Ownership:
    """Returns the same from deployments and projects that were read before.

    Args:
        session: The connection.
        resources: What `cloud_resources` returned.
        organization: As for `active_ownership`.
        leaving: As for `active_ownership`.
        accounts: Whom a name may mean.

    Raises:
        IncompleteList: As for `still_active`.
        CloudError: As for `Session.call`.
    """
    found = list(resources)
    owned = ownership(found, accounts)
    gone = set(leaving)
    blocking = {resource.id for user_id in gone for resource in owned.by_user_id.get(user_id, ())}
    if gone.issuperset(accounts.user_ids):
        blocking |= {resource.id for resource in owned.unknown}
    looked_at = [one for one in found if one.id in blocking]
    active = {one.id: one for one in still_active(session, organization.id, looked_at)}
    left = [active.get(one.id, one) for one in found if one.id in active or one.id not in blocking]
    return ownership(left, accounts)


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
    email = str(owner.email)
    _write(session, resource, owner, owner_tag, owner.user_id, lambda tags: handed_over(tags, owner_tag, former, email))


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
    _write(session, resource, owner, owner_tag, value, lambda tags: owned_by(tags, owner_tag, value))


def tag_request(resource: CloudResource) -> str:
    """Returns the API's method and path by which the tags of a deployment or project are written.

    Args:
        resource: Which.
    """
    if resource.kind == DEPLOYMENT:
        return f"PUT /deployments/{resource.id}"
    return f"PATCH /serverless/projects/{resource.kind}/{resource.id}"


def _write(
    session: Session,
    resource: CloudResource,
    owner: Member,
    owner_tag: str,
    value: str,
    changed: Callable[[_Tags], _Tags],
) -> None:
    """Writes a project's owner tag alone, and all tags of a deployment, read right before: an update there replaces them."""
    action = f"make {owner.email or owner.user_id} the owner of {resource}"
    if resource.kind != DEPLOYMENT:
        body: dict[str, Any] = {"metadata": {"tags": {owner_tag.strip().lower(): value}}}
        session.call("PATCH", "serverless", "projects", resource.kind, resource.id, action=action, body=body)
        return
    written = [{"key": key, "value": value} for key, value in changed(read_tags(session, resource.id))]
    body = {"prune_orphans": False, "metadata": {"tags": written}}
    session.call("PUT", "deployments", resource.id, action=action, body=body)
