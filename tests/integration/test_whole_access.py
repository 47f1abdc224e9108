"""Everything that decides who may do what, in one program: people, API keys, single sign-on and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from elastic_cloud_emulator.model import IdentityProvider
from pulumi_elastic_org.model.signing_certificates import read_certificate
from tests.integration.test_sign_on_resources import CERTIFICATE, SignInWatch, watch
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, make_stack, text

__all__ = ["watch"]  # a fixture

KEY = """ci = elastic.ApiKey("ci", description="pipeline", roles=["organization-admin"], expiration="90d", rotate_before="14d")\n"""
CLAIM = """elastic.DomainClaim("acme", domain="acme.example")\n"""
PROVIDER = f"""
PEM = {CERTIFICATE!r}
elastic.IdentityProvider(
    "acme",
    issuer="https://idp.acme.example",
    sso_url="https://idp.acme.example/sso",
    certificates=[PEM],
    login_identifier_prefix="acme",
)
"""
MAPPINGS = """
elastic.RoleMappings(
    "acme",
    mode="authoritative",
    mappings={
        "owners": {"any": [{"group": "platform"}], "roles": ["organization-admin"]},
        "soc": {"all": [{"group": "soc-*"}, {"email": "*@acme.example"}], "roles": ["security-t1-analyst on all"]},
    },
)
"""
SETTINGS = """
elastic.OrganizationSettings(
    "acme", billing_contacts=["pay@acme.example"], enforce_authentication_method="sso", break_glass_key=ci.key
)
"""
CONTACTS = """elastic.OrganizationSettings("acme", billing_contacts=["pay@acme.example"])\n"""
MEMBERS = {ADMIN: ["organization-admin"], SECOND_ADMIN: ["organization-admin"]}
ROSTER = f"""elastic.Roster("acme", members={MEMBERS!r}, mode="authoritative", keys_of_leavers="revoke")\n"""

ORGANIZATION = "GET /organizations/{organization_id}"
PEOPLE = (f"{ORGANIZATION}/members", f"{ORGANIZATION}/invitations")
EACH = {
    "ApiKey": (KEY, ("GET /users/auth/keys",)),
    "DomainClaim": (CLAIM, (f"{ORGANIZATION}/domains",)),
    "IdentityProvider": (PROVIDER, (f"{ORGANIZATION}/idp",)),
    "RoleMappings": (MAPPINGS, (f"{ORGANIZATION}/role_mappings",)),
    "OrganizationSettings": (CONTACTS, (ORGANIZATION,)),
    "Roster": (ROSTER, PEOPLE),
}


def test_one_program_sets_everything_up_and_takes_it_down(stack: Stack, acme: Acme, watch: SignInWatch) -> None:
    stack.program(KEY + CLAIM + PROVIDER + MAPPINGS + SETTINGS + ROSTER)
    preview = stack.preview()
    assert preview.succeeded, text(preview)
    said = text(stack.apply())
    organization = acme.cloud.organization(acme.id)
    assert organization.settings == {"billing_contacts": ["pay@acme.example"], "enforce_authentication_method": "sso"}
    [key] = [one for one in acme.cloud.keys.values() if one.description.startswith("pipeline ")]
    assert key.secret not in said

    acme.emulator.calls.reset()
    assert not stack.preview().has_changes
    assert acme.emulator.calls.counts() == {call: 1 for _, calls in EACH.values() for call in calls}

    refreshed = stack.refresh(preview_only=True)
    assert refreshed.succeeded, text(refreshed)
    assert not refreshed.has_changes
    destroyed = stack.destroy()
    assert destroyed.succeeded, text(destroyed)
    assert (organization.domains, organization.identity_provider, organization.role_mappings) == ([], None, {})
    assert key.secret not in acme.cloud.keys
    assert set(acme.people()) == set(MEMBERS)
    assert watch.lockouts == []


@pytest.mark.parametrize("kind", EACH)
def test_a_preview_without_changes_makes_one_call_for_a_kind_and_none_for_others(
    kind: str, acme: Acme, tmp_path: Path, watch: SignInWatch
) -> None:
    organization = acme.cloud.organization(acme.id)
    organization.domains.append("acme.example")
    signing = [read_certificate(CERTIFICATE).encoded]
    address = "https://idp.acme.example"
    organization.identity_provider = IdentityProvider(True, "acme", address, f"{address}/sso", signing)
    stack = make_stack(tmp_path, "embedded", acme)
    program, calls = EACH[kind]
    stack.program(program)
    stack.apply()
    acme.emulator.calls.reset()
    assert not stack.preview().has_changes
    assert acme.emulator.calls.counts() == dict.fromkeys(calls, 1)
    assert watch.lockouts == []
