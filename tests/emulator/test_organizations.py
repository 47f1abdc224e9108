"""Who may see an organization, its members, and how they are removed."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator import Emulator
from tests.support.acme import OWNER
from tests.support.client import ACME, GLOBEX, Client


@pytest.mark.parametrize("authorization", [None, "ApiKey unknown", "Bearer key-of-the-administrator", "ApiKey"])
def test_a_call_without_a_valid_key_is_unauthorized(emulator: Emulator, authorization: str | None) -> None:
    stranger = Client(emulator, None)
    if authorization is not None:
        stranger.session.headers["Authorization"] = authorization
    assert stranger.refused("GET", "/organizations") == (401, ["root.unauthorized"])


def test_a_key_sees_its_own_organization_only(admin: Client) -> None:
    assert admin.get("/organizations") == {"organizations": [{"id": ACME, "name": "acme"}]}
    assert admin.get(f"/organizations/{ACME}") == {"id": ACME, "name": "acme"}
    assert admin.refused("GET", f"/organizations/{GLOBEX}/members") == (403, ["organization.invalid_access"])
    assert admin.refused("GET", "/organizations/1") == (404, ["organization.not_found"])


def test_an_organization_is_addressed_by_its_id_and_not_by_its_name(admin: Client) -> None:
    assert admin.refused("GET", "/organizations/acme") == (404, ["organization.not_found"])


def test_an_unknown_path_is_not_found_and_an_unknown_method_is_refused(admin: Client) -> None:
    assert admin.refused("GET", "/nowhere") == (404, ["root.resource_not_found"])
    assert admin.refused("DELETE", "/organizations") == (405, ["root.invalid_data"])


def test_members_are_listed_with_who_they_are_and_what_they_may_do(admin: Client) -> None:
    ada = admin.members()["31"]
    assert ada.pop("member_since").endswith("Z")
    assert ada == {
        "organization_id": ACME,
        "user_id": "31",
        "name": "ada",
        "email": "ada@acme.example",
        "role_assignments": {"organization": [{"role_id": "organization-admin", "organization_id": ACME}]},
    }


def test_a_key_without_the_owner_role_sees_no_role_assignments(member: Client) -> None:
    assert "role_assignments" not in member.members()["31"]


def test_role_assignments_and_addresses_can_be_hidden(emulator: Emulator, admin: Client) -> None:
    emulator.switches.hide_role_assignments = True
    emulator.switches.hide_email = frozenset({"32"})
    members = admin.members()
    assert "role_assignments" not in members["31"]
    assert ("email" in members["31"], "email" in members["32"]) == (True, False)


def test_a_list_of_members_is_removed_in_one_call(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.add_member(ACME, "cy@acme.example")
    cy = emulator.cloud.user("cy@acme.example").id
    assert admin.delete(f"/organizations/{ACME}/members/32%2C{cy}") == {}
    assert set(admin.members()) == {"31"}


@pytest.mark.parametrize(
    ("user_ids", "refusal"),
    [
        ("32,99", (404, ["user.not_found"])),
        ("32,33", (404, ["organization.membership_not_found"])),
        ("32,bob@acme.example", (404, ["user.not_found"])),
        (",", (400, ["root.invalid_data"])),
    ],
)
def test_a_list_with_one_bad_entry_removes_nobody(admin: Client, user_ids: str, refusal: tuple[int, list[str]]) -> None:
    assert admin.refused("DELETE", f"/organizations/{ACME}/members/{user_ids}") == refusal
    assert set(admin.members()) == {"31", "32"}


def test_a_member_without_the_owner_role_removes_only_themselves(admin: Client, member: Client) -> None:
    assert member.refused("DELETE", f"/organizations/{ACME}/members/31") == (403, ["root.invalid_authentication"])
    member.delete(f"/organizations/{ACME}/members/32")
    assert set(admin.members()) == {"31"}


def test_nothing_keeps_the_last_administrator(admin: Client) -> None:
    admin.delete(f"/organizations/{ACME}/members/31,32")
    assert admin.members() == {}


def test_a_list_page_size_cuts_the_list_of_organizations(emulator: Emulator) -> None:
    emulator.switches.one_organization_per_user = False
    emulator.cloud.add_user("both@acme.example", key="key-of-both")
    for organization in (ACME, GLOBEX):
        emulator.cloud.add_member(organization, "both@acme.example", OWNER)
    emulator.switches.list_page_size = 1
    answer = Client(emulator, "key-of-both").get("/organizations")
    assert [organization["id"] for organization in answer["organizations"]] == [ACME]
    assert answer["next_page"]


def test_a_changed_address_leaves_the_person_in_place(emulator: Emulator, admin: Client) -> None:
    emulator.cloud.change_email("bob@acme.example", "robert@acme.example")
    assert admin.members()["32"]["email"] == "robert@acme.example"
