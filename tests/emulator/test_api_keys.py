"""Whose key it is, how long it lives, and what it may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.acme import OWNER
from tests.support.client import ACME, MEMBER_KEY, Client

PATH = "/users/auth/keys"


def test_an_owner_sees_the_keys_of_the_whole_organization_without_their_secrets(admin: Client) -> None:
    keys = admin.get(PATH)["keys"]
    assert {(key["user_id"], key["organization_id"]) for key in keys} == {("31", ACME), ("32", ACME)}
    for key in keys:
        assert "key" not in key
        assert admin.get(f"{PATH}/{key['id']}") == key


def test_a_member_sees_their_own_keys_only(admin: Client, member: Client) -> None:
    [own] = member.get(PATH)["keys"]
    [other] = [key for key in admin.get(PATH)["keys"] if key != own]
    assert own["user_id"] == "32"
    assert member.refused("GET", f"{PATH}/{other['id']}") == (404, ["api_keys.key_not_found"])
    assert member.refused("DELETE", f"{PATH}/{other['id']}") == (404, ["api_keys.key_not_found"])
    assert member.delete(PATH, {"keys": [other["id"]]}) == {}
    assert len(admin.get(PATH)["keys"]) == 2


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_next_page_leads_through_all_keys_also_when_one_goes_meanwhile(
    emulator: Emulator, admin: Client, size: int
) -> None:
    emulator.switches.key_page_size = size
    for number in range(2):
        emulator.cloud.add_key("32", organization=ACME, description=f"{number}")
    answer = admin.get(PATH)
    found = answer["keys"]
    for_another = emulator.cloud.keys[MEMBER_KEY]
    emulator.cloud.remove_key(for_another)
    while "next_page" in answer:
        answer = admin.get(f"{PATH}?next_page={answer['next_page']}")
        found += answer["keys"]
    others = [key["id"] for key in found if key["id"] != for_another.id]
    assert sorted(others) == sorted(key["id"] for key in admin.get(PATH)["keys"]) or size < 3
    assert len(others) == len(set(others)) == 3


def test_a_page_that_no_list_announced_is_refused(admin: Client) -> None:
    assert admin.refused("GET", f"{PATH}?next_page=2") == (400, ["api_keys.invalid_input"])


def test_only_an_owner_makes_keys(member: Client) -> None:
    assert member.refused("POST", PATH, {"description": "x"}) == (403, ["root.invalid_authentication"])


def test_a_personal_key_follows_its_user_into_an_organization(emulator: Emulator) -> None:
    emulator.cloud.add_user("cy@acme.example", key="key-of-cy")
    cy = Client(emulator, "key-of-cy")
    assert cy.get("/organizations") == {"organizations": []}
    assert "organization_id" not in cy.get(PATH)["keys"][0]
    emulator.cloud.add_member(ACME, "cy@acme.example", OWNER)
    assert cy.get(PATH)["keys"][0]["organization_id"] == ACME
    assert cy.members()


def test_a_created_key_works_until_it_expires(emulator: Emulator, admin: Client) -> None:
    created = admin.post(PATH, {"description": "for a while", "expiration": "3h"})
    client = Client(emulator, created["key"])
    for path in ("/organizations", "/organizations/unknown", "/users/auth/keys/unknown"):
        assert client.call("GET", path).headers["X-Elastic-Api-Key-Expiration"] == created["expiration_date"]
    emulator.clock.advance(timedelta(hours=3))
    assert client.refused("GET", "/organizations") == (401, ["root.unauthorized"])
    assert created["id"] not in {key["id"] for key in admin.get(PATH)["keys"]}


def test_a_key_that_never_expires_has_no_expiration_header(admin: Client) -> None:
    assert "X-Elastic-Api-Key-Expiration" not in admin.call("GET", "/organizations").headers


def test_a_key_created_with_roles_may_do_no_more_than_they_say(emulator: Emulator, admin: Client) -> None:
    roles = {"organization": [{"role_id": "billing-admin", "organization_id": ACME}]}
    created = admin.post(PATH, {"description": "bills", "role_assignments": roles})
    assert created["role_assignments"] == roles
    narrow = Client(emulator, created["key"])
    assert "role_assignments" not in narrow.members()["32"]
    assert narrow.refused("POST", f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"]})[0] == 403
    assert narrow.refused("POST", PATH, {"description": "more bills"})[0] == 403


def test_deleted_keys_are_unauthorized(emulator: Emulator, admin: Client) -> None:
    keys = [admin.post(PATH, {"description": text}) for text in ("one", "two", "three")]
    admin.delete(f"{PATH}/{keys[0]['id']}")
    admin.delete(PATH, {"keys": [key["id"] for key in keys[1:]]})
    for key in keys:
        assert Client(emulator, key["key"]).call("GET", "/organizations").status_code == 401
    assert admin.refused("DELETE", f"{PATH}/{keys[0]['id']}") == (404, ["api_keys.key_not_found"])


@pytest.mark.parametrize(
    ("method", "document", "code"),
    [
        ("POST", {}, "api_keys.invalid_input"),
        ("POST", {"description": "x", "expiration": "tomorrow"}, "api_keys.invalid_input"),
        ("POST", {"description": "x", "role_assignments": []}, "root.invalid_data"),
        ("DELETE", {"keys": "x"}, "api_keys.invalid_input"),
    ],
)
def test_requests_of_another_form_are_refused(admin: Client, method: str, document: dict[str, Any], code: str) -> None:
    assert admin.refused(method, PATH, document) == (400, [code])


def test_a_key_survives_that_its_creator_leaves_and_keeps_what_it_could_do(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.leave(ACME, "31")
    assert set(admin.members()) == {"32"}
    admin.delete(f"/organizations/{ACME}/members/32")


def test_a_key_loses_what_its_user_may_no_longer_do(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.set_roles(ACME, "31", {})
    assert admin.refused("DELETE", f"/organizations/{ACME}/members/32")[0] == 403


def test_secrets_are_in_no_representation(emulator: Emulator, admin: Client) -> None:
    admin.post(f"/organizations/{ACME}/invitations", {"emails": ["cy@acme.example"]})
    token = emulator.outbox.messages[0].token
    shown = repr((emulator.cloud.organizations, emulator.cloud.keys["key-of-a-member"], emulator.outbox.messages))
    assert token not in shown.replace(f"'{token}': Invitation", "")
    assert "secret" not in shown
