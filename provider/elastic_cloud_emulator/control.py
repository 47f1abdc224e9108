"""The emulator's own controls over HTTP, for a program in another process; each does what a method of the emulator does.

They ask for no credentials, as the server listens on loopback only and pages of other sites are refused.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, ValidationError

from .api import error_response
from .calls import Calls
from .clock import format_instant, parse_duration
from .cloud import Cloud
from .errors import InvalidData
from .faults import Fault, Faults
from .same_origin import refuse_other_sites
from .switches import Switches
from .validation import describe

CONTROL_PATH = "/_emulator"

Json = dict[str, Any]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Advance(_Request):
    duration: str


class _Person(_Request):
    organization: str
    email: str


class _Roles(_Person):
    roles: Json


class _SignOn(_Person):
    groups: list[str] = []


class _Tags(_Request):
    tags: dict[str, str]


class _TxtRecord(_Request):
    name: str
    value: str


class Control:
    """The views of the control API."""

    def __init__(self, cloud: Cloud, faults: Faults, calls: Calls) -> None:
        self._cloud = cloud
        self._faults = faults
        self._calls = calls

    def blueprint(self) -> Blueprint:
        """Return the routes, below `CONTROL_PATH`."""
        blueprint = Blueprint("control", __name__, url_prefix=CONTROL_PATH)
        routes: list[tuple[str, str, Callable[..., Json]]] = [
            ("GET", "/", self.get_state),
            ("POST", "/clock/advance", self.advance_clock),
            ("POST", "/accept", self.accept),
            ("POST", "/leave", self.leave),
            ("POST", "/roles", self.set_roles),
            ("POST", "/sign-on", self.sign_on),
            ("POST", "/deployments/<id>/tags", self.set_tags),
            ("POST", "/txt-records", self.publish_txt_record),
            ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/switches", self.set_switches),
            ("GET", "/calls", self.list_calls),
            ("DELETE", "/calls", self.reset_calls),
            ("GET", "/outbox", self.list_messages),
        ]
        for method, rule, view in routes:
            blueprint.add_url_rule(rule, endpoint=view.__name__, view_func=view, methods=[method])
        blueprint.before_request(refuse_other_sites)
        blueprint.register_error_handler(ValueError, _refuse)
        return blueprint

    def get_state(self) -> Json:
        """Tell the time, how much each organization holds, the switches and the faults still to come."""
        return {
            "now": format_instant(self._cloud.clock.now()),
            "organizations": [
                {
                    "id": organization.id,
                    "name": organization.name,
                    "members": len(organization.members),
                    "invitations": len(organization.invitations),
                    "deployments": len(organization.deployments),
                    "projects": len(organization.projects),
                }
                for organization in self._cloud.organizations.values()
            ],
            "switches": self._cloud.switches.model_dump(mode="json"),
            "faults": [fault.model_dump(mode="json") for fault in self._faults],
        }

    def advance_clock(self) -> Json:
        """Move the clock forward by a `duration` such as 73h."""
        self._cloud.clock.advance(parse_duration(_Advance.model_validate(_body()).duration))
        return {"now": format_instant(self._cloud.clock.now())}

    def accept(self) -> Json:
        """Accept the invitation of a person, by `organization` and `email`."""
        person = _Person.model_validate(_body())
        membership = self._cloud.accept(person.organization, person.email)
        return {"user_id": membership.user_id}

    def leave(self) -> Json:
        """End the membership of a person, by `organization` and `email`."""
        person = _Person.model_validate(_body())
        self._cloud.leave(person.organization, person.email)
        return {}

    def set_roles(self) -> Json:
        """Replace the roles of a person, by `organization` and `email`, with `roles`."""
        change = _Roles.model_validate(_body())
        self._cloud.set_roles(change.organization, change.email, change.roles)
        return {}

    def sign_on(self) -> Json:
        """Sign a person on through the identity provider, by `organization`, `email` and `groups`."""
        person = _SignOn.model_validate(_body())
        membership = self._cloud.sign_on(person.organization, person.email, person.groups)
        return {"user_id": membership.user_id}

    def set_tags(self, id: str) -> Json:
        """Replace the `tags` of a deployment or a project."""
        self._cloud.set_tags(id, _Tags.model_validate(_body()).tags)
        return {}

    def publish_txt_record(self) -> Json:
        """Publish a TXT record in the DNS, by its `name` and its `value`."""
        record = _TxtRecord.model_validate(_body())
        self._cloud.publish_txt_record(record.name, record.value)
        return {}

    def add_fault(self) -> Json:
        """Add a fault, by the attributes of `Fault`."""
        self._faults.add(Fault.model_validate(_body()))
        return {}

    def clear_faults(self) -> Json:
        """Remove all faults."""
        self._faults.clear()
        return {}

    def set_switches(self) -> Json:
        """Set the switches that are named, all or none of them."""
        switches = self._cloud.switches
        changed = Switches.model_validate(switches.model_dump() | _body())
        for name in Switches.model_fields:
            setattr(switches, name, getattr(changed, name))
        return switches.model_dump(mode="json")

    def list_calls(self) -> Json:
        """Tell what was asked."""
        calls = [{"method": call.method, "route": call.route, "status": call.status} for call in self._calls.all()]
        return {"calls": calls, "counts": dict(self._calls.counts())}

    def reset_calls(self) -> Json:
        """Forget what was asked."""
        self._calls.reset()
        return {}

    def list_messages(self) -> Json:
        """Tell what was sent."""
        return {
            "messages": [
                {
                    "to": message.to,
                    "organization": message.organization,
                    "sent_at": format_instant(message.sent_at),
                    "token": message.token,
                }
                for message in self._cloud.outbox.messages
            ]
        }


def _body() -> Json:
    document = request.get_json(silent=True, force=True)
    if not isinstance(document, dict):
        raise InvalidData("The request body is not a JSON object.")
    return document


def _refuse(error: ValueError) -> Response:
    return error_response(InvalidData(describe(error) if isinstance(error, ValidationError) else str(error)))
