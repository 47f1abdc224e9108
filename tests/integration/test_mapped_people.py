"""People whose roles a single sign-on gave by a role mapping: no drift, and nobody fights the mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from elastic_cloud_emulator.model import IdentityProvider
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

BOB, CY = "bob@acme.example", "cy@acme.example"
FILE = f"""\
mode: authoritative
targets: {{search: {{name: Search}}}}
members:
  {ADMIN}: [organization-admin]
  {SECOND_ADMIN}: [organization-admin]
  {BOB}: [deployment-viewer on search]
  {CY}: [billing-admin]
role_mappings:
  owners: {{any: [{{group: platform}}], roles: [organization-admin]}}
  search: {{any: [{{group: search}}], roles: [deployment-editor on search]}}
"""


@pytest.fixture
def signed_up(acme: Acme, stack: Stack) -> Acme:
    """With an identity provider, a roster file with role mappings applied, and nobody signed on yet."""
    organization = acme.cloud.organization(acme.id)
    organization.domains.append("acme.example")
    organization.identity_provider = IdentityProvider(True, "acme", "urn:idp", "https://idp.acme.example", ["Y2VydA=="])
    search = acme.cloud.add_deployment(acme.id, "Search").id
    viewer = [{"role_id": "deployment-viewer", "deployment_ids": [search]}]
    acme.join(BOB, deployment=viewer)
    acme.join(CY, organization=[{"role_id": "billing-admin"}])
    (Path(stack.directory) / "roster.yaml").write_text(FILE)
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
    stack.apply()
    return acme


def test_a_roster_file_s_mappings_are_made_with_targets_by_name(signed_up: Acme, stack: Stack) -> None:
    mappings = signed_up.cloud.organization(signed_up.id).role_mappings
    [search] = signed_up.cloud.organization(signed_up.id).deployments
    assert list(mappings) == ["owners", "search"]
    [assignment] = mappings["search"].roles.to_json(signed_up.id)["deployment"]
    assert assignment["deployment_ids"] == [search]
    signed_up.emulator.calls.reset()
    assert not stack.preview().has_changes
    listings = {route for route in signed_up.emulator.calls.counts() if "_search" in route or "projects" in route}
    assert {route: count for route, count in signed_up.emulator.calls.counts().items() if route not in listings} == {
        "GET /organizations/{organization_id}/members": 1,
        "GET /organizations/{organization_id}/invitations": 1,
        "GET /organizations/{organization_id}/role_mappings": 1,
    }


def test_roles_that_a_sign_on_gave_are_no_drift_and_are_left_alone(signed_up: Acme, stack: Stack) -> None:
    signed_up.cloud.sign_on(signed_up.id, BOB, ["search"])
    given = signed_up.people()[BOB]
    preview = stack.preview()
    assert not preview.has_changes, text(preview)
    assert not stack.refresh(preview_only=True).has_changes
    stack.apply()
    assert signed_up.people()[BOB] == given


def test_roles_that_no_mapping_explains_are_changed_back(signed_up: Acme, stack: Stack) -> None:
    signed_up.cloud.set_roles(signed_up.id, CY, {"organization": [{"role_id": "billing-admin"}], "deployment": []})
    signed_up.cloud.set_roles(signed_up.id, BOB, {"organization": [{"role_id": "billing-admin"}]})
    assert stack.preview().has_changes
    stack.apply()
    assert "deployment" in signed_up.people()[BOB]
