"""The serverless projects of an organization, and who owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from pulumi_elastic_org.cloud.errors import IncompleteList, NotFound
from pulumi_elastic_org.cloud.models import Answer, Id, Items, Text, blank_for_null
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner, tagged_owners
from pulumi_elastic_org.model.printable import printable

_GONE_PHASES = ("deleting", "deleted")


class _Metadata(Answer):
    """`owner_id` is not published for projects; it is preferred where it shows."""

    tags: Annotated[Mapping[str, Any], blank_for_null(dict)] = Field(default_factory=dict)
    owner_id: Text = ""
    created_by: Text = ""
    organization_id: Text = ""


class _Project(Answer):
    id: Id
    name: Text = ""
    metadata: Annotated[_Metadata, blank_for_null(dict)] = Field(default_factory=_Metadata)

    def resource(self, project_type: str, owner_tag: str) -> CloudResource:
        tags = ((key, printable(str(value or ""))) for key, value in self.metadata.tags.items())
        named = (
            *tagged_owners(tags, owner_tag),
            Owner(self.metadata.owner_id, Evidence.OWNER_ID),
            Owner(self.metadata.created_by, Evidence.CREATED_BY),
        )
        return CloudResource(project_type, self.id, self.name, tuple(owner for owner in named if owner.name))


class _ProjectList(Answer):
    items: Items[_Project]
    next_page: Text = ""


class _Status(Answer):
    phase: Text = ""


def projects(session: Session, organization_id: str, project_type: str, owner_tag: str) -> list[CloudResource]:
    """Returns the projects of one type that an organization has, suspended ones and those under deletion included.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization; projects that name another one are left out.
        project_type: ``"elasticsearch"``, ``"observability"`` or ``"security"``.
        owner_tag: The key of the tag that names the owner.

    Raises:
        IncompleteList: There are more projects than the API shows: its description has a token for the next page, and no way to
            ask for that page.
        CloudError: As for `Session.call`.
    """
    action = f"list the {project_type} projects of organization {organization_id}"
    found = session.ask(_ProjectList, "GET", "serverless", "projects", project_type, action=action)
    if found.next_page:
        raise IncompleteList(
            f"cannot {action}: Elastic Cloud shows {len(found.items)} of them, says that there are more, and describes no way to "
            "ask for the rest; so nobody is known to own nothing. Look for a newer version of pulumi-elastic-org."
        )
    return [
        project.resource(project_type, owner_tag)
        for project in found.items
        if project.metadata.organization_id in ("", organization_id)
    ]


def is_active(session: Session, project_type: str, project_id: str) -> bool | None:
    """Whether a project is not being deleted; a suspended one is active. The list does not tell, so this is a call.

    Args:
        session: The connection.
        project_type: ``"elasticsearch"``, ``"observability"`` or ``"security"``.
        project_id: Elastic's id of the project.

    Returns:
        ``None`` where the API knows no such project, or does not show it to this key.

    Raises:
        CloudError: As for `Session.call`.
    """
    action = f"read the status of {project_type} project {project_id}"
    path = ("serverless", "projects", project_type, project_id, "status")
    try:
        return session.ask(_Status, "GET", *path, action=action).phase not in _GONE_PHASES
    except NotFound:
        return None


def has_project(session: Session, organization_id: str, project_type: str, project_id: str) -> bool:
    """Whether a project is the organization's.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        project_type: ``"elasticsearch"``, ``"observability"`` or ``"security"``.
        project_id: Elastic's id of the project.

    Raises:
        NotFound: There is none that the key sees.
        CloudError: As for `Session.call`.
    """
    action = f"look up {project_type} project {project_id}"
    found = session.ask(_Project, "GET", "serverless", "projects", project_type, project_id, action=action)
    return found.metadata.organization_id in ("", organization_id)
