"""A small organization in which one update does everything that an update can do, and what must never come of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.cloud.models import read_assignments, write_assignments
from pulumi_elastic_org.dynamic.face import DynamicFace
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.grants import NO_ROLES, Grants, parse_grants
from pulumi_elastic_org.model.guard_settings import Guards, write_guards
from pulumi_elastic_org.model.people import write_accounts
from tests.inputs.altering import Proxy
from tests.support.scripted import FakeTime

ADMIN = "organization-admin"
VIEWER = "deployment-viewer on all"
ROOT, SECOND, ADA, BOB = "root@acme.example", "second@acme.example", "ada@acme.example", "bob@acme.example"
PENDING, REWRITTEN, LAPSED, NEW = "cy@acme.example", "di@acme.example", "eve@acme.example", "fay@acme.example"
LEAVER, WITHDRAWN = "gus@acme.example", "hal@acme.example"

MEMBERS = {ROOT: ADMIN, SECOND: ADMIN, ADA: VIEWER, BOB: f"{VIEWER}; billing-admin", LEAVER: "billing-admin"}
INVITED = {PENDING: VIEWER, REWRITTEN: "billing-admin", LAPSED: VIEWER, WITHDRAWN: VIEWER}
DECLARED = {
    ROOT: ADMIN,
    SECOND: ADMIN,
    ADA: VIEWER,
    BOB: f"{VIEWER}; security-t1-analyst on all",
    PENDING: VIEWER,
    REWRITTEN: VIEWER,
    LAPSED: VIEWER,
    NEW: VIEWER,
}


@dataclass(frozen=True)
class Acme:
    """The organization, fresh in a running emulator.

    Args:
        emulator: Where it lives.
        id: Its id.
        key: The key of its administrator.
        state: What the last update left of it.
    """

    emulator: Emulator
    id: str
    key: str
    state: Mapping[str, Any]

    @property
    def members(self) -> dict[str, Grants]:
        """What everybody holds, by e-mail address."""
        cloud = self.emulator.cloud
        with cloud.lock:
            found = cloud.organization(self.id).members.items()
            return {cloud.user(user_id).email: _grants(one.roles.to_json(self.id), self.id) for user_id, one in found}

    @property
    def invitations(self) -> list[tuple[str, Grants]]:
        """Whoever has an open invitation, and with which roles."""
        with self.emulator.cloud.lock:
            found = self.emulator.cloud.organization(self.id).invitations.values()
            return [(one.email, _grants(one.roles.to_json(self.id), self.id)) for one in found]

    def update(self, proxy: Proxy) -> tuple[str | None, str]:
        """Previews, then updates, each with a fresh look, as Pulumi's engine has the provider do.

        Returns:
            Why it was refused or failed, as a person reads it (``None`` where it was not), and what the provider said.
        """
        said = io.StringIO()
        news = self._inputs()
        with redirect_stdout(said):
            for applies in (False, True):
                if (why := self._phase(proxy, news, applies=applies)) is not None:
                    return why, said.getvalue()
        return None, said.getvalue()

    def _phase(self, proxy: Proxy, news: dict[str, Any], *, applies: bool) -> str | None:
        settings = Settings(self.key, proxy.endpoint, api_key_user=ROOT)
        roster = DynamicFace("Roster", Phase(lambda: settings, patience=FakeTime().patience(attempts=3)))
        try:
            checked = roster.check({"organization_id": self.id, "members": {}}, news)
            if checked.failures:
                return "\n".join(failure.reason for failure in checked.failures)
            roster.diff(self.id, dict(self.state), checked.inputs)
            if applies:
                roster.update(self.id, dict(self.state), checked.inputs)
        except (Failed, Refused) as error:
            return str(error)
        return None

    def _inputs(self) -> dict[str, Any]:
        return {
            "members": dict(DECLARED),
            "mode": "authoritative",
            "max_resends": 3,
            "expires_in": "72h",
            **write_guards(Guards(max_removals=2, min_admins=2)),
        }


def found(emulator: Emulator) -> Acme:
    """Puts a fresh organization into an emulator, in place of every other, as the last update left it."""
    cloud = emulator.cloud
    cloud.organizations.clear()
    id_ = cloud.add_organization("acme").id
    key = f"key-of-{id_}"
    for email, roles in MEMBERS.items():
        cloud.add_member(id_, email, _json(roles, id_), key=key if email == ROOT else None)
    for email, roles in INVITED.items():
        [invitation] = cloud.invite(id_, email, _json(roles, id_))
        if email == LAPSED:
            invitation.created_at -= timedelta(days=4)
            invitation.expires_at -= timedelta(days=4)
    cloud.add_deployment(id_, "search", owner=ROOT, tags={"owner": ADA})
    cloud.add_project(id_, "siem", "security", owner=LEAVER, phase="deleting")
    cloud.add_project(id_, "logs", "observability", owner=ROOT)
    emulator.outbox.messages.clear()
    emulator.calls.reset()
    applied = {**MEMBERS, **INVITED}
    accounts = {email: cloud.user(email).id for email in MEMBERS}
    return Acme(emulator, id_, key, {"applied": applied, "accounts": write_accounts(accounts)})


def harm(acme: Acme, before: Mapping[str, Grants]) -> Iterator[str]:
    """Yields what was done to people that nobody asked for.

    Args:
        acme: After an update that went well or not.
        before: What everybody held.
    """
    after = acme.members
    for email in before.keys() - after.keys() - {LEAVER}:
        yield f"{email} was removed"
    for email in after.keys() - before.keys():
        yield f"{email} was let in"
    for email, held in after.items():
        declared = parse_grants(DECLARED.get(email, NO_ROLES))
        had = before.get(email, frozenset())
        if surplus := held - had - declared:
            yield f"{email} was given {sorted(surplus)}"
        if missing := (had & declared) - held:
            yield f"{email} lost {sorted(missing)}"
    invited = acme.invitations
    for email, roles in invited:
        if roles != parse_grants(
            DECLARED.get(email) or INVITED[email] if email in {*DECLARED, *INVITED} else NO_ROLES
        ) and (email not in INVITED or roles != parse_grants(INVITED[email])):
            yield f"{email} was invited with other roles"
    for message in acme.emulator.outbox.messages:
        if message.to not in DECLARED or message.to in before:
            yield f"{message.to} was invited"
    for email in before.keys() & {email for email, _ in invited}:
        yield f"{email} is a member and was invited"
    if unknown := {call.route for call in acme.emulator.calls.all() if call.route == "unknown"}:
        yield f"calls to {sorted(unknown)}"


def _json(text: str, organization_id: str) -> Mapping[str, Any]:
    return write_assignments(parse_grants(text), organization_id)


def _grants(document: Any, organization_id: str) -> Grants:
    return read_assignments(document, organization_id)[0]
