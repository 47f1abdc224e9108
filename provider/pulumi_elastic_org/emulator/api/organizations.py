"""Organizations and their members."""

from typing import Any

from flask import Blueprint

from ..clock import format_instant
from ..errors import InvalidAuthentication, UserNotFound
from ..model import Organization, User
from .context import caller, cloud, csv

blueprint = Blueprint("organizations", __name__, url_prefix="/organizations")


@blueprint.get("")
def list_organizations() -> dict[str, Any]:
    organizations = [organization_json(organization) for organization in caller().organizations()]
    page_size = cloud().switches.list_page_size
    if page_size is None or len(organizations) <= page_size:
        return {"organizations": organizations}
    return {"organizations": organizations[:page_size], "next_page": organizations[page_size]["id"]}


@blueprint.get("/<organization_id>")
def get_organization(organization_id: str) -> dict[str, Any]:
    return organization_json(caller().organization(organization_id))


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
    return {"id": organization.id, "name": organization.name}


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
