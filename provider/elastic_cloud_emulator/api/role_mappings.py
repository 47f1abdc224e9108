"""Role mappings of an organization: who gets which roles at a single sign-on."""

from typing import Any

from flask import Blueprint

from ..errors import AmbiguousRule, ApiError, InvalidData, OrganizationNotFound, RoleMappingNotFound
from ..model import RoleMapping
from ..roles import RoleSet
from ..single_sign_on import parse_rule
from .context import body, caller, cloud, csv, role_assignments, text_field

blueprint = Blueprint("role_mappings", __name__, url_prefix="/organizations/<organization_id>/role_mappings")


@blueprint.get("")
def list_mappings(organization_id: str) -> dict[str, Any]:
    organization = caller().organization(organization_id)
    return {"mappings": [_mapping_json(one, organization.id) for one in organization.role_mappings.values()]}


@blueprint.post("")
def add_mappings(organization_id: str) -> tuple[dict[str, Any], int]:
    organization = caller().administered(organization_id)
    cloud().add_role_mappings(organization.id, _mappings())
    return {}, 201


@blueprint.put("")
def replace_mappings(organization_id: str) -> dict[str, Any]:
    """Replaces all, as its name says; the description does not."""
    organization = caller().administered(organization_id)
    cloud().replace_role_mappings(organization.id, _mappings())
    return {}


@blueprint.delete("")
def delete_all_mappings(organization_id: str) -> dict[str, Any]:
    cloud().delete_role_mappings(caller().administered(organization_id).id)
    return {}


@blueprint.put("/<role_name>")
def replace_mapping(organization_id: str, role_name: str) -> dict[str, Any]:
    try:
        organization = caller().administered(organization_id)
    except OrganizationNotFound as error:  # the one code that is published for 404 here
        raise RoleMappingNotFound(str(error)) from None
    try:
        mapping = _mapping(body().get("mapping"))
    except AmbiguousRule:
        raise
    except ApiError as error:  # of the codes for rules only that one is published here
        raise InvalidData(str(error), "mapping") from None
    if mapping.name != role_name:
        raise InvalidData("The mapping has another name than the path.", "name")
    cloud().replace_role_mapping(organization.id, mapping)
    return {}


@blueprint.delete("/<role_names>")
def delete_mappings(organization_id: str, role_names: str) -> dict[str, Any]:
    return {"mappings": cloud().delete_role_mappings(caller().administered(organization_id).id, csv(role_names))}


def _mappings() -> list[RoleMapping]:
    given = body().get("mappings")
    if not isinstance(given, list):
        raise InvalidData("mappings must be a list.", "mappings")
    return [_mapping(one) for one in given]


def _mapping(given: object) -> RoleMapping:
    if not isinstance(given, dict) or not isinstance(given.get("enabled"), bool) or "role_assignments" not in given:
        raise InvalidData("A role mapping has enabled, name, rule and role_assignments.")
    match, properties = parse_rule(given.get("rule", {}))
    roles = RoleSet(role_assignments(given["role_assignments"]))
    return RoleMapping(text_field(given, "name"), given["enabled"], match, properties, roles)


def _mapping_json(mapping: RoleMapping, organization_id: str) -> dict[str, Any]:
    return {
        "enabled": mapping.enabled,
        "name": mapping.name,
        "rule": {mapping.match: mapping.properties},
        "role_assignments": mapping.roles.to_json(organization_id),
    }
