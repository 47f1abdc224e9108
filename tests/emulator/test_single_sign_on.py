"""Settings of an organization, claimed domains, the identity provider and role mappings."""

from __future__ import annotations

from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.client import ACME, GLOBEX, Client

PATH = f"/organizations/{ACME}"
DOMAIN = {"domain_claim_request": "acme.example"}
PUBLISHED_FOR_404 = {
    ("DELETE", "/idp"): "org.idp.idp_not_configured",
    ("PUT", "/role_mappings/owners"): "org.role_mapping_rule.role_mapping_not_found",
}
IDP = {
    "enabled": True,
    "login_identifier_prefix": "acme",
    "saml_idp": {"issuer": "urn:idp", "sso_url": "https://idp.acme.example/sso", "public_certificate": ["Y2VydA=="]},
}
OWNERS = {
    "enabled": True,
    "name": "owners",
    "rule": {"any": [{"group": "owners"}, {"email": "*@acme.example"}]},
    "role_assignments": {"organization": [{"role_id": "organization-admin", "organization_id": ACME}]},
}


def put(client: Client, path: str, json: Any) -> Any:
    response = client.call("PUT", path, json)
    assert response.status_code == 200, response.text
    return response.json()


def claim(emulator: Emulator, client: Client, organization_id: str = ACME) -> None:
    path = f"/organizations/{organization_id}/domains"
    code = client.post(f"{path}/_generate_verification_code", DOMAIN)["verification"]
    emulator.cloud.publish_txt_record("_elastic_domain_challenge.acme.example", code)
    assert client.post(f"{path}/_verify", DOMAIN) == {}


def test_settings_are_changed_and_those_not_given_stay(admin: Client) -> None:
    put(admin, PATH, {"name": "Acme Inc", "operational_contacts": ["ops@acme.example"]})
    changed = {"id": ACME, "name": "Acme Inc", "operational_contacts": ["ops@acme.example"], "billing_contacts": []}
    assert put(admin, PATH, {"billing_contacts": []}) == changed
    assert admin.get(PATH) == changed


def test_single_sign_on_is_enforced_once_there_is_an_identity_provider_and_null_turns_it_off(
    emulator: Emulator, admin: Client
) -> None:
    assert admin.refused("PUT", PATH, {"enforce_authentication_method": "sso"})[0] == 400
    claim(emulator, admin)
    put(admin, f"{PATH}/idp", IDP)
    assert put(admin, PATH, {"enforce_authentication_method": "sso"})["enforce_authentication_method"] == "sso"
    assert "enforce_authentication_method" not in put(admin, PATH, {"enforce_authentication_method": None})


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"name": "A"}, (400, ["organization.invalid_name"])),
        ({"name": "A" * 31}, (400, ["organization.invalid_name"])),
        ({"enforce_authentication_method": "password"}, (400, ["root.invalid_data"])),
        ({"unknown": 1}, (400, ["root.invalid_data"])),
    ],
)
def test_settings_that_are_not_possible_are_refused(
    admin: Client, member: Client, body: dict[str, Any], refusal: tuple[int, list[str]]
) -> None:
    assert admin.refused("PUT", PATH, body) == refusal
    assert member.refused("PUT", PATH, {"name": "mine"}) == (403, ["organization.invalid_access"])


def test_a_domain_is_claimed_once_its_txt_record_is_published(emulator: Emulator, admin: Client) -> None:
    assert admin.call("POST", f"{PATH}/domains/_verify", DOMAIN).status_code == 449
    code = admin.post(f"{PATH}/domains/_generate_verification_code", DOMAIN)["verification"]
    assert admin.post(f"{PATH}/domains/_generate_verification_code", DOMAIN)["verification"] == code
    assert admin.call("POST", f"{PATH}/domains/_verify", DOMAIN).status_code == 449
    assert admin.get(f"{PATH}/domains") == {"domains": []}
    claim(emulator, admin)
    assert admin.get(f"{PATH}/domains") == {"domains": ["acme.example"]}
    assert admin.refused("POST", f"{PATH}/domains/_verify", DOMAIN) == (400, ["org.domain_claim.already_exists"])
    claim(emulator, Client(emulator, "key-of-globex"), GLOBEX)
    assert admin.delete(f"{PATH}/domains", DOMAIN) == {}
    assert admin.get(f"{PATH}/domains") == {"domains": []}


def test_an_identity_provider_needs_a_domain_and_holds_it(emulator: Emulator, admin: Client) -> None:
    not_configured = (404, ["org.idp.idp_not_configured"])
    assert admin.refused("PUT", f"{PATH}/idp", IDP) == (400, ["root.invalid_data"])
    assert admin.refused("GET", f"{PATH}/idp") == not_configured
    metadata = admin.call("GET", f"{PATH}/idp/metadata.xml")
    assert (metadata.status_code, metadata.headers["x-cloud-error-codes"]) == (404, "org.idp.idp_not_configured")
    assert metadata.headers["Content-Type"].startswith("application/xml")
    assert "<code>org.idp.idp_not_configured</code>" in metadata.text
    assert admin.refused("DELETE", f"{PATH}/idp") == not_configured
    claim(emulator, admin)
    answer = put(admin, f"{PATH}/idp", IDP)
    assert answer["configuration"] == IDP
    assert admin.get(f"{PATH}/idp") == answer
    metadata = admin.call("GET", f"{PATH}/idp/metadata.xml")
    assert metadata.headers["Content-Type"].startswith("application/xml")
    assert answer["acs"] in metadata.text
    assert admin.get(PATH)["sso_login_identifier"] == answer["login_identifier"]
    assert admin.refused("DELETE", f"{PATH}/domains", DOMAIN) == (400, ["org.idp.idp_configured"])
    admin.delete(f"{PATH}/idp")
    admin.delete(f"{PATH}/domains", DOMAIN)


@pytest.fixture
def signed_on(emulator: Emulator, admin: Client) -> Client:
    """An owner of an organization whose identity provider is enabled."""
    claim(emulator, admin)
    put(admin, f"{PATH}/idp", IDP)
    return admin


def test_role_mappings_need_an_enabled_identity_provider(signed_on: Client) -> None:
    path = f"{PATH}/role_mappings"
    put(signed_on, f"{PATH}/idp", {**IDP, "enabled": False})
    for method in ("POST", "PUT"):
        assert signed_on.refused(method, path, {"mappings": [OWNERS]}) == (400, ["root.invalid_data"])
    put(signed_on, f"{PATH}/idp", IDP)
    signed_on.post(path, {"mappings": [OWNERS]})
    signed_on.delete(f"{PATH}/idp")
    assert signed_on.delete(f"{path}/owners") == {"mappings": ["owners"]}


VIEWERS = {
    "enabled": True,
    "name": "viewers",
    "rule": {"all": [{"group": "view*"}, {"email": "*@acme.example"}]},
    "role_assignments": {"organization": [{"role_id": "billing-admin", "organization_id": ACME}]},
}


def test_who_signs_on_becomes_a_member_and_gets_the_roles_of_the_mappings_alone(
    emulator: Emulator, signed_on: Client
) -> None:
    emulator.cloud.set_roles(ACME, "32", {"deployment": [{"role_id": "deployment-viewer", "all": True}]})
    emulator.cloud.sign_on(ACME, "bob@acme.example")
    assert set(signed_on.members()["32"]["role_assignments"]) == {"deployment"}
    owners = {**OWNERS, "rule": {"any": [{"group": "owners"}]}}
    signed_on.post(
        f"{PATH}/role_mappings", {"mappings": [owners, VIEWERS, {**owners, "name": "off", "enabled": False}]}
    )
    emulator.cloud.sign_on(ACME, "Bob@acme.example", ["viewers"])
    assert signed_on.members()["32"]["role_assignments"] == VIEWERS["role_assignments"]
    both = emulator.cloud.sign_on(ACME, "new@acme.example", ["owners", "views"])
    roles = signed_on.members()[both.user_id]["role_assignments"]["organization"]
    assert [one["role_id"] for one in roles] == ["organization-admin", "billing-admin"]
    emulator.cloud.sign_on(ACME, "bob@acme.example", ["nothing"])
    assert signed_on.members()["32"]["role_assignments"] == {}


def test_who_is_of_no_claimed_domain_does_not_sign_on(emulator: Emulator, signed_on: Client) -> None:
    with pytest.raises(ValueError, match="cannot sign on"):
        emulator.cloud.sign_on(ACME, "gil@globex.example")
    put(signed_on, f"{PATH}/idp", {**IDP, "enabled": False})
    with pytest.raises(ValueError, match="cannot sign on"):
        emulator.cloud.sign_on(ACME, "bob@acme.example")


def test_an_owner_can_sign_in_as_long_as_one_way_is_open(emulator: Emulator, signed_on: Client) -> None:
    assert emulator.cloud.owner_can_sign_in(ACME)
    put(signed_on, PATH, {"enforce_authentication_method": "sso"})
    assert not emulator.cloud.owner_can_sign_in(ACME)
    signed_on.post(f"{PATH}/role_mappings", {"mappings": [OWNERS]})
    assert emulator.cloud.owner_can_sign_in(ACME)
    put(signed_on, f"{PATH}/idp", {**IDP, "enabled": False})
    assert not emulator.cloud.owner_can_sign_in(ACME)
    put(signed_on, PATH, {"enforce_authentication_method": None})
    assert emulator.cloud.owner_can_sign_in(ACME)
    put(signed_on, f"{PATH}/idp", IDP)
    emulator.cloud.set_roles(ACME, "31", {})
    assert emulator.cloud.owner_can_sign_in(ACME)
    emulator.cloud.delete_role_mappings(ACME)
    assert not emulator.cloud.owner_can_sign_in(ACME)


def test_role_mappings_are_added_replaced_and_deleted(signed_on: Client) -> None:
    admin = signed_on
    path = f"{PATH}/role_mappings"
    others = [{**OWNERS, "name": name} for name in ("a", "b", "c")]
    assert admin.post(path, {"mappings": [OWNERS, *others]}) == {}
    assert admin.get(path) == {"mappings": [OWNERS, *others]}
    changed = {**OWNERS, "enabled": False, "rule": {"all": [{"group": "*"}]}}
    put(admin, f"{path}/owners", {"mapping": changed})
    assert admin.delete(f"{path}/a,unknown,b") == {"mappings": ["a", "b"]}
    assert admin.get(path) == {"mappings": [changed, others[2]]}
    put(admin, path, {"mappings": [OWNERS]})
    assert admin.get(path) == {"mappings": [OWNERS]}
    assert admin.refused("PUT", f"{path}/b", {"mapping": others[1]}) == (
        404,
        ["org.role_mapping_rule.role_mapping_not_found"],
    )
    assert admin.delete(path) == {}
    assert admin.get(path) == {"mappings": []}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({}, "empty_rule"),
        ({"any": []}, "empty_rule"),
        ({"any": [{}]}, "empty_rule"),
        ({"any": [{"group": "x"}], "all": [{"group": "x"}]}, "ambiguous_rule"),
        ({"any": [{"group": "x", "email": "a@x.io"}]}, "ambiguous_rule"),
        ({"except": []}, "syntax_error"),
        ({"any": "x"}, "syntax_error"),
        ({"any": [{"group": 1}]}, "syntax_error"),
        ({"any": [{"any": []}]}, "syntax_error"),
        ([], "syntax_error"),
        ({"any": [{"email": "nobody"}]}, "email_syntax_error"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_with_the_whole_request(signed_on: Client, rule: Any, code: str) -> None:
    admin = signed_on
    path = f"{PATH}/role_mappings"
    refusal = (400, [f"org.role_mapping_rule.{code}"])
    for method in ("POST", "PUT"):
        assert admin.refused(method, path, {"mappings": [OWNERS, {**OWNERS, "name": "x", "rule": rule}]}) == refusal
    single = admin.refused("PUT", f"{path}/owners", {"mapping": {**OWNERS, "rule": rule}})
    assert single == (refusal if code == "ambiguous_rule" else (400, ["root.invalid_data"]))
    assert admin.get(path) == {"mappings": []}


def test_role_mappings_are_not_too_many_and_have_names_of_their_own(signed_on: Client) -> None:
    admin = signed_on
    path = f"{PATH}/role_mappings"
    many = [{**OWNERS, "name": f"{number}"} for number in range(101)]
    assert admin.refused("POST", path, {"mappings": many}) == (
        400,
        ["org.role_mapping_rule.too_many_role_mappings"],
    )
    assert admin.refused("POST", path, {"mappings": [OWNERS, OWNERS]}) == (400, ["root.invalid_data"])
    assert admin.refused("POST", path, {"mappings": {}}) == (400, ["root.invalid_data"])
    assert admin.refused("POST", path, {"mappings": [{"name": "x"}]}) == (400, ["root.invalid_data"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/domains/_generate_verification_code"),
        ("POST", "/domains/_verify"),
        ("DELETE", "/domains"),
        ("PUT", "/idp"),
        ("DELETE", "/idp"),
        ("POST", "/role_mappings"),
        ("PUT", "/role_mappings"),
        ("DELETE", "/role_mappings"),
        ("PUT", "/role_mappings/owners"),
        ("DELETE", "/role_mappings/owners"),
    ],
)
def test_only_an_owner_changes_single_sign_on(admin: Client, member: Client, method: str, path: str) -> None:
    assert member.refused(method, PATH + path, {}) == (403, ["root.invalid_authentication"])
    code = PUBLISHED_FOR_404.get((method, path), "organization.not_found")
    assert admin.refused(method, f"/organizations/1{path}", {}) == (404, [code])


def test_pending_invitations_are_not_too_many_and_ended_ones_do_not_count(emulator: Emulator, admin: Client) -> None:
    emulator.switches.most_pending_invitations = 1
    path = f"{PATH}/invitations"
    refusal = (400, ["organization.invitations_pending_limit_exceeded"])
    assert admin.refused("POST", path, {"emails": ["cy@acme.example", "di@acme.example"]}) == refusal
    admin.post(path, {"emails": ["cy@acme.example"]})
    admin.post(path, {"emails": ["cy@acme.example"]})
    assert admin.refused("POST", path, {"emails": ["di@acme.example"]}) == refusal
    assert set(admin.invitations()) == {"cy@acme.example"}
