"""The hosted deployments of an organization, and who owns them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from pulumi_elastic_org.cloud.errors import IncompleteList
from pulumi_elastic_org.cloud.models import Answer, AnyAnswer, Flag, Id, Items, Text, blank_for_null
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import DEPLOYMENT
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner, tagged_owners

PAGE_SIZE = 100
MAX_PAGES = 1_000
"""A search that is longer than this does not end."""


class _Tag(Answer):
    key: Text = ""
    value: Text = ""


class _Metadata(Answer):
    """`tags` is published; the others come from the wider API description and may be absent."""

    tags: Items[_Tag] = Field(default_factory=list)
    owner_id: Text = ""
    organization_id: Text = ""
    hidden: Flag = False


class _Deployment(Answer):
    id: Id
    name: Text = ""
    metadata: Annotated[_Metadata, blank_for_null(dict)] = Field(default_factory=_Metadata)

    def resource(self, owner_tag: str) -> CloudResource:
        tagged = tagged_owners(((tag.key, tag.value) for tag in self.metadata.tags), owner_tag)
        named = (*tagged, Owner(self.metadata.owner_id, Evidence.OWNER_ID))
        return CloudResource(DEPLOYMENT, self.id, self.name, tuple(owner for owner in named if owner.name))


class _Page(Answer):
    deployments: Items[_Deployment]
    match_count: int | None = None
    cursor: Text = ""


def deployments(session: Session, organization_id: str, owner_tag: str) -> list[CloudResource]:
    """Returns the active hosted deployments of an organization.

    Deployments that Elastic Cloud hides have been shut down and are not active.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization; deployments that name another one are left out.
        owner_tag: The key of the tag that names the owner.

    Raises:
        IncompleteList: The search found fewer deployments than it says there are, or does not come to an end.
        CloudError: As for `Session.call`.
    """
    action = f"list the deployments of organization {organization_id}"
    found: dict[str, _Deployment] = {}
    # With a query, the answer says how many there are in all; Elastic recommends to page by a field that does not change.
    body: dict[str, Any] = {"size": PAGE_SIZE, "query": {"match_all": {}}, "sort": [{"id": {"order": "asc"}}]}
    for number in range(1, MAX_PAGES + 1):
        page = session.ask(_Page, "POST", "deployments", "_search", action=action, body=body)
        known = len(found)
        found |= {deployment.id: deployment for deployment in page.deployments}
        if not page.cursor or not page.deployments:
            break
        if len(found) == known or number == MAX_PAGES:
            raise IncompleteList(f"cannot {action}: the search repeats itself; run the same command again.")
        body = {"size": PAGE_SIZE, "cursor": page.cursor}
    if page.match_count is not None and len(found) < page.match_count:
        raise IncompleteList(
            f"cannot {action}: the search showed {len(found)} of {page.match_count} deployments, since they changed meanwhile; "
            "run the same command again."
        )
    return [
        deployment.resource(owner_tag)
        for deployment in found.values()
        if not deployment.metadata.hidden and deployment.metadata.organization_id in ("", organization_id)
    ]


def read_deployment(session: Session, deployment_id: str, action: str, model: type[AnyAnswer]) -> AnyAnswer:
    """Returns what a caller needs of one deployment.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.
        action: What is asked for, after "cannot" in an error.
        model: What is needed of the answer.

    Raises:
        NotFound: There is none that the key sees.
        CloudError: As for `Session.call`.
    """
    query = {"show_plans": "false", "show_instance_configurations": "false"}
    return session.ask(model, "GET", "deployments", deployment_id, action=action, query=query)


def read_tags(session: Session, deployment_id: str) -> tuple[tuple[str, str], ...]:
    """Returns the tags of a deployment, as key and value, in their order.

    Args:
        session: The connection.
        deployment_id: Elastic's id of the deployment.

    Raises:
        NotFound: There is none that the key sees.
        CloudError: As for `Session.call`.
    """
    found = read_deployment(session, deployment_id, f"read the tags of deployment {deployment_id}", _Deployment)
    return tuple((tag.key, tag.value) for tag in found.metadata.tags)


def has_deployment(session: Session, organization_id: str, deployment_id: str) -> bool:
    """Whether a deployment is the organization's, also one that was shut down, which no search shows.

    Args:
        session: The connection.
        organization_id: Elastic's id of the organization.
        deployment_id: Elastic's id of the deployment.

    Raises:
        NotFound: There is none that the key sees.
        CloudError: As for `Session.call`.
    """
    found = read_deployment(session, deployment_id, f"look up deployment {deployment_id}", _Deployment)
    return found.metadata.organization_id in ("", organization_id)
