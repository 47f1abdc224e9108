"""Every call that the client makes and every answer that the emulator gives, once, against the example organization."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import requests

from elastic_cloud_emulator import ACME, Emulator, Watcher
from pulumi_elastic_org.cloud.bills import bills, costs
from pulumi_elastic_org.cloud.deployments import deployments
from pulumi_elastic_org.cloud.domains import claim_domain, claimed_domains, release_domain, verification_code
from pulumi_elastic_org.cloud.hosted import find_deployment, keystore_names, remove_secrets, set_secrets, shut_down
from pulumi_elastic_org.cloud.identity_providers import (
    read_identity_provider,
    remove_identity_provider,
    service_provider_metadata,
    set_identity_provider,
)
from pulumi_elastic_org.cloud.invitations import accept_invitation, find_invitation
from pulumi_elastic_org.cloud.keys import create_key, delete_key, possible_users, read_keys
from pulumi_elastic_org.cloud.organization_settings import change_settings, end_enforcement, read_settings
from pulumi_elastic_org.cloud.organizations import Organizations, find_member
from pulumi_elastic_org.cloud.projects import has_project, is_active, projects
from pulumi_elastic_org.cloud.resources import hand_over
from pulumi_elastic_org.cloud.role_mappings import (
    add_role_mappings,
    change_role_mapping,
    delete_role_mapping,
    read_role_mappings,
)
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.role_mappings import parse_mapping
from pulumi_elastic_org.model.single_sign_on import IdentityProvider, record_name
from pulumi_elastic_org.recording.probes import PROBES
from pulumi_elastic_org.recording.recorder import Heard, Recorder
from tests.contract.observer import Observer
from tests.contract.operations import BASE

ADMIN, BILLING, INVITED = "demo-admin-key", "demo-billing-key", "demo-invited-key"
ORGANIZATION, ANOTHER = "2871506934", "2871507001"
MEMBER, STRANGER = "3100000036", "3100001002"
DEPLOYMENT = "2165e4fa5bddb65a31f6a0c495c2fa37"
FIRST_PAGE = "WyIiLCAiIl0="
PENDING, ACCEPTING = "bjarne.holt@acme.example", "rosa.delacroix@acme.example"

_INVITATIONS = f"/organizations/{ORGANIZATION}/invitations"
_ROLES = f"/users/{MEMBER}/role_assignments"
_KEYS = "/users/auth/keys"

_SETTINGS = f"/organizations/{ORGANIZATION}"
_DOMAINS, _IDP, _MAPPINGS = f"{_SETTINGS}/domains", f"{_SETTINGS}/idp", f"{_SETTINGS}/role_mappings"
_CLAIM = {"domain_claim_request": "acme.example"}
_CONFIGURATION = {
    "enabled": True,
    "login_identifier_prefix": "acme",
    "saml_idp": {"issuer": "urn:idp", "sso_url": "https://idp.acme.example/sso", "public_certificate": ["Y2VydA=="]},
}
_MAPPING = {
    "enabled": True,
    "name": "owners",
    "rule": {"any": [{"group": "owners"}]},
    "role_assignments": {"organization": [{"role_id": "organization-admin", "organization_id": ORGANIZATION}]},
}
_AMBIGUOUS = {**_MAPPING, "rule": {"any": [{"group": "owners", "email": "ada@acme.example"}]}}

SINGLE_SIGN_ON_REFUSED: tuple[tuple[str, str, str, Any], ...] = (
    (ADMIN, "PUT", _SETTINGS, {"name": "A"}),
    ("unknown", "PUT", _SETTINGS, {}),
    (BILLING, "PUT", _SETTINGS, {}),
    (ADMIN, "PUT", "/organizations/1", {}),
    (ADMIN, "GET", "/organizations/1/domains", None),
    (ADMIN, "DELETE", "/organizations/1/domains", _CLAIM),
    (ADMIN, "POST", "/organizations/1/domains/_generate_verification_code", _CLAIM),
    (ADMIN, "POST", "/organizations/1/domains/_verify", _CLAIM),
    (ADMIN, "POST", f"{_DOMAINS}/_verify", _CLAIM),
    (ADMIN, "GET", _IDP, None),
    (ADMIN, "DELETE", _IDP, None),
    (ADMIN, "GET", f"{_IDP}/metadata.xml", None),
    (ADMIN, "PUT", "/organizations/1/idp", _CONFIGURATION),
    (ADMIN, "GET", "/organizations/1/role_mappings", None),
    (ADMIN, "POST", "/organizations/1/role_mappings", {"mappings": []}),
    (ADMIN, "PUT", "/organizations/1/role_mappings", {"mappings": []}),
    (ADMIN, "DELETE", "/organizations/1/role_mappings", None),
    (ADMIN, "DELETE", "/organizations/1/role_mappings/owners", None),
    (ADMIN, "POST", _MAPPINGS, {"mappings": [_AMBIGUOUS]}),
    (ADMIN, "PUT", _MAPPINGS, {"mappings": [_AMBIGUOUS]}),
    (ADMIN, "PUT", f"{_MAPPINGS}/owners", {"mapping": _AMBIGUOUS}),
    (ADMIN, "PUT", f"{_MAPPINGS}/owners", {"mapping": _MAPPING}),
)
"""Calls about single sign-on that are refused before any of it is set, or, as a claim of a domain, have to wait."""

REFUSED: tuple[tuple[str, str, str, Any], ...] = (
    ("unknown", "GET", "/organizations", None),
    (ADMIN, "GET", "/organizations/1", None),
    (ADMIN, "GET", f"/organizations/{ANOTHER}", None),
    ("unknown", "GET", f"/organizations/{ORGANIZATION}", None),
    (ADMIN, "GET", "/organizations/1/members", None),
    (ADMIN, "DELETE", f"/organizations/{ORGANIZATION}/members/1", None),
    (ADMIN, "DELETE", f"/organizations/{ORGANIZATION}/members/{STRANGER}", None),
    (BILLING, "DELETE", f"/organizations/{ORGANIZATION}/members/{MEMBER}", None),
    (ADMIN, "GET", "/organizations/1/invitations", None),
    (ADMIN, "POST", _INVITATIONS, {"emails": ["nobody"]}),
    (ADMIN, "POST", _INVITATIONS, {"emails": ["ming.zhao@acme.example"]}),
    (ADMIN, "POST", "/organizations/1/invitations", {"emails": ["new@acme.example"]}),
    (BILLING, "POST", _INVITATIONS, {"emails": ["new@acme.example"]}),
    (ADMIN, "DELETE", f"{_INVITATIONS}/unknown", None),
    (ADMIN, "DELETE", f"{_INVITATIONS}/,", None),
    (ADMIN, "GET", "/organizations/invitations/unknown", None),
    (ADMIN, "POST", "/organizations/invitations/unknown/_accept", None),
    (ADMIN, "POST", "/users/1/role_assignments", {}),
    (ADMIN, "DELETE", "/users/1/role_assignments", {}),
    (BILLING, "POST", _ROLES, {}),
    (BILLING, "DELETE", _ROLES, {}),
    ("unknown", "POST", _ROLES, {}),
    ("unknown", "DELETE", _ROLES, {}),
    (ADMIN, "GET", f"{_KEYS}/unknown", None),
    (ADMIN, "DELETE", f"{_KEYS}/unknown", None),
    (ADMIN, "POST", _KEYS, {}),
    (BILLING, "POST", _KEYS, {"description": "new"}),
    ("unknown", "GET", _KEYS, None),
    ("unknown", "GET", "/deployments", None),
    ("unknown", "GET", "/deployments/unknown", None),
    (ADMIN, "GET", "/deployments/unknown", None),
    (ADMIN, "POST", "/deployments/unknown/_shutdown", None),
    ("unknown", "POST", "/deployments/unknown/_shutdown", None),
    (ADMIN, "PUT", "/deployments/unknown", {"prune_orphans": False}),
    ("unknown", "PUT", "/deployments/unknown", {"prune_orphans": False}),
    (ADMIN, "GET", "/deployments/unknown/elasticsearch/_main/keystore", None),
    (ADMIN, "PATCH", "/deployments/unknown/elasticsearch/_main/keystore", {"secrets": {}}),
    *(
        ("unknown", "GET", f"/serverless/projects/{kind}", None)
        for kind in ("elasticsearch", "observability", "security")
    ),
    *(
        (ADMIN, "GET", f"/serverless/projects/{kind}/unknown{end}", None)
        for kind in ("elasticsearch", "observability", "security")
        for end in ("", "/status")
    ),
    *(
        (ADMIN, "PATCH", f"/serverless/projects/{kind}/unknown", {})
        for kind in ("elasticsearch", "observability", "security")
    ),
    (ADMIN, "GET", f"/billing/costs/{ORGANIZATION}?from=soon", None),
    (ADMIN, "GET", f"/billing/costs/{ANOTHER}", None),
    (ADMIN, "GET", "/billing/costs/1", None),
    (ADMIN, "GET", "/billing/organization/1/history", None),
    *(
        refused
        for part in ("charts", "deployments", "items", "deployments/unknown/charts", "deployments/unknown/items")
        for refused in (
            (ADMIN, "GET", f"/billing/costs/{ORGANIZATION}/{part}?from=soon", None),
            (ADMIN, "GET", f"/billing/costs/{ANOTHER}/{part}", None),
            (ADMIN, "GET", f"/billing/costs/1/{part}", None),
        )
    ),
    (ADMIN, "GET", f"/billing/costs/{ORGANIZATION}/deployments/unknown/items", None),
    *SINGLE_SIGN_ON_REFUSED,
)
"""Calls that are refused: with which key, the method, the path and the body."""

ANSWERED: tuple[tuple[str, str, Any], ...] = (
    ("GET", f"/organizations/{ORGANIZATION}", None),
    ("GET", "/deployments", None),
    ("GET", f"/billing/organization/{ORGANIZATION}/history", None),
    ("DELETE", _KEYS, {"keys": []}),
    ("GET", f"{_KEYS}?next_page={FIRST_PAGE}", None),
    *(("GET", f"/billing/costs/{ORGANIZATION}/{part}", None) for part in ("charts", "deployments", "items")),
    *(
        ("GET", f"/billing/costs/{ORGANIZATION}/deployments/{DEPLOYMENT}/{part}", None)
        for part in ("charts?bucketing_strategy=monthly", "items")
    ),
)
"""Calls that the client does not make and that succeed with the administrator's key: the method, the path and the body."""


def play(*watchers: Watcher) -> Observer:
    """Returns what was seen while everything was said once.

    Args:
        watchers: Who else is told of every call; they may change what the client gets.
    """
    observer = Observer()
    with Emulator(ACME) as emulator:
        emulator.watchers += (observer, *watchers)
        _refuse(emulator)
        _answer(emulator)
        _use_the_client(emulator)
    return observer


def _refuse(emulator: Emulator) -> None:
    for key, method, path, body in REFUSED:
        assert _call(emulator, key, method, path, body).status_code >= 400
    emulator.switches.refresh_pending_invitations = False
    assert _call(emulator, ADMIN, "POST", _INVITATIONS, {"emails": [PENDING]}).status_code == 400
    emulator.switches.refresh_pending_invitations = True
    emulator.switches.most_pending_invitations = 0
    assert _call(emulator, ADMIN, "POST", _INVITATIONS, {"emails": ["new@acme.example"]}).status_code == 400
    emulator.switches.most_pending_invitations = None
    emulator.switches.one_organization_per_user = True
    [elsewhere] = emulator.cloud.invite(ANOTHER, emulator.cloud.users[emulator.cloud.keys[ADMIN].user_id].email)
    to_somebody_else = emulator.cloud.invitation(ORGANIZATION, PENDING)
    assert to_somebody_else is not None
    for token, status in ((elsewhere.token, 400), (to_somebody_else.token, 403)):
        assert _call(emulator, ADMIN, "POST", f"/organizations/invitations/{token}/_accept", None).status_code == status
    emulator.switches.one_organization_per_user = False


def _answer(emulator: Emulator) -> None:
    for project in emulator.cloud.organization(ORGANIZATION).projects.values():
        found = _call(emulator, ADMIN, "GET", f"/serverless/projects/{project.type}/{project.id}", None)
        assert found.status_code == 200
    _set_up_single_sign_on(emulator)
    for method, path, body in ANSWERED:
        assert _call(emulator, ADMIN, method, path, body).status_code == 200
    made = _call(emulator, ADMIN, "POST", _KEYS, {"description": "new", "expiration": "3h"}).json()["id"]
    for method in ("GET", "DELETE"):
        assert _call(emulator, ADMIN, method, f"{_KEYS}/{made}", None).status_code == 200


def _set_up_single_sign_on(emulator: Emulator) -> None:
    code = _succeed(emulator, "POST", f"{_DOMAINS}/_generate_verification_code", _CLAIM).json()["verification"]
    emulator.cloud.publish_txt_record("_elastic_domain_challenge.acme.example", code)
    _succeed(emulator, "POST", f"{_DOMAINS}/_verify", _CLAIM)
    assert _call(emulator, ADMIN, "POST", f"{_DOMAINS}/_verify", _CLAIM).status_code == 400
    _succeed(emulator, "PUT", _IDP, _CONFIGURATION)
    assert _call(emulator, ADMIN, "DELETE", _DOMAINS, _CLAIM).status_code == 400
    for method, path, body in (
        ("GET", _DOMAINS, None),
        ("GET", _IDP, None),
        ("GET", f"{_IDP}/metadata.xml", None),
        ("PUT", _SETTINGS, {"enforce_authentication_method": "sso"}),
        ("PUT", _SETTINGS, {"enforce_authentication_method": None}),
        ("POST", _MAPPINGS, {"mappings": [_MAPPING]}),
        ("GET", _MAPPINGS, None),
        ("PUT", f"{_MAPPINGS}/owners", {"mapping": _MAPPING}),
        ("DELETE", f"{_MAPPINGS}/owners", None),
        ("PUT", _MAPPINGS, {"mappings": [_MAPPING]}),
        ("DELETE", _MAPPINGS, None),
        ("DELETE", _IDP, None),
        ("DELETE", _DOMAINS, _CLAIM),
    ):
        _succeed(emulator, method, path, body)


def _use_the_client(emulator: Emulator) -> None:
    session = Session(emulator.endpoint, ADMIN)
    organizations = Organizations(session)
    assert possible_users(session)
    created = create_key(session, ORGANIZATION, "pipeline", parse_grants("organization-admin"), "30d")
    assert created.key in read_keys(session, ORGANIZATION)
    delete_key(session, created.key.id)
    assert organizations.find_id() == ORGANIZATION
    grants = parse_grants("deployment-viewer on all; billing-admin")
    organizations.invite(ORGANIZATION, ["new@acme.example"], grants)
    read = organizations.read(ORGANIZATION)
    assert "new@acme.example" in {one.email for one in read.invitations}
    tokens = {one.email: one.token for one in read.invitations}
    organizations.cancel(ORGANIZATION, [tokens[PENDING]])
    organizations.add_grants(ORGANIZATION, MEMBER, grants)
    organizations.remove_grants(ORGANIZATION, MEMBER, grants)
    organizations.remove(ORGANIZATION, [MEMBER])
    invited = Session(emulator.endpoint, INVITED)
    assert find_invitation(invited, tokens[ACCEPTING]) is not None
    accept_invitation(invited, tokens[ACCEPTING])
    _look_at_resources(session)
    _set_up_and_take_down(emulator, session)
    heard = Heard()
    Recorder(Session(emulator.endpoint, ADMIN, transport=heard), heard, ORGANIZATION, say=lambda _: None).play(PROBES)


def _look_at_resources(session: Session) -> None:
    found = deployments(session, ORGANIZATION, "owner")[0]
    assert find_deployment(session, found.id).running
    owner = find_member(Organizations(session).read(ORGANIZATION).members, "marta.lindqvist@acme.example")
    assert owner is not None
    hand_over(session, found, "owner", ["nobody"], owner)
    set_secrets(session, found.id, {"s3.client.default.access_key": "a", "gcs.client.default.credentials_file": "{}"})
    assert keystore_names(session, found.id)
    remove_secrets(session, found.id, keystore_names(session, found.id))
    shut_down(session, found.id)
    for kind in ("elasticsearch", "observability", "security"):
        for project in projects(session, ORGANIZATION, kind, "owner"):
            assert is_active(session, kind, project.id) is not None
            hand_over(session, project, "owner", ["nobody"], owner)
            assert has_project(session, ORGANIZATION, kind, project.id)
    now = datetime.now(timezone.utc)
    costs(session, ORGANIZATION, now - timedelta(days=30), now)
    assert bills(session, ORGANIZATION, now).invoices is not None


def _set_up_and_take_down(emulator: Emulator, session: Session) -> None:
    emulator.cloud.publish_txt_record(
        record_name("acme.example"), verification_code(session, ORGANIZATION, "acme.example")
    )
    assert claim_domain(session, ORGANIZATION, "acme.example")
    assert claimed_domains(session, ORGANIZATION)
    provider = IdentityProvider("urn:idp", "https://idp.acme.example/sso", (), "acme")
    assert read_identity_provider(session, ORGANIZATION) is None
    set_identity_provider(session, ORGANIZATION, provider)
    assert service_provider_metadata(session, ORGANIZATION)
    owners = parse_mapping("owners", "group platform => organization-admin")
    add_role_mappings(session, ORGANIZATION, [owners])
    change_role_mapping(session, ORGANIZATION, owners)
    assert [one.name for one in read_role_mappings(session, ORGANIZATION)] == ["owners"]
    change_settings(
        session, ORGANIZATION, read_settings(session, ORGANIZATION), {"enforce_authentication_method": "sso"}
    )
    end_enforcement(session, ORGANIZATION)
    delete_role_mapping(session, ORGANIZATION, "owners")
    remove_identity_provider(session, ORGANIZATION)
    release_domain(session, ORGANIZATION, "acme.example")


def _succeed(emulator: Emulator, method: str, path: str, body: Any) -> requests.Response:
    response = _call(emulator, ADMIN, method, path, body)
    assert response.status_code in (200, 201), response.text
    return response


def _call(emulator: Emulator, key: str, method: str, path: str, body: Any) -> requests.Response:
    headers = {"Authorization": f"ApiKey {key}"}
    return requests.request(method, f"{emulator.endpoint}{BASE}{path}", json=body, headers=headers, timeout=10)
