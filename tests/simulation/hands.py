"""What people do beside the pipelines: in the console, with their own invitation, and at the identity provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from elastic_cloud_emulator import ApiError, Cloud
from elastic_cloud_emulator.model import RoleMapping
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.model.key_rotation import read_name
from tests.trust.organization import ORGANIZATION, roles_json


@dataclass(frozen=True)
class ByHand:
    """Something that somebody does.

    Args:
        act: Does it to a person, with roles in text form where it takes some.
        takes_roles: Whether it does.
    """

    act: Callable[[Cloud, str, str], object]
    takes_roles: bool = False


def _remove(cloud: Cloud, person: str, _roles: str) -> None:
    cloud.leave(ORGANIZATION, person)


def _cancel(cloud: Cloud, person: str, _roles: str) -> None:
    if (invitation := cloud.invitation(ORGANIZATION, person)) is not None:
        cloud.cancel_invitations(ORGANIZATION, invitation.token)


def _delete_owned(cloud: Cloud, person: str, _roles: str) -> None:
    organization, user = cloud.organization(ORGANIZATION), cloud.user(person)
    owners = {one.id: one.owner_id for one in organization.deployments.values()}
    owners |= {one.id: one.owner_id for one in organization.projects.values()}
    for id_ in [id_ for id_, owner in owners.items() if owner == user.id][:1]:
        cloud.delete_resource(id_)


def _change_address(cloud: Cloud, person: str, _roles: str) -> None:
    name, _, domain = person.partition("@")
    cloud.change_email(person, f"{name}.married@{domain}")


def _take_address(cloud: Cloud, person: str, roles: str) -> None:
    _change_address(cloud, person, roles)
    cloud.add_member(ORGANIZATION, person, roles_json(roles))


HANDS = {
    "changes the roles of": ByHand(
        lambda cloud, person, roles: cloud.set_roles(ORGANIZATION, person, roles_json(roles)), takes_roles=True
    ),
    "signs in by the identity provider, which gives roles to": ByHand(
        lambda cloud, person, roles: cloud.set_roles(ORGANIZATION, person, roles_json(roles)), takes_roles=True
    ),
    "takes every role from": ByHand(lambda cloud, person, _: cloud.set_roles(ORGANIZATION, person, {})),
    "makes an administrator of": ByHand(
        lambda cloud, person, _: cloud.set_roles(ORGANIZATION, person, roles_json("organization-admin"))
    ),
    "removes": ByHand(_remove),
    "invites": ByHand(
        lambda cloud, person, roles: cloud.invite(ORGANIZATION, person, roles_json(roles)), takes_roles=True
    ),
    "accepts the invitation of": ByHand(lambda cloud, person, _: cloud.accept(ORGANIZATION, person)),
    "cancels the invitation of": ByHand(_cancel),
    "lets in": ByHand(
        lambda cloud, person, roles: cloud.add_member(ORGANIZATION, person, roles_json(roles)), takes_roles=True
    ),
    "creates a deployment for": ByHand(
        lambda cloud, person, _: cloud.add_deployment(ORGANIZATION, "new", owner=person)
    ),
    "creates a project for": ByHand(
        lambda cloud, person, _: cloud.add_project(ORGANIZATION, "new", "security", owner=person)
    ),
    "deletes what is owned by": ByHand(_delete_owned),
    "changes the address of": ByHand(_change_address),
    "lets another account have the address of": ByHand(_take_address, takes_roles=True),
}
"""In words, each followed by the person."""


def _delete_key(cloud: Cloud, name: str, _value: str) -> None:
    found = [
        key for key in cloud.keys.values() if (of := read_name(key.description)) and of.resource.endswith(f"/{name}")
    ]
    if found:
        cloud.remove_key(max(found, key=lambda key: key.created_at))


def _delete_other_keys(cloud: Cloud, name: str, _value: str) -> None:
    for key in list(cloud.keys.values()):
        if not ((of := read_name(key.description)) and of.resource.endswith(f"/{name}")):
            cloud.remove_key(key)


ABOUT_KEYS = {
    "deletes the API key": ByHand(_delete_key),
    "deletes every API key but those of": ByHand(_delete_other_keys),
}
"""Likewise, each followed by the name of a resource."""


def _sign_on(cloud: Cloud, person: str, group: str) -> None:
    cloud.sign_on(ORGANIZATION, person, [group] if group else [])


def _change_provider(cloud: Cloud, _name: str, value: str) -> None:
    provider = cloud.identity_provider(ORGANIZATION)
    cloud.set_identity_provider(ORGANIZATION, replace(provider, enabled=value == "enabled"))


def _add_mapping(cloud: Cloud, name: str, _value: str) -> None:
    roles = RoleSet(parse_role_assignments(roles_json("billing-admin"), ORGANIZATION))
    cloud.add_role_mappings(ORGANIZATION, [RoleMapping(name, True, "any", [{"group": name}], roles)])


def _remove_provider(cloud: Cloud, _name: str, _value: str) -> None:
    cloud.organization(ORGANIZATION).settings.pop("enforce_authentication_method", None)
    cloud.remove_identity_provider(ORGANIZATION)


def _disable_mapping(cloud: Cloud, name: str, _value: str) -> None:
    mapping = cloud.organization(ORGANIZATION).role_mappings.get(name)
    if mapping is None:
        raise ValueError(f"there is no role mapping {name}")
    cloud.replace_role_mapping(ORGANIZATION, replace(mapping, enabled=False))


def _enforce(cloud: Cloud, _name: str, _value: str) -> None:
    settings = cloud.organization(ORGANIZATION).settings
    if "enforce_authentication_method" in settings:
        return
    settings["enforce_authentication_method"] = "sso"
    if not cloud.owner_can_sign_in(ORGANIZATION):
        del settings["enforce_authentication_method"]
        raise ValueError("nobody could sign in as an owner")


def _end_enforcement(cloud: Cloud, _name: str, _value: str) -> None:
    cloud.organization(ORGANIZATION).settings.pop("enforce_authentication_method", None)


ABOUT_SIGN_ON = {
    "signs on": ByHand(_sign_on),
    "makes the identity provider": ByHand(_change_provider),
    "adds the role mapping": ByHand(_add_mapping),
    "disables the role mapping": ByHand(_disable_mapping),
    "deletes the role mapping": ByHand(lambda cloud, name, _: cloud.delete_role_mappings(ORGANIZATION, [name])),
    "enforces single sign-on": ByHand(_enforce),
    "takes enforcement off": ByHand(_end_enforcement),
}
"""Likewise, each followed by a person and their group, or by a name."""

AS_ADVISED = {"removes the identity provider": ByHand(_remove_provider)}
"""What people do only where a refusal advises it."""

ALL = HANDS | ABOUT_KEYS | ABOUT_SIGN_ON | AS_ADVISED


def act(cloud: Cloud, what: str, person: str, roles: str) -> bool:
    """Does something by hand, and returns whether it could be done: who is no member cannot be removed.

    Args:
        cloud: Where.
        what: A key of `ALL`.
        person: To whom, by e-mail address.
        roles: In text form, where it takes some.
    """
    try:
        ALL[what].act(cloud, person, roles)
    except (ApiError, ValueError):
        return False
    return True
