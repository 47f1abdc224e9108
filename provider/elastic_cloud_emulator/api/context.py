"""What every endpoint needs: the state, who is asking, and what they ask for."""

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import current_app, g, request
from pydantic import BaseModel, ValidationError

from .. import errors
from ..cloud import Cloud
from ..model import ApiKey, Organization, User
from ..roles import ALL, ORGANIZATION_ADMIN, RoleAssignment, parse_role_assignments
from ..validation import describe

CLOUD = "elastic-cloud"

M = TypeVar("M", bound=BaseModel)


def cloud() -> Cloud:
    """Return the state that the application serves."""
    return cast(Cloud, current_app.extensions[CLOUD])


@dataclass(frozen=True)
class Caller:
    """Who is asking: a key, and the user whose key it is."""

    key: ApiKey
    user: User

    def organizations(self) -> list[Organization]:
        """Return the organizations that the key sees: its own one, or every one that its user belongs to."""
        if self.key.organization_id is not None:
            return [cloud().organizations[self.key.organization_id]]
        return cloud().memberships(self.user.id)

    def organization(self, organization_id: str) -> Organization:
        """Return an organization that the key sees.

        Raises:
            OrganizationNotFound: There is none with this id.
            InvalidAccess: The key does not see it.
        """
        if organization_id not in cloud().organizations:
            raise errors.OrganizationNotFound(f"Organization {organization_id} was not found.")
        for organization in self.organizations():
            if organization.id == organization_id:
                return organization
        raise errors.InvalidAccess(f"The API key does not belong to organization {organization_id}.")

    def administers(self, organization: Organization) -> bool:
        """Say whether the key may change who belongs to an organization."""
        if self.key.roles is not None:
            return self.key.roles.holds(ORGANIZATION_ADMIN)
        membership = organization.members.get(self.user.id)
        return membership is not None and membership.roles.holds(ORGANIZATION_ADMIN)

    def administered(self, organization_id: str) -> Organization:
        """Return an organization that the key sees and may change.

        Raises:
            OrganizationNotFound: There is none with this id.
            InvalidAccess: The key does not see it.
            InvalidAuthentication: The key is not one of an owner.
        """
        organization = self.organization(organization_id)
        if not self.administers(organization):
            raise errors.InvalidAuthentication("Only an organization owner does this.")
        return organization

    def sees_role_assignments(self, organization: Organization) -> bool:
        """Say whether lists show the key the roles of others."""
        return self.administers(organization) and not cloud().switches.hide_role_assignments


def authenticate() -> None:
    """Find the caller of the current request.

    Raises:
        Unauthorized: The request has no API key, or one that is unknown or expired.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = cloud().keys.get(secret.strip())
    if scheme.casefold() != "apikey" or key is None:
        raise errors.Unauthorized("The request has no valid API key.")
    if key.expires_at is not None and key.expires_at <= cloud().clock.now():
        raise errors.Unauthorized("The API key is expired.")
    g.caller = Caller(key, cloud().users[key.user_id])


def caller() -> Caller:
    """Return who is asking."""
    return cast(Caller, g.caller)


def text_field(document: dict[str, Any], name: str) -> str:
    """Return a text of a request.

    Raises:
        InvalidData: It is missing or empty, or no text.
    """
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise errors.InvalidData(f"{name} must be a string.", name)
    return value


def body() -> dict[str, Any]:
    """Return the JSON object that came with the request.

    Raises:
        InvalidData: It is no JSON object.
    """
    document = request.get_json(silent=True, force=True)
    if not isinstance(document, dict):
        raise errors.InvalidData("The request body is not a JSON object.")
    return document


def read_body(model: type[M]) -> M:
    """Return the JSON object that came with the request, as a model has it.

    Raises:
        InvalidData: It is no JSON object, or has another form.
    """
    try:
        return model.model_validate(body())
    except ValidationError as error:
        raise errors.InvalidData(describe(error, "body")) from None


def paged(name: str, elements: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a published list under its name; see the switch `list_page_size` for where it ends."""
    size = cloud().switches.list_page_size
    if size is None or len(elements) <= size:
        return {name: elements}
    return {name: elements[:size], "next_page": elements[size]["id"]}


def csv(text: str) -> list[str]:
    """Return the entries of a CSV list in a path, each once.

    Raises:
        InvalidData: There is none.
    """
    entries = list(dict.fromkeys(entry.strip() for entry in text.split(",") if entry.strip()))
    if not entries:
        raise errors.InvalidData("The list in the path is empty.")
    return entries


def role_assignments(document: object) -> list[RoleAssignment]:
    """Read role assignments, each of which names its organization.

    Raises:
        InvalidData: They have another form.
        UnauthorizedRoleAssignments: They name a stopped deployment, which Elastic refuses to owners too (issues 1039 and 1041 of
            its Terraform provider).
    """
    try:
        assignments = parse_role_assignments(document)
    except ValueError as error:
        raise errors.InvalidData(str(error), "role_assignments") from None
    named = {target for one in assignments if one.role[0] == "deployment" for target in one.targets}
    if named & {one.id for found in cloud().organizations.values() for one in found.deployments.values() if one.hidden}:
        raise errors.UnauthorizedRoleAssignments("The role assignments are not authorized.")
    return assignments


def refuse_all_deployments_if_one_is_stopped(organization: Organization, assignments: list[RoleAssignment]) -> None:
    """Refuse roles on all deployments in an invitation to an organization that has a stopped one.

    Raises:
        UnauthorizedRoleAssignments: There are both, as in issue 1039 of Elastic's Terraform provider.
    """
    on_all = any(one.role[0] == "deployment" and ALL in one.targets for one in assignments)
    if on_all and any(one.hidden for one in organization.deployments.values()):
        raise errors.UnauthorizedRoleAssignments("The role assignments are not authorized.")
