"""Everything active in an organization that a person can own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pulumi_elastic_org.cloud.deployments import deployments
from pulumi_elastic_org.cloud.projects import is_active, projects
from pulumi_elastic_org.cloud.session import MAX_THREADS, Session
from pulumi_elastic_org.roster.grants import PROJECT_TYPES
from pulumi_elastic_org.roster.ownership import CloudResource


def cloud_resources(session: Session, organization_id: str, owner_tag: str) -> list[CloudResource]:
    """Returns the active deployments and projects of an organization, read at the same time.

    Costs a call a hundred deployments, one a type of project, and one a project, whose list does not say what is being deleted.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        owner_tag: The key of the tag that names the owner.

    Raises:
        IncompleteList: The API does not show all of them: then nobody is known to own nothing.
        CloudError: As for `Session.call`.
    """

    def active_projects(project_type: str) -> list[CloudResource]:
        found = projects(session, organization_id, project_type, owner_tag)
        with ThreadPoolExecutor(MAX_THREADS // len(PROJECT_TYPES)) as pool:
            active = pool.map(lambda project: is_active(session, project_type, project.id), found)
            return [project for project, it_is in zip(found, active, strict=True) if it_is]

    with ThreadPoolExecutor(1 + len(PROJECT_TYPES)) as pool:
        hosted = pool.submit(deployments, session, organization_id, owner_tag)
        serverless = pool.map(active_projects, PROJECT_TYPES)
        return [*hosted.result(), *(project for found in serverless for project in found)]
