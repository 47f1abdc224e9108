"""Organizations, their settings and their members."""

from typing import Any, Literal

from flask import Blueprint
from pydantic import BaseModel

from ..clock import format_instant
from ..errors import InvalidAccess, InvalidAuthentication, InvalidData, InvalidOrganizationName, UserNotFound
from ..model import IdentityProvider, Organization, User
from .context import caller, cloud, csv, paged, read_body

SHORTEST_NAME, LONGEST_NAME = 2, 30
"""How many characters an organization's name has."""

blueprint = Blueprint("organizations", __name__, url_prefix="/organizations")


@blueprint.get("")
def list_organizations() -> dict[str, Any]:
    return paged("organizations", [organization_json(organization) for organization in caller().organizations()])


@blueprint.get("/<organization_id>")
def get_organization(organization_id: str) -> dict[str, Any]:
    return organization_json(caller().organization(organization_id))


class _Settings(BaseModel, extra="forbid", strict=True):
    """The published `OrganizationRequest`; what is not given keeps its value, which is not published."""

    name: str = ""
    enforce_authentication_method: Literal["sso"] | None = None
    default_disk_usage_alerts_enabled: bool = False
    notifications_allowed_email_domains: list[str] = []
    billing_contacts: list[str] = []
    operational_contacts: list[str] = []


@blueprint.put("/<organization_id>")
def update_organization(organization_id: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    if not caller().administers(organization):
        raise InvalidAccess("Only an organization owner changes its settings.")
    given = read_body(_Settings).model_dump(exclude_unset=True)
    name = given.pop("name", organization.name)
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise InvalidOrganizationName(f"A name has {SHORTEST_NAME} to {LONGEST_NAME} characters.", "name")
    provider = organization.identity_provider
    if given.get("enforce_authentication_method") and not (provider and provider.enabled):
        raise InvalidData("Single sign-on is not configured.", "enforce_authentication_method")
    organization.name = name
    organization.settings = {key: value for key, value in (organization.settings | given).items() if value is not None}
    return organization_json(organization)


@blueprint.get("/<organization_id>/members")
def list_members(organization_id: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    with_roles = caller().sees_role_assignments(organization)
    users, hidden = cloud().users, cloud().switches.hide_email
    return {
        "members": [
            _member_json(organization, users[user_id], with_email=user_id not in hidden, with_roles=with_roles)
            for user_id in organization.members
        ]
    }


@blueprint.delete("/<organization_id>/members/<user_ids>")
def delete_members(organization_id: str, user_ids: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    leaving = csv(user_ids)
    if leaving != [caller().user.id] and not caller().administers(organization):
        raise InvalidAuthentication("Only an organization owner removes other members.")
    for user_id in leaving:
        if user_id not in cloud().users:
            raise UserNotFound(f"User {user_id} was not found.")
    cloud().leave(organization.id, *leaving)
    return {}


def organization_json(organization: Organization) -> dict[str, Any]:
    """Return the published `Organization`."""
    provider = organization.identity_provider
    signing_in = {} if provider is None else {"sso_login_identifier": login_identifier(organization, provider)}
    return {"id": organization.id, "name": organization.name} | organization.settings | signing_in


def login_identifier(organization: Organization, provider: IdentityProvider) -> str:
    """Return what people type to sign in through the identity provider; how Elastic forms it is not published."""
    return f"{provider.login_identifier_prefix}-{organization.id}"


def _member_json(organization: Organization, user: User, *, with_email: bool, with_roles: bool) -> dict[str, Any]:
    membership = organization.members[user.id]
    document: dict[str, Any] = {
        "organization_id": organization.id,
        "user_id": user.id,
        "name": user.name,
        "member_since": format_instant(membership.since),
    }
    if with_email:
        document["email"] = user.email
    if with_roles:
        document["role_assignments"] = membership.roles.to_json(organization.id)
    return document
