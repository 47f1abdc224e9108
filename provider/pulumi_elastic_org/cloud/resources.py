"""Everything in an organization that a person can own."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pulumi_elastic_org.cloud.deployments import deployments
from pulumi_elastic_org.cloud.projects import is_active, projects
from pulumi_elastic_org.cloud.session import MAX_THREADS, Session
from pulumi_elastic_org.roster.grants import DEPLOYMENT, PROJECT_TYPES
from pulumi_elastic_org.roster.ownership import CloudResource, Ownership, ownership
from pulumi_elastic_org.roster.people import Organization


def cloud_resources(session: Session, organization_id: str, owner_tag: str) -> list[CloudResource]:
    """Returns the deployments and projects of an organization, read at the same time.

    Costs a call a hundred deployments and one a type of project. The lists do not say which projects are under deletion; see
    `under_deletion`.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        owner_tag: The key of the tag that names the owner.

    Raises:
        IncompleteList: The API does not show all of them: then nobody is known to own nothing.
        CloudError: As for `Session.call`.
    """
    with ThreadPoolExecutor(1 + len(PROJECT_TYPES)) as pool:
        hosted = pool.submit(deployments, session, organization_id, owner_tag)
        serverless = pool.map(lambda kind: projects(session, organization_id, kind, owner_tag), PROJECT_TYPES)
        return [*hosted.result(), *(project for found in serverless for project in found)]


def under_deletion(session: Session, resources: Iterable[CloudResource]) -> list[CloudResource]:
    """Returns the projects that are gone or on their way; a call for each project, so ask only for those that matter.

    Args:
        session: The connection.
        resources: Deployments, which are active when they are listed, and projects.

    Raises:
        CloudError: As for `Session.call`.
    """
    asked = [resource for resource in resources if resource.kind != DEPLOYMENT]
    if not asked:
        return []
    with ThreadPoolExecutor(MAX_THREADS) as pool:
        active = pool.map(lambda project: is_active(session, project.kind, project.id), asked)
        return [project for project, it_is in zip(asked, active, strict=True) if not it_is]


def active_ownership(session: Session, organization: Organization, owner_tag: str, leaving: Iterable[str]) -> Ownership:
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
    return owners_of(session, cloud_resources(session, organization.id, owner_tag), organization, leaving)


def owners_of(
    session: Session, resources: Iterable[CloudResource], organization: Organization, leaving: Iterable[str]
) -> Ownership:
    """Returns the same from deployments and projects that were read before.

    Args:
        session: The connection.
        resources: What `cloud_resources` returned.
        organization: As for `active_ownership`.
        leaving: As for `active_ownership`.

    Raises:
        CloudError: As for `Session.call`.
    """
    owned = ownership(resources, organization.members)
    gone = set(leaving)
    blocking = [resource for user_id in gone for resource in owned.by_user_id.get(user_id, ())]
    if gone.issuperset(member.user_id for member in organization.members):
        blocking += owned.unknown
    return owned.without(under_deletion(session, blocking))
