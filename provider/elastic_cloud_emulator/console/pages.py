"""The console's pages: what there is, for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from flask import Blueprint, render_template, request

from elastic_cloud_emulator.api.context import cloud
from elastic_cloud_emulator.console.roles import KNOWN_ROLES, HeldRole, held_roles, targets
from elastic_cloud_emulator.model import (
    ApiKey,
    Invitation,
    Membership,
    Organization,
    Resource,
    RoleMapping,
    User,
)

OWNER_TAG = "owner"
"""The tag that names a deployment's owner by e-mail address."""

MOST_ROWS = 200
"""How many people, invitations, resources or messages a page shows; a search finds the others."""

T = TypeVar("T")

blueprint = Blueprint(
    "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console"
)
"""The console's routes, from the root. Who serves them needs a secret key, for what a form says of its outcome."""


class Row(NamedTuple):
    """A member as one line."""

    user: User
    membership: Membership
    roles: list[HeldRole]


class Invited(NamedTuple):
    """An open invitation as one line."""

    invitation: Invitation
    roles: list[HeldRole]
    expired: bool


class Mapped(NamedTuple):
    """A role mapping as one line."""

    mapping: RoleMapping
    rule: str
    roles: list[HeldRole]


class Listed(NamedTuple):
    """An API key as one line, without its secret; `roles` are those of its creator where it has none of its own."""

    key: ApiKey
    creator: User
    roles: list[HeldRole]
    is_member: bool


@blueprint.get("/")
def overview() -> str:
    """Show all organizations, and the people who belong to none."""
    free = [user for user in cloud().users.values() if not cloud().memberships(user.id)]
    return render_template("console/overview.html", organizations=cloud().organizations.values(), free=free)


@blueprint.get("/organizations/<organization_id>")
def members(organization_id: str) -> str:
    """Show who belongs to an organization."""
    organization = cloud().organization(organization_id)
    rows = [
        Row(cloud().user(user_id), membership, held_roles(organization, membership.roles))
        for user_id, membership in organization.members.items()
    ]
    rows.sort(key=lambda row: row.user.name.casefold())
    return _list("members", organization, rows, lambda row: f"{row.user.name} {row.user.email} {_words(row.roles)}")


@blueprint.get("/organizations/<organization_id>/invitations")
def invitations(organization_id: str) -> str:
    """Show the open invitations of an organization."""
    organization = cloud().organization(organization_id)
    now = cloud().clock.now()
    rows = [
        Invited(invitation, held_roles(organization, invitation.roles), invitation.expired(now))
        for invitation in organization.invitations.values()
    ]
    return _list(
        "invitations",
        organization,
        rows,
        lambda row: f"{row.invitation.email} {_words(row.roles)}",
        known_roles=KNOWN_ROLES,
    )


@blueprint.get("/organizations/<organization_id>/outbox")
def outbox(organization_id: str) -> str:
    """Show what an organization sent, newest first."""
    organization = cloud().organization(organization_id)
    rows = [message for message in reversed(cloud().outbox.messages) if message.organization == organization.id]
    return _list("outbox", organization, rows, lambda message: message.to)


@blueprint.get("/organizations/<organization_id>/keys")
def keys(organization_id: str) -> str:
    """Show the API keys of an organization that have not expired."""
    organization = cloud().organization(organization_id)
    now = cloud().clock.now()
    rows = []
    for key in cloud().keys.values():
        if key.organization_id == organization.id and (key.expires_at is None or key.expires_at > now):
            membership = organization.members.get(key.user_id)
            roles = key.roles or (membership.roles if membership else None)
            held = held_roles(organization, roles) if roles else []
            rows.append(Listed(key, cloud().user(key.user_id), held, membership is not None))
    return _list("keys", organization, rows, lambda row: f"{row.key.description} {row.creator.email}")


@blueprint.get("/organizations/<organization_id>/deployments")
def deployments(organization_id: str) -> str:
    """Show the deployments of an organization, stopped ones included."""
    organization = cloud().organization(organization_id)
    return _resources("deployments", organization, [*organization.deployments.values()])


@blueprint.get("/organizations/<organization_id>/projects")
def projects(organization_id: str) -> str:
    """Show the serverless projects of an organization."""
    organization = cloud().organization(organization_id)
    return _resources("projects", organization, [*organization.projects.values()])


@blueprint.get("/organizations/<organization_id>/settings")
def settings(organization_id: str) -> str:
    """Show the settings and the single sign-on of an organization."""
    organization = cloud().organization(organization_id)
    mappings = [
        Mapped(
            one,
            f" {'or' if one.match == 'any' else 'and'} ".join(map(_condition, one.properties)),
            held_roles(organization, one.roles),
        )
        for one in organization.role_mappings.values()
    ]
    return _list(
        "settings",
        organization,
        mappings,
        lambda row: f"{row.mapping.name} {row.rule} {_words(row.roles)}",
        owner_can_sign_in=cloud().owner_can_sign_in(organization.id),
    )


@blueprint.get("/organizations/<organization_id>/members/<user_id>")
def member(organization_id: str, user_id: str) -> str:
    """Show one member, with forms for the roles."""
    membership = cloud().member(organization_id, user_id)
    organization = cloud().organization(organization_id)
    user = cloud().user(membership.user_id)
    return render_template(
        "console/member.html",
        organization=organization,
        user=user,
        membership=membership,
        roles=held_roles(organization, membership.roles),
        choices={kind: (ids, targets(organization, kind)) for kind, ids in KNOWN_ROLES.items()},
        owned=[one for one in _resources_of(organization) if user.email == _owner(one)],
    )


def _resources(page: str, organization: Organization, rows: Sequence[Resource]) -> str:
    people = sorted(cloud().user(user_id).email for user_id in organization.members)
    return _list(page, organization, rows, lambda one: f"{one.name} {_owner(one)}", people=people, owner=_owner)


def _owner(resource: Resource) -> str:
    """By the owner tag, else by who created it; empty when nobody is known."""
    if resource.owner_id is None or OWNER_TAG in resource.tags:
        return resource.tags.get(OWNER_TAG, "")
    return cloud().user(resource.owner_id).email


def _list(page: str, organization: Organization, rows: Sequence[T], text: Callable[[T], str], **more: object) -> str:
    wanted = request.args.get("q", "").strip()
    found = [row for row in rows if wanted.casefold() in text(row).casefold()]
    return render_template(
        f"console/{page}.html",
        page=page,
        organization=organization,
        rows=found[:MOST_ROWS],
        found=len(found),
        wanted=wanted,
        **more,
    )


def _resources_of(organization: Organization) -> list[Resource]:
    return [*organization.deployments.values(), *organization.projects.values()]


def _condition(given: dict[str, str]) -> str:
    return " ".join(*given.items())


def _words(roles: list[HeldRole]) -> str:
    return " ".join(map(str, roles))
