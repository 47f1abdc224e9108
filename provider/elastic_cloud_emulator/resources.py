"""Hosted deployments and serverless projects of the emulated cloud."""

from collections.abc import Mapping
from datetime import datetime

from .directory import Directory
from .errors import ResourceNotFound
from .model import PROJECT_ID, Deployment, Project, ProjectPhase, ProjectType, Resource, check_project_tags

REGION = "aws-eu-central-1"
"""Where deployments and projects are unless it is said otherwise."""


class Resources(Directory):
    """Deployments and projects, which have ids of their own across all organizations."""

    def add_deployment(
        self,
        organization: str,
        name: str,
        *,
        id: str | None = None,
        owner: str | None = None,
        tags: Mapping[str, str] | None = None,
        region: str = REGION,
        hidden: bool = False,
        elasticsearch_url: str | None = None,
        created_at: datetime | None = None,
    ) -> Deployment:
        """Create a hosted deployment.

        Args:
            organization: The organization it belongs to.
            name: Its name.
            id: Its id; by default a new one.
            owner: The user who created it; by default nobody known.
            tags: Its tags; by default none.
            region: Where it runs.
            hidden: Whether it is stopped and absent from every list.
            elasticsearch_url: Where its Elasticsearch answers, such as a node on loopback; by default nowhere.
            created_at: When it was created; by default now.

        Raises:
            OrganizationNotFound: There is no such organization.
            UserNotFound: There is no such user.
            ValueError: The id is taken.
        """
        with self.lock:
            found = self.organization(organization)
            deployment = Deployment(
                id=self._new_id(id),
                name=name,
                organization_id=found.id,
                region=region,
                owner_id=None if owner is None else self.user(owner).id,
                tags=dict(tags or {}),
                created_at=created_at or self.clock.now(),
                hidden=hidden,
                elasticsearch_url=elasticsearch_url,
            )
            found.deployments[deployment.id] = deployment
            return deployment

    def add_project(
        self,
        organization: str,
        name: str,
        type: ProjectType,
        *,
        owner: str,
        id: str | None = None,
        tags: Mapping[str, str] | None = None,
        region: str = REGION,
        phase: ProjectPhase = "initialized",
        created_at: datetime | None = None,
    ) -> Project:
        """Create a serverless project.

        Args:
            organization: The organization it belongs to.
            name: Its name.
            type: `elasticsearch`, `observability` or `security`.
            owner: The user who created it.
            id: Its id, of 32 lowercase letters and digits; by default a new one.
            tags: Its tags; by default none.
            region: Where it runs.
            phase: How far its creation or deletion is.
            created_at: When it was created; by default now.

        Raises:
            OrganizationNotFound: There is no such organization.
            UserNotFound: There is no such user.
            ValueError: The id is taken or has another form, or a tag is one that a project cannot have.
        """
        check_project_tags(tags or {})
        if id is not None and not PROJECT_ID.fullmatch(id):
            raise ValueError(f"{id!r} is not a project's id, which has 32 lowercase letters and digits.")
        with self.lock:
            found = self.organization(organization)
            project = Project(
                id=self._new_id(id),
                name=name,
                organization_id=found.id,
                region=region,
                owner_id=self.user(owner).id,
                tags=dict(tags or {}),
                created_at=created_at or self.clock.now(),
                type=type,
                phase=phase,
            )
            found.projects[project.id] = project
            return project

    def resource(self, id: str) -> Resource:
        """Return a deployment, hidden ones included, or a project.

        Raises:
            ResourceNotFound: There is neither.
        """
        with self.lock:
            for organization in self.organizations.values():
                found = organization.deployments.get(id) or organization.projects.get(id)
                if found is not None:
                    return found
        raise ResourceNotFound(f"There is no deployment or project {id}.")

    def delete_resource(self, id: str) -> None:
        """Delete a deployment or a project; roles that name it stay, as they do at Elastic.

        Raises:
            ResourceNotFound: There is neither.
        """
        with self.lock:
            found = self.resource(id)
            organization = self.organization(found.organization_id)
            organization.deployments.pop(id, None)
            organization.projects.pop(id, None)

    def set_tags(self, id: str, tags: Mapping[str, str]) -> None:
        """Replace all tags of a deployment or a project.

        Raises:
            ResourceNotFound: There is neither.
            ValueError: A tag is one that a project cannot have.
        """
        with self.lock:
            found = self.resource(id)
            if isinstance(found, Project):
                check_project_tags(tags)
            found.tags = dict(tags)

    def set_owner(self, id: str, user: str) -> None:
        """Make a user the owner of a deployment, or the creator of a project.

        Raises:
            ResourceNotFound: There is neither.
            UserNotFound: There is no such user.
        """
        with self.lock:
            self.resource(id).owner_id = self.user(user).id

    def _new_id(self, given: str | None) -> str:
        id = given or self.random_bytes(16).hex()
        if any(
            id in organization.deployments or id in organization.projects
            for organization in self.organizations.values()
        ):
            raise ValueError(f"Deployment or project {id} already exists.")
        return id
