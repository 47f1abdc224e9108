"""The console's forms. Each changes one thing, then leads back to a page that says what became of it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, flash, redirect, request, url_for

from elastic_cloud_emulator.api.context import cloud
from elastic_cloud_emulator.clock import parse_duration
from elastic_cloud_emulator.console.pages import OWNER_TAG, blueprint
from elastic_cloud_emulator.console.roles import held_roles, read_role
from elastic_cloud_emulator.model import Project
from elastic_cloud_emulator.roles import ALL, RoleSet


@blueprint.post("/clock")
def advance_clock() -> Response:
    """Move the clock forward by the `duration`."""
    cloud().clock.advance(parse_duration(request.form.get("duration", "").strip()))
    return _done(f"The clock says {instant_text(cloud().clock.now())}.")


@blueprint.post("/organizations/<organization_id>/invitations")
def invite(organization_id: str) -> Response:
    """Invite the `email` with a `role`, on everything."""
    organization = cloud().organization(organization_id)
    email, role = request.form.get("email", "").strip(), request.form.get("role", "")
    roles = RoleSet([read_role(organization, role)] if role else [])
    cloud().invite(organization.id, email, roles.to_json(organization.id))
    return _done(f"{email} is invited.")


@blueprint.post("/organizations/<organization_id>/invitations/<token>/accept")
def accept(organization_id: str, token: str) -> Response:
    """Accept an invitation, as its receiver would."""
    _, invitation = cloud().find_invitation(token)
    cloud().accept(organization_id, invitation.email)
    return _done(f"{invitation.email} accepted, and is a member.")


@blueprint.post("/organizations/<organization_id>/invitations/<token>/cancel")
def cancel(organization_id: str, token: str) -> Response:
    """Cancel an invitation."""
    _, invitation = cloud().find_invitation(token)
    cloud().cancel_invitations(organization_id, token)
    return _done(f"The invitation of {invitation.email} is cancelled.")


@blueprint.post("/organizations/<organization_id>/keys/<key_id>/delete")
def delete_key(organization_id: str, key_id: str) -> Response:
    """Delete an API key by hand."""
    for key in [*cloud().keys.values()]:
        if (key.organization_id, key.id) == (organization_id, key_id):
            cloud().remove_key(key)
    return _done("The API key is deleted.")


@blueprint.post("/organizations/<organization_id>/sign-on")
def sign_on(organization_id: str) -> Response:
    """Sign a person on through the identity provider, with the `groups` that it tells."""
    email = request.form.get("email", "").strip()
    groups = [one.strip() for one in request.form.get("groups", "").split(",") if one.strip()]
    cloud().sign_on(organization_id, email, groups)
    return _done(f"{email} has signed on; the role mappings have given the roles.")


@blueprint.post("/organizations/<organization_id>/members/<user_id>/roles/add")
def add_role(organization_id: str, user_id: str) -> Response:
    """Give a member a `role` on a `target`."""
    return _change_role(organization_id, user_id, remove=False)


@blueprint.post("/organizations/<organization_id>/members/<user_id>/roles/remove")
def remove_role(organization_id: str, user_id: str) -> Response:
    """Take a `role` on a `target` from a member."""
    return _change_role(organization_id, user_id, remove=True)


@blueprint.post("/organizations/<organization_id>/members/<user_id>/leave")
def leave(organization_id: str, user_id: str) -> Response:
    """End a membership."""
    user = cloud().user(user_id)
    cloud().leave(organization_id, user_id)
    return _done(f"{user.email} is no longer a member.", url_for("console.members", organization_id=organization_id))


@blueprint.post("/organizations/<organization_id>/resources/<resource_id>/owner")
def set_owner(organization_id: str, resource_id: str) -> Response:  # noqa: ARG001 - part of the path
    """Give a deployment or project another `owner`; an empty one takes the deployment's owner tag away."""
    resource, owner = cloud().resource(resource_id), request.form.get("owner", "").strip()
    if isinstance(resource, Project):
        cloud().set_owner(resource.id, owner)
    else:
        others = {key: value for key, value in resource.tags.items() if key != OWNER_TAG}
        cloud().set_tags(resource.id, others | ({OWNER_TAG: owner} if owner else {}))
    return _done(f"{resource.name}: owner {owner or 'by tag removed'}.")


@blueprint.post("/organizations/<organization_id>/resources/<resource_id>/delete")
def delete_resource(organization_id: str, resource_id: str) -> Response:  # noqa: ARG001 - part of the path
    """Delete a deployment or project."""
    name = cloud().resource(resource_id).name
    cloud().delete_resource(resource_id)
    return _done(f"{name} is deleted.")


def _change_role(organization_id: str, user_id: str, *, remove: bool) -> Response:
    membership = cloud().member(organization_id, user_id)
    organization = cloud().organization(organization_id)
    role = read_role(organization, request.form.get("role", ""), request.form.get("target") or ALL)
    before = held_roles(organization, membership.roles)
    (membership.roles.remove if remove else membership.roles.add)(role)
    if held_roles(organization, membership.roles) == before:
        return _done("Nothing changed: the role is held.")
    return _done(f"{role.role[1]} is {'removed' if remove else 'added'}.")


@blueprint.app_template_filter("instant")
def instant_text(instant: datetime) -> str:
    """Returns an instant as people read it."""
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def page_before() -> str:
    """Returns the page that the form was on: only ever one of this server."""
    before = urlsplit(request.referrer or "")
    return "/" + before.path.lstrip("/") + (f"?{before.query}" if before.query else "")


def lead_back(text: str, outcome: str, page: str) -> Response:
    """Returns the answer to a form: a page, and what it says at its top.

    Args:
        text: What became of the form.
        outcome: `done` or `error`.
        page: The path of the page.
    """
    flash(text, outcome)
    return redirect(page, code=303)  # type: ignore[return-value]


def _done(text: str, page: str = "") -> Response:
    return lead_back(text, "done", page or page_before())
