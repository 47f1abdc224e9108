"""Single sign-on as resources, through whole engines: set up in one update, whatever the program's order, and taken down again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elastic_cloud_emulator import Watcher
from elastic_cloud_emulator.model import RoleMapping
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org.model.single_sign_on import record_name
from tests.support.acme import ADMIN, Acme, Stack, text
from tests.support.certificates import certificate

DOMAIN = "acme.example"
BREAK_GLASS = "break-glass-key"
CERTIFICATE = certificate()
CLAIM = f"elastic.DomainClaim('acme', domain='{DOMAIN}')\n"
PROVIDER = (
    "elastic.IdentityProvider('acme', issuer='https://idp.acme.example', sso_url='https://idp.acme.example/sso', "
    f"certificates=[{CERTIFICATE!r}], login_identifier_prefix='acme')\n"
)
MAPPINGS = (
    "elastic.RoleMappings('acme', mode='authoritative', mappings={"
    "'owners': {'any': [{'group': 'platform'}], 'roles': ['organization-admin']}, "
    "'soc': {'all': [{'group': 'soc-*'}, {'email': '*@acme.example'}], 'roles': ['security-t1-analyst on all']}})\n"
)
SETTINGS = (
    "elastic.OrganizationSettings('acme', billing_contacts=['pay@acme.example'], enforce_authentication_method='sso', "
    f"break_glass_key={BREAK_GLASS!r})\n"
)
EVERYTHING = f"{SETTINGS}{MAPPINGS}{PROVIDER}{CLAIM}"
"""In the order in which it cannot be done."""


class SignInWatch(Watcher):
    """Notes every call after which nobody could sign in as an owner."""

    def __init__(self, acme: Acme) -> None:
        self._acme = acme
        self.lockouts: list[str] = []

    def worked(self, method: str, path: str) -> None:
        if not self._acme.cloud.owner_can_sign_in(self._acme.id):
            self.lockouts.append(f"{method} {path}")


@pytest.fixture
def watch(acme: Acme) -> SignInWatch:
    """With the domain's TXT record published, and a break-glass key."""
    acme.cloud.publish_txt_record(record_name(DOMAIN), acme.cloud.domain_code(acme.id, DOMAIN))
    ends = acme.emulator.clock.now() + timedelta(days=90)
    acme.cloud.add_key(ADMIN, BREAK_GLASS, organization=acme.id, expires_at=ends)
    watch = SignInWatch(acme)
    acme.emulator.watchers.append(watch)
    return watch


def writes(acme: Acme) -> list[str]:
    """What was written, without what every path begins with."""
    organization = "/organizations/{organization_id}"
    calls = acme.emulator.calls.all()
    return [f"{one.method} {one.route.removeprefix(organization)}" for one in calls if one.method != "GET"]


def test_role_mappings_of_several_resources_come_in_the_order_that_keeps_an_owner(
    stack: Stack, acme: Acme, watch: SignInWatch
) -> None:
    analysts = "elastic.RoleMappings('soc', mode='additive', mappings={'soc': 'group soc => billing-admin'})\n"
    owners = "elastic.RoleMappings('owners', mode='additive', mappings={'owners': 'group x => organization-admin'})\n"
    stack.program(f"{analysts}{owners}{PROVIDER}{CLAIM}")
    preview = stack.preview()
    assert preview.succeeded, text(preview)
    stack.apply()
    assert list(acme.cloud.organization(acme.id).role_mappings) == ["owners", "soc"]
    acme.emulator.calls.reset()
    assert not stack.preview().has_changes
    assert acme.emulator.calls.counts()["GET /organizations/{organization_id}/role_mappings"] == 1
    destroyed = stack.destroy()
    assert destroyed.succeeded, text(destroyed)
    assert watch.lockouts == []


def test_beside_mappings_an_identity_provider_is_enabled_where_the_program_has_one_that_makes_owners(
    stack: Stack, acme: Acme, watch: SignInWatch
) -> None:
    billing = RoleSet(parse_role_assignments({"organization": [{"role_id": "billing-admin"}]}, acme.id))
    mappings = acme.cloud.organization(acme.id).role_mappings
    mappings["by hand"] = RoleMapping("by hand", True, "any", [{"group": "x"}], billing)
    stack.program(PROVIDER + CLAIM)
    preview = stack.preview()
    assert not preview.succeeded
    assert "(by hand), so whoever signs on could lose it [owner-mapping]" in text(preview)
    assert writes(acme) == []
    stack.program(MAPPINGS + PROVIDER + CLAIM)
    preview = stack.preview()
    assert preview.succeeded, text(preview)
    stack.apply()
    assert sorted(acme.cloud.organization(acme.id).role_mappings) == ["owners", "soc"]
    assert not stack.preview().has_changes
    assert watch.lockouts == []


def test_everything_is_set_up_in_order_and_taken_down_in_the_reverse(
    stack: Stack, acme: Acme, watch: SignInWatch
) -> None:
    stack.program(EVERYTHING)
    preview = stack.preview()
    assert preview.succeeded, text(preview)
    assert writes(acme) == []
    result = stack.apply()
    organization = acme.cloud.organization(acme.id)
    assert writes(acme) == [
        "POST /domains/_generate_verification_code",
        "POST /domains/_verify",
        "PUT /idp",
        "POST /role_mappings",
        "POST /role_mappings",
        "PUT ",
        "PUT ",
    ]
    assert organization.settings == {"billing_contacts": ["pay@acme.example"], "enforce_authentication_method": "sso"}
    assert list(organization.role_mappings) == ["owners", "soc"]
    assert "elastic-org unlock" in text(result)
    assert BREAK_GLASS not in text(result)
    acme.emulator.calls.reset()
    assert not stack.preview().has_changes
    assert acme.emulator.calls.counts() == {
        "GET /organizations/{organization_id}/domains": 1,
        "GET /organizations/{organization_id}/idp": 1,
        "GET /organizations/{organization_id}/role_mappings": 1,
        "GET /organizations/{organization_id}": 1,
    }
    refreshed = stack.refresh(preview_only=True)
    assert refreshed.succeeded, text(refreshed)
    assert not refreshed.has_changes
    acme.emulator.calls.reset()
    destroyed = stack.destroy()
    assert destroyed.succeeded, text(destroyed)
    assert writes(acme) == [
        "PUT ",
        "PUT /idp",
        "DELETE /role_mappings/{role_names}",
        "DELETE /role_mappings/{role_names}",
        "DELETE /idp",
        "DELETE /domains",
    ]
    assert (organization.domains, organization.identity_provider, organization.role_mappings) == ([], None, {})
    assert organization.settings == {"billing_contacts": ["pay@acme.example"]}
    assert watch.lockouts == []
