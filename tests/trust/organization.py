"""An organization of a hundred people, and a roster whose plan holds every kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle

from elastic_cloud_emulator import Cloud, Emulator
from pulumi_elastic_org.cloud.models import write_assignments
from pulumi_elastic_org.model.grants import NO_ROLES, parse_grants

ORGANIZATION = "2000000001"
KEY = "key-of-the-administrator"
MIN_ADMINS = 3

ROOT = "root@acme.example"
SECOND = "second@acme.example"
PROMOTED = "promoted@acme.example"
DEMOTED = "demoted@acme.example"

_ADMIN = "organization-admin"
_BILLING = "billing-admin"
_VIEWER = "deployment-viewer on all"
_EDITOR_A = "deployment-editor on d-a"
_EDITOR_AB = "deployment-editor on d-a, d-b"
_ANALYST = "security-t1-analyst on all"
_STEADY = (_VIEWER, _EDITOR_A, f"{_BILLING}; {_EDITOR_AB}", _ANALYST, NO_ROLES, f"{_BILLING}; {_VIEWER}")

Roster = Mapping[str, str]
"""Roles in text form by e-mail address."""


def _people(name: str, count: int, roles: str = NO_ROLES) -> dict[str, str]:
    return {f"{name}{number}@acme.example": roles for number in range(1, count + 1)}


STEADY: Roster = dict(zip(_people("steady", 60), cycle(_STEADY), strict=False))
OWNERS: Roster = _people("owner", 3, _VIEWER)
"""They own a deployment or a project, and stay."""
PENDING: Roster = _people("pending", 3, _VIEWER)
"""Their invitations are as they should be."""
LEAVING: Roster = _people("leaving", 4, _BILLING)
LAPSED: Roster = _people("lapsed", 3, _VIEWER) | _people("lapsed-editor", 1, _EDITOR_A)
"""Their invitations have expired and are sent again."""
WITHDRAWN: Roster = _people("withdrawn", 3, _VIEWER)
"""Their invitations are cancelled."""
NEWCOMERS: Roster = _people("new", 5, _VIEWER) | _people("new-editor", 2, _EDITOR_AB) | _people("new-admin", 1, _ADMIN)

REWRITTEN: Roster = _people("rewritten", 2, _VIEWER)
"""Their invitations are to say something else."""
_INVITED_AFTER: Roster = _people("rewritten", 2, _BILLING)

_CHANGED_BEFORE: Roster = {
    PROMOTED: _BILLING,
    DEMOTED: f"{_ADMIN}; {_VIEWER}",
    **_people("gains", 5, _VIEWER),
    **_people("loses", 5, f"{_BILLING}; {_EDITOR_AB}"),
    **_people("moves", 3, f"{_BILLING}; {_EDITOR_A}"),
    **_people("narrows", 2, f"{_BILLING}; deployment-editor on all"),
    **_people("widens", 2, f"{_EDITOR_AB}; {_ANALYST}"),
}
_CHANGED_AFTER: Roster = {
    PROMOTED: f"{_ADMIN}; {_BILLING}",
    DEMOTED: _VIEWER,
    **_people("gains", 5, f"{_BILLING}; {_VIEWER}"),
    **_people("loses", 5, _EDITOR_A),
    **_people("moves", 3, f"{_BILLING}; deployment-editor on d-c"),
    **_people("narrows", 2, f"{_BILLING}; {_EDITOR_AB}"),
    **_people("widens", 2, f"deployment-editor on all; {_ANALYST}"),
}
_ADMINS: Roster = {ROOT: _ADMIN, SECOND: _ADMIN}

MEMBERS: Roster = {**_ADMINS, **STEADY, **OWNERS, **LEAVING, **_CHANGED_BEFORE}
"""Who belongs to the organization before."""
INVITED: Roster = {**PENDING, **LAPSED, **WITHDRAWN, **REWRITTEN}
"""Who is invited before."""
BEFORE: Roster = {**MEMBERS, **INVITED}
"""The roster that was applied last."""
AFTER: Roster = {**_ADMINS, **STEADY, **OWNERS, **PENDING, **LAPSED, **NEWCOMERS, **_INVITED_AFTER, **_CHANGED_AFTER}
"""The roster that is applied."""


def found(emulator: Emulator) -> None:
    """Puts the organization into an empty emulator, as the last apply left it."""
    cloud = emulator.cloud
    cloud.add_organization("acme", id=ORGANIZATION)
    for email, roles in MEMBERS.items():
        cloud.add_member(ORGANIZATION, email, roles_json(roles), key=KEY if email == ROOT else None)
    for email, roles in INVITED.items():
        cloud.invite(ORGANIZATION, email, roles_json(roles))
    first, second, third = OWNERS
    cloud.add_deployment(ORGANIZATION, "search", id="d-a", owner=ROOT, tags={"owner": first})
    cloud.add_deployment(ORGANIZATION, "logs", id="d-b", owner=second)
    cloud.add_project(ORGANIZATION, "siem", "security", owner=third)
    cloud.add_deployment(ORGANIZATION, "unclaimed", id="d-c")
    emulator.outbox.messages.clear()


def let_invitations_lapse(cloud: Cloud) -> None:
    """Lets pass what time it takes, for the invitations that are to be sent again."""
    for email in LAPSED:
        if (invitation := cloud.invitation(ORGANIZATION, email)) is not None:
            invitation.created_at -= timedelta(days=4)
            invitation.expires_at -= timedelta(days=4)


def roles_json(text: str) -> Mapping[str, object]:
    """Returns roles in text form as the API writes them."""
    return write_assignments(parse_grants(text), ORGANIZATION)
