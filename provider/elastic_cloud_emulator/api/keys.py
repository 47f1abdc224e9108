"""API keys: those that the caller may see, in pages."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

from flask import Blueprint, request

from ..clock import format_instant, parse_duration
from ..errors import InvalidAuthentication, InvalidKeyRequest, KeyNotFound
from ..model import ApiKey
from ..roles import RoleSet
from .context import body, caller, cloud, role_assignments

KEY_LIFETIME = timedelta(days=90)
"""How long a key lives when the call names no time; Elastic documents three months."""

blueprint = Blueprint("keys", __name__, url_prefix="/users/auth/keys")


@blueprint.get("")
def list_keys() -> dict[str, Any]:
    after = _position(request.args.get("next_page"))
    rest = [key for key in _seen_keys() if _place(key) > after]
    size = cloud().switches.key_page_size
    answer: dict[str, Any] = {"keys": [_key_json(key) for key in rest[:size]]}
    return answer if len(rest) <= size else answer | {"next_page": _token(rest[size - 1])}


@blueprint.post("")
def create_key() -> tuple[dict[str, Any], int]:
    request = body()
    organization_id = _organization_id(caller().key)
    if organization_id is None or not caller().administers(cloud().organization(organization_id)):
        raise InvalidAuthentication("Only an organization owner makes API keys.")
    description = request.get("description")
    if not isinstance(description, str) or not description:
        raise InvalidKeyRequest("description must be a string.", "description")
    try:
        lifetime = parse_duration(request["expiration"]) if "expiration" in request else KEY_LIFETIME
    except (ValueError, TypeError):
        raise InvalidKeyRequest("expiration is not a duration such as 3h or 1d.", "expiration") from None
    roles = RoleSet(role_assignments(request["role_assignments"])) if "role_assignments" in request else None
    now = cloud().clock.now()
    key = cloud().add_key(
        caller().user.id,
        organization=organization_id,
        description=description,
        created_at=now,
        expires_at=now + lifetime,
        roles=roles or caller().key.roles,
    )
    return _key_json(key) | {"key": key.secret}, 201


@blueprint.delete("")
def delete_keys() -> dict[str, Any]:
    ids = body().get("keys")
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise InvalidKeyRequest("keys must be a list of API key ids.", "keys")
    for key in _seen_keys():
        if key.id in ids:
            cloud().remove_key(key)
    return {}


@blueprint.get("/<api_key_id>")
def get_key(api_key_id: str) -> dict[str, Any]:
    return _key_json(_seen_key(api_key_id))


@blueprint.delete("/<api_key_id>")
def delete_key(api_key_id: str) -> dict[str, Any]:
    cloud().remove_key(_seen_key(api_key_id))
    return {}


def _seen_keys() -> list[ApiKey]:
    """The caller's own keys and, for an owner, all others of the organization; ended ones vanish, as in Elastic's console."""
    now = cloud().clock.now()
    administered = {one.id for one in caller().organizations() if caller().administers(one)}
    seen = [
        key
        for key in cloud().keys.values()
        if (key.user_id == caller().user.id or _organization_id(key) in administered)
        and (key.expires_at is None or key.expires_at > now)
    ]
    return sorted(seen, key=_place)


def _seen_key(id: str) -> ApiKey:
    for key in _seen_keys():
        if key.id == id:
            return key
    raise KeyNotFound(f"API key {id} was not found.")


def _place(key: ApiKey) -> tuple[str, str]:
    """Where a key stands in the list: a stable order to page through."""
    return format_instant(key.created_at), key.id


def _token(key: ApiKey) -> str:
    return urlsafe_b64encode(json.dumps(_place(key)).encode()).decode()


def _position(token: str | None) -> tuple[str, str]:
    if token is None:
        return "", ""
    try:
        created_at, id = json.loads(urlsafe_b64decode(token))
    except (ValueError, TypeError):
        raise InvalidKeyRequest("next_page is not one that a list answered.", "next_page") from None
    return str(created_at), str(id)


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
