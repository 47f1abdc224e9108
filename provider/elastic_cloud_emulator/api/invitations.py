"""Invitations to an organization."""

from typing import Any

from flask import Blueprint, abort

from ..clock import format_instant, parse_duration
from ..errors import InvalidAuthentication, InvalidData
from ..model import Invitation, Organization
from ..people import INVITATION_LIFETIME
from ..roles import RoleSet
from .context import body, caller, cloud, csv, refuse_all_deployments_if_one_is_stopped, role_assignments
from .organizations import organization_json

blueprint = Blueprint("invitations", __name__, url_prefix="/organizations")


@blueprint.get("/<organization_id>/invitations")
def list_invitations(organization_id: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    return _invitations_json(organization, list(organization.invitations.values()))


@blueprint.post("/<organization_id>/invitations")
def create_invitations(organization_id: str) -> tuple[dict[str, Any], int]:
    organization = caller().administered(organization_id)
    request = body()
    emails = request.get("emails")
    if not isinstance(emails, list) or not emails or not all(isinstance(email, str) for email in emails):
        raise InvalidData("emails must be a list of at least one address.", "emails")
    assignments = role_assignments(request.get("role_assignments", {}))
    if any(assignment.organization_id != organization.id for assignment in assignments):
        raise InvalidData("An invitation assigns roles in its own organization only.", "role_assignments")
    refuse_all_deployments_if_one_is_stopped(organization, assignments)
    try:
        expires_in = parse_duration(request["expires_in"]) if "expires_in" in request else INVITATION_LIFETIME
    except (ValueError, TypeError):
        raise InvalidData("expires_in is not a duration such as 24h or 7d.", "expires_in") from None
    invitations = cloud().invite(
        organization.id, emails, RoleSet(assignments).to_json(organization.id), expires_in=expires_in
    )
    return _invitations_json(organization, invitations), 201


@blueprint.delete("/<organization_id>/invitations/<invitation_tokens>")
def delete_invitations(organization_id: str, invitation_tokens: str) -> dict[str, Any]:
    cloud().cancel_invitations(caller().administered(organization_id).id, *csv(invitation_tokens))
    return {}


@blueprint.get("/invitations/<invitation_token>")
def get_invitation(invitation_token: str) -> dict[str, Any]:
    organization, invitation = cloud().find_invitation(invitation_token)
    return _invitation_json(organization, invitation, with_roles=not cloud().switches.hide_role_assignments)


@blueprint.post("/invitations/<invitation_token>/_accept")
def accept_invitation(invitation_token: str) -> dict[str, Any]:
    missing = cloud().switches.missing_accept
    if missing is not None:
        abort(missing)
    _, invitation = cloud().find_invitation(invitation_token)
    if invitation.email.casefold() != caller().user.email.casefold():
        raise InvalidAuthentication("The invitation is for another e-mail address than the caller's.")
    cloud().accept_invitation(invitation_token, caller().user)
    return {}


def _invitations_json(organization: Organization, invitations: list[Invitation]) -> dict[str, Any]:
    with_roles = caller().sees_role_assignments(organization)
    return {"invitations": [_invitation_json(organization, invitation, with_roles) for invitation in invitations]}


def _invitation_json(organization: Organization, invitation: Invitation, with_roles: bool) -> dict[str, Any]:
    document = {
        "token": invitation.token,
        "email": invitation.email,
        "created_at": format_instant(invitation.created_at),
        "expires_at": format_instant(invitation.expires_at),
        "expired": invitation.expired(cloud().clock.now()),
        "organization": organization_json(organization),
    }
    if with_roles:
        document["role_assignments"] = invitation.roles.to_json(organization.id)
    return document
