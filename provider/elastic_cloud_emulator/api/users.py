"""Role assignments of users."""

from typing import Any

from flask import Blueprint

from ..errors import InvalidTargetUser, UnauthorizedRoleAssignments
from ..roles import RoleAssignment
from .context import body, caller, cloud, role_assignments

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


def _permitted_assignments(user_id: str) -> list[RoleAssignment]:
    administered = {found.id: found for found in caller().organizations() if caller().administers(found)}
    if not administered:
        raise UnauthorizedRoleAssignments("Only an organization owner changes role assignments.")
    if not any(user_id in organization.members for organization in administered.values()):
        raise InvalidTargetUser(f"User {user_id} is not a member of the organization.")
    assignments = role_assignments(body())
    for assignment in assignments:
        if assignment.organization_id not in administered:
            raise UnauthorizedRoleAssignments(
                f"The API key assigns no roles in organization {assignment.organization_id}."
            )
        if user_id not in administered[assignment.organization_id].members:
            raise InvalidTargetUser(f"User {user_id} is not a member of organization {assignment.organization_id}.")
    return assignments
