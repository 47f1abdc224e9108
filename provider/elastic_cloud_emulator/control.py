"""The emulator's own controls over HTTP, for a program in another process; each does what a method of the emulator does.

They ask for no credentials, as the server listens on loopback only and pages of other sites are refused.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app
from pydantic import BaseModel, ValidationError

from .api import error_response
from .api.context import body, cloud
from .clock import format_instant, parse_duration
from .errors import InvalidData
from .faults import Fault
from .same_origin import refuse_other_sites
from .switches import Switches
from .validation import describe

if TYPE_CHECKING:
    from .server import Emulator

EMULATOR = "emulator"
"""Under which the application holds the emulator that it controls."""

Json = dict[str, Any]


class _Advance(BaseModel, extra="forbid"):
    duration: str


class _Person(BaseModel, extra="forbid"):
    organization: str
    email: str


class _Roles(_Person):
    roles: Json


class _SignOn(_Person):
    groups: list[str] = []


class _Tags(BaseModel, extra="forbid"):
    tags: dict[str, str]


class _TxtRecord(BaseModel, extra="forbid"):
    name: str
    value: str


blueprint = Blueprint("control", __name__, url_prefix="/_emulator")
blueprint.before_request(refuse_other_sites)


@blueprint.get("/")
def get_state() -> Json:
    """Tell the time, how much each organization holds, the switches and the faults still to come."""
    return {
        "now": format_instant(_emulator().clock.now()),
        "organizations": [
            {
                "id": organization.id,
                "name": organization.name,
                "members": len(organization.members),
                "invitations": len(organization.invitations),
                "deployments": len(organization.deployments),
                "projects": len(organization.projects),
            }
            for organization in cloud().organizations.values()
        ],
        "switches": _emulator().switches.model_dump(mode="json"),
        "faults": [fault.model_dump(mode="json") for fault in _emulator().faults],
    }


@blueprint.post("/clock/advance")
def advance_clock() -> Json:
    """Move the clock forward by a `duration` such as 73h."""
    _emulator().clock.advance(parse_duration(_Advance.model_validate(body()).duration))
    return {"now": format_instant(_emulator().clock.now())}


@blueprint.post("/accept")
def accept() -> Json:
    """Accept the invitation of a person, by `organization` and `email`."""
    person = _Person.model_validate(body())
    membership = cloud().accept(person.organization, person.email)
    return {"user_id": membership.user_id}


@blueprint.post("/leave")
def leave() -> Json:
    """End the membership of a person, by `organization` and `email`."""
    person = _Person.model_validate(body())
    cloud().leave(person.organization, person.email)
    return {}


@blueprint.post("/roles")
def set_roles() -> Json:
    """Replace the roles of a person, by `organization` and `email`, with `roles`."""
    change = _Roles.model_validate(body())
    cloud().set_roles(change.organization, change.email, change.roles)
    return {}


@blueprint.post("/sign-on")
def sign_on() -> Json:
    """Sign a person on through the identity provider, by `organization`, `email` and `groups`."""
    person = _SignOn.model_validate(body())
    membership = cloud().sign_on(person.organization, person.email, person.groups)
    return {"user_id": membership.user_id}


@blueprint.post("/deployments/<id>/tags")
def set_tags(id: str) -> Json:
    """Replace the `tags` of a deployment or a project."""
    cloud().set_tags(id, _Tags.model_validate(body()).tags)
    return {}


@blueprint.post("/txt-records")
def publish_txt_record() -> Json:
    """Publish a TXT record in the DNS, by its `name` and its `value`."""
    record = _TxtRecord.model_validate(body())
    cloud().publish_txt_record(record.name, record.value)
    return {}


@blueprint.post("/faults")
def add_fault() -> Json:
    """Add a fault, by the attributes of `Fault`."""
    _emulator().faults.add(Fault.model_validate(body()))
    return {}


@blueprint.delete("/faults")
def clear_faults() -> Json:
    """Remove all faults."""
    _emulator().faults.clear()
    return {}


@blueprint.post("/switches")
def set_switches() -> Json:
    """Set the switches that are named, all or none of them."""
    switches = _emulator().switches
    changed = Switches.model_validate(switches.model_dump() | body())
    for name in Switches.model_fields:
        setattr(switches, name, getattr(changed, name))
    return switches.model_dump(mode="json")


@blueprint.get("/calls")
def list_calls() -> Json:
    """Tell what was asked."""
    calls = [asdict(call) for call in _emulator().calls.all()]
    return {"calls": calls, "counts": dict(_emulator().calls.counts())}


@blueprint.delete("/calls")
def reset_calls() -> Json:
    """Forget what was asked."""
    _emulator().calls.reset()
    return {}


@blueprint.get("/outbox")
def list_messages() -> Json:
    """Tell what was sent."""
    return {
        "messages": [
            asdict(message) | {"sent_at": format_instant(message.sent_at)} for message in _emulator().outbox.messages
        ]
    }


@blueprint.errorhandler(ValueError)
def _refuse(error: ValueError) -> Response:
    return error_response(InvalidData(describe(error) if isinstance(error, ValidationError) else str(error)))


def _emulator() -> Emulator:
    return cast("Emulator", current_app.extensions[EMULATOR])
