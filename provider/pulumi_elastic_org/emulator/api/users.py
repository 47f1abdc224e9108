"""What users may do: their role assignments, and their API keys."""

from datetime import timedelta
from typing import Any

from flask import Blueprint

from ..clock import format_instant, parse_duration
from ..errors import (
    InvalidKeyRequest,
    InvalidTargetUser,
    KeyNotFound,
    UnauthorizedRoleAssignments,
)
from ..model import ApiKey
from ..roles import RoleAssignment, RoleSet
from .context import body, caller, cloud, role_assignments

KEY_LIFETIME = timedelta(days=90)
"""How long a key lives when the call names no time; Elastic documents three months."""

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.post("/<user_id>/role_assignments")
def add_role_assignments(user_id: str) -> dict[str, Any]:
    for assignment in _permitted_assignments(user_id):
        cloud().member(assignment.organization_id, user_id).roles.add(assignment)
    return {}


@blueprint.delete("/<user_id>/role_assignments")
def remove_role_assignments(user_id: str) -> dict[str, Any]:
    for assignment in _permitted_assignments(user_id):
        cloud().member(assignment.organization_id, user_id).roles.remove(assignment)
    return {}


@blueprint.get("/auth/keys")
def list_keys() -> dict[str, Any]:
    return {"keys": [_key_json(key) for key in _own_keys()]}


@blueprint.post("/auth/keys")
def create_key() -> tuple[dict[str, Any], int]:
    request = body()
    description = request.get("description")
    if not isinstance(description, str) or not description:
        raise InvalidKeyRequest("description must be a text.", "description")
    try:
        lifetime = parse_duration(request["expiration"]) if "expiration" in request else KEY_LIFETIME
    except (ValueError, TypeError):
        raise InvalidKeyRequest("expiration is not a duration such as 3h or 1d.", "expiration") from None
    roles = RoleSet(role_assignments(request["role_assignments"])) if "role_assignments" in request else None
    key = cloud().add_key(
        caller().user.id,
        organization=_organization_id(caller().key),
        description=description,
        expires_at=cloud().clock.now() + lifetime,
        roles=roles or caller().key.roles,
    )
    return _key_json(key) | {"key": key.secret}, 201


@blueprint.delete("/auth/keys")
def delete_keys() -> dict[str, Any]:
    ids = body().get("keys")
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise InvalidKeyRequest("keys must be a list of API key ids.", "keys")
    for key in [_own_key(id) for id in ids]:
        cloud().remove_key(key)
    return {}


@blueprint.get("/auth/keys/<api_key_id>")
def get_key(api_key_id: str) -> dict[str, Any]:
    return _key_json(_own_key(api_key_id))


@blueprint.delete("/auth/keys/<api_key_id>")
def delete_key(api_key_id: str) -> dict[str, Any]:
    cloud().remove_key(_own_key(api_key_id))
    return {}


def _permitted_assignments(user_id: str) -> list[RoleAssignment]:
    administered = {found.id: found for found in caller().organizations() if caller().administers(found)}
    if not administered:
        raise UnauthorizedRoleAssignments("Only an organization owner changes role assignments.")
    if not any(user_id in organization.members for organization in administered.values()):
        raise InvalidTargetUser(f"User {user_id} is no member of the organization.")
    assignments = role_assignments(body())
    for assignment in assignments:
        if assignment.organization_id not in administered:
            raise UnauthorizedRoleAssignments(
                f"The API key assigns no roles in organization {assignment.organization_id}."
            )
        if user_id not in administered[assignment.organization_id].members:
            raise InvalidTargetUser(f"User {user_id} is no member of organization {assignment.organization_id}.")
    return assignments


def _own_keys() -> list[ApiKey]:
    return [key for key in cloud().keys.values() if key.user_id == caller().user.id]


def _own_key(id: str) -> ApiKey:
    for key in _own_keys():
        if key.id == id:
            return key
    raise KeyNotFound(f"API key {id} was not found.")


def _organization_id(key: ApiKey) -> str | None:
    if key.organization_id is not None:
        return key.organization_id
    memberships = cloud().memberships(key.user_id)
    return memberships[0].id if len(memberships) == 1 else None


def _key_json(key: ApiKey) -> dict[str, Any]:
    organization_id = _organization_id(key)
    document: dict[str, Any] = {
        "id": key.id,
        "user_id": key.user_id,
        "description": key.description,
        "creation_date": format_instant(key.created_at),
    }
    if organization_id is not None:
        document["organization_id"] = organization_id
    if key.expires_at is not None:
        document["expiration_date"] = format_instant(key.expires_at)
    if key.roles is not None and organization_id is not None:
        document["role_assignments"] = key.roles.to_json(organization_id)
    return document
