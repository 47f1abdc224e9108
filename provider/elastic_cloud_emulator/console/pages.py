"""The console's pages: what there is, for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from flask import render_template, request

from elastic_cloud_emulator.cloud import Cloud
from elastic_cloud_emulator.console.roles import KNOWN_ROLES, HeldRole, held_roles, targets
from elastic_cloud_emulator.model import (
    ApiKey,
    Deployment,
    Invitation,
    Membership,
    Organization,
    Project,
    RoleMapping,
    User,
)

OWNER_TAG = "owner"
"""The tag that names a deployment's owner by e-mail address."""

MOST_ROWS = 200
"""How many people, invitations, resources or messages a page shows; a search finds the others."""

T = TypeVar("T")


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


class Pages:
    """The views that show.

    Args:
        cloud: What they show.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def overview(self) -> str:
        """Show all organizations, and the people who belong to none."""
        free = [user for user in self._cloud.users.values() if not self._cloud.memberships(user.id)]
        return render_template("console/overview.html", organizations=self._cloud.organizations.values(), free=free)

    def members(self, organization_id: str) -> str:
        """Show who belongs to an organization."""
        organization = self._cloud.organization(organization_id)
        rows = [
            Row(self._cloud.user(user_id), membership, held_roles(organization, membership.roles))
            for user_id, membership in organization.members.items()
        ]
        rows.sort(key=lambda row: row.user.name.casefold())
        return self._list(
            "members", organization, rows, lambda row: f"{row.user.name} {row.user.email} {_words(row.roles)}"
        )

    def invitations(self, organization_id: str) -> str:
        """Show the open invitations of an organization."""
        organization = self._cloud.organization(organization_id)
        now = self._cloud.clock.now()
        rows = [
            Invited(invitation, held_roles(organization, invitation.roles), invitation.expired(now))
            for invitation in organization.invitations.values()
        ]
        return self._list(
            "invitations",
            organization,
            rows,
            lambda row: f"{row.invitation.email} {_words(row.roles)}",
            known_roles=KNOWN_ROLES,
        )

    def outbox(self, organization_id: str) -> str:
        """Show what an organization sent, newest first."""
        organization = self._cloud.organization(organization_id)
        rows = [message for message in reversed(self._cloud.outbox.messages) if message.organization == organization.id]
        return self._list("outbox", organization, rows, lambda message: message.to)

    def keys(self, organization_id: str) -> str:
        """Show the API keys of an organization that have not expired."""
        organization = self._cloud.organization(organization_id)
        now = self._cloud.clock.now()
        rows = []
        for key in self._cloud.keys.values():
            if key.organization_id == organization.id and (key.expires_at is None or key.expires_at > now):
                membership = organization.members.get(key.user_id)
                roles = key.roles or (membership.roles if membership else None)
                held = held_roles(organization, roles) if roles else []
                rows.append(Listed(key, self._cloud.user(key.user_id), held, membership is not None))
        return self._list("keys", organization, rows, lambda row: f"{row.key.description} {row.creator.email}")

    def deployments(self, organization_id: str) -> str:
        """Show the deployments of an organization, stopped ones included."""
        organization = self._cloud.organization(organization_id)
        return self._resources("deployments", organization, [*organization.deployments.values()])

    def projects(self, organization_id: str) -> str:
        """Show the serverless projects of an organization."""
        organization = self._cloud.organization(organization_id)
        return self._resources("projects", organization, [*organization.projects.values()])

    def settings(self, organization_id: str) -> str:
        """Show the settings and the single sign-on of an organization."""
        organization = self._cloud.organization(organization_id)
        mappings = [
            Mapped(
                one,
                f" {'or' if one.match == 'any' else 'and'} ".join(map(_condition, one.properties)),
                held_roles(organization, one.roles),
            )
            for one in organization.role_mappings.values()
        ]
        return self._list(
            "settings",
            organization,
            mappings,
            lambda row: f"{row.mapping.name} {row.rule} {_words(row.roles)}",
            owner_can_sign_in=self._cloud.owner_can_sign_in(organization.id),
        )

    def member(self, organization_id: str, user_id: str) -> str:
        """Show one member, with forms for the roles."""
        membership = self._cloud.member(organization_id, user_id)
        organization = self._cloud.organization(organization_id)
        user = self._cloud.user(membership.user_id)
        return render_template(
            "console/member.html",
            organization=organization,
            user=user,
            membership=membership,
            roles=held_roles(organization, membership.roles),
            choices={kind: (ids, targets(organization, kind)) for kind, ids in KNOWN_ROLES.items()},
            owned=[one for one in _resources_of(organization) if user.email == self._owner(one)],
        )

    def _resources(self, page: str, organization: Organization, rows: Sequence[Deployment | Project]) -> str:
        people = sorted(self._cloud.user(user_id).email for user_id in organization.members)
        return self._list(
            page, organization, rows, lambda one: f"{one.name} {self._owner(one)}", people=people, owner=self._owner
        )

    def _owner(self, resource: Deployment | Project) -> str:
        """By the owner tag, else by who created it; empty when nobody is known."""
        if resource.owner_id is None or OWNER_TAG in resource.tags:
            return resource.tags.get(OWNER_TAG, "")
        return self._cloud.user(resource.owner_id).email

    @staticmethod
    def _list(
        page: str, organization: Organization, rows: Sequence[T], text: Callable[[T], str], **more: object
    ) -> str:
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


def _resources_of(organization: Organization) -> list[Deployment | Project]:
    return [*organization.deployments.values(), *organization.projects.values()]


def _condition(given: dict[str, str]) -> str:
    return " ".join(*given.items())


def _words(roles: list[HeldRole]) -> str:
    return " ".join(map(str, roles))
