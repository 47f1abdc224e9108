"""What the emulator answers to the calls of all recordings, in a recording of its own."""

from __future__ import annotations

from typing import Any

from elastic_cloud_emulator import ACME, Emulator
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.recording.document import Recording
from pulumi_elastic_org.recording.probes import PROBES, Probe
from pulumi_elastic_org.recording.recorder import Heard, Recorder

KEY, ORGANIZATION, MEMBER = "demo-admin-key", "2871506934", "3100000036"
DEPLOYMENT, PROJECT = "2165e4fa5bddb65a31f6a0c495c2fa37", "434990c8a25d2be94863561ae98bd682"

_MEMBERS = ("organizations", "{organization_id}", "members", MEMBER)
_ROLES = ("users", MEMBER, "role_assignments")
_EVERY_KIND = {
    "organization": [{"organization_id": ORGANIZATION, "role_id": "billing-admin"}],
    "deployment": [
        {"organization_id": ORGANIZATION, "role_id": "deployment-viewer", "all": True},
        {"organization_id": ORGANIZATION, "role_id": "deployment-editor", "all": False, "deployment_ids": [DEPLOYMENT]},
    ],
    "project": {
        kind: [
            {"organization_id": ORGANIZATION, "role_id": f"{kind}-viewer", "all": True},
            {"organization_id": ORGANIZATION, "role_id": f"{kind}-{role}", "all": False, "project_ids": [PROJECT]},
        ]
        for kind, role in (("elasticsearch", "developer"), ("observability", "editor"), ("security", "editor"))
    },
}
_VIEWER: dict[str, Any] = {
    "deployment": [{"organization_id": ORGANIZATION, "role_id": "deployment-viewer", "all": True}],
    "project": {},
}

BEFORE = (
    Probe(
        "settings changed",
        "PUT",
        ("organizations", "{organization_id}"),
        {
            "name": "acme test",
            "default_disk_usage_alerts_enabled": True,
            "billing_contacts": ["bills@acme.example", "ada@acme.example"],
            "notifications_allowed_email_domains": ["acme.example"],
            "operational_contacts": ["operations@acme.example"],
        },
    ),
    Probe(
        "person invited with roles of every kind",
        "POST",
        ("organizations", "{organization_id}", "invitations"),
        {"emails": ["new@acme.example"], "expires_in": "7d", "role_assignments": _EVERY_KIND},
    ),
    Probe("roles of every kind added", "POST", _ROLES, _EVERY_KIND, named={MEMBER: "{user_id}"}),
)
AFTER = (
    Probe("deployments searched", "POST", ("deployments", "_search"), {"size": 100}),
    Probe(
        "status of a project",
        "GET",
        ("serverless", "projects", "elasticsearch", PROJECT, "status"),
        named={PROJECT: "{id}"},
    ),
    Probe(
        "address that is none invited",
        "POST",
        ("organizations", "{organization_id}", "invitations"),
        {"emails": ["nobody"], "expires_in": "7d"},
    ),
    Probe("roles added", "POST", _ROLES, _VIEWER, named={MEMBER: "{user_id}"}),
    Probe("roles removed", "DELETE", _ROLES, _VIEWER, named={MEMBER: "{user_id}"}),
    Probe("member removed", "DELETE", _MEMBERS, named={MEMBER: "{user_ids}"}),
    Probe("former member removed", "DELETE", _MEMBERS, named={MEMBER: "{user_ids}"}),
)
"""What only published sources tell: nobody's own organization is asked for that."""


def emulated() -> Recording:
    """Returns the emulator's answers; a key that is another organization's sees that one alone."""
    heard = Heard()
    with Emulator(ACME) as emulator:
        session = Session(emulator.endpoint, KEY, transport=heard)
        recorder = Recorder(session, heard, ORGANIZATION, say=lambda _: None)
        recorder.play((*BEFORE, *PROBES, *AFTER))
    return recorder.recording()
