"""The life of an invitation: sent, refreshed, cancelled, expired, accepted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from elastic_cloud_emulator import Emulator
from elastic_cloud_emulator.errors import InvitationNotFound
from tests.support.client import ACME, GLOBEX, Client

PATH = f"/organizations/{ACME}/invitations"
BILLING = {"organization": [{"role_id": "billing-admin", "organization_id": ACME}]}


def lifetime(invitation: dict[str, Any]) -> timedelta:
    created, expires = (
        datetime.fromisoformat(invitation[name].replace("Z", "+00:00")) for name in ("created_at", "expires_at")
    )
    return expires - created


@pytest.fixture
def cy(emulator: Emulator) -> Client:
    """Somebody with an account and a key, in no organization."""
    emulator.cloud.add_user("cy@acme.example", id="34", key="key-of-cy")
    return Client(emulator, "key-of-cy")


def test_one_call_invites_several_people_for_72_hours(emulator: Emulator, admin: Client) -> None:
    response = admin.call("POST", PATH, {"emails": ["cy@acme.example", "di@acme.example"], "role_assignments": BILLING})
    assert response.status_code == 201
    assert response.json()["invitations"] == list(admin.invitations().values())
    cy = admin.invitations()["cy@acme.example"]
    assert (lifetime(cy), cy["expired"], cy["organization"]["id"]) == (timedelta(hours=72), False, ACME)
    assert cy["role_assignments"] == BILLING
    assert [(message.to, message.organization, message.token) for message in emulator.outbox.to("CY@acme.example")] == [
        ("cy@acme.example", ACME, cy["token"])
    ]


@pytest.mark.parametrize(("expires_in", "expected"), [("24h", timedelta(hours=24)), ("7d", timedelta(days=7))])
def test_an_invitation_lives_as_long_as_the_call_says(admin: Client, expires_in: str, expected: timedelta) -> None:
    admin.post(PATH, {"emails": ["cy@acme.example"], "expires_in": expires_in})
    assert lifetime(admin.invitations()["cy@acme.example"]) == expected


@pytest.mark.parametrize(
    ("request_body", "refusal"),
    [
        ({"emails": ["cy@acme.example", "nobody"]}, (400, ["organization.invitation_invalid_email"])),
        (
            {"emails": ["cy@acme.example", "BOB@acme.example"]},
            (400, ["organization.user_organization_already_belongs"]),
        ),
        (
            {"emails": ["nobody", "cy@acme.example", "bob@acme.example"]},
            (400, ["organization.invitation_invalid_email", "organization.user_organization_already_belongs"]),
        ),
        ({"emails": []}, (400, ["root.invalid_data"])),
        ({"emails": "cy@acme.example"}, (400, ["root.invalid_data"])),
        ({"emails": ["cy@acme.example"], "expires_in": "soon"}, (400, ["root.invalid_data"])),
        ({"emails": ["cy@acme.example"], "expires_in": 3}, (400, ["root.invalid_data"])),
        ({"emails": ["cy@acme.example"], "role_assignments": {"organization": [{}]}}, (400, ["root.invalid_data"])),
        (
            {
                "emails": ["cy@acme.example"],
                "role_assignments": {"organization": [{"role_id": "billing-admin", "organization_id": GLOBEX}]},
            },
            (400, ["root.invalid_data"]),
        ),
        (["cy@acme.example"], (400, ["root.invalid_data"])),
    ],
)
def test_one_bad_entry_refuses_the_whole_request(
    emulator: Emulator, admin: Client, request_body: Any, refusal: tuple[int, list[str]]
) -> None:
    assert admin.refused("POST", PATH, request_body) == refusal
    assert admin.invitations() == {}
    assert emulator.outbox.messages == []


def test_only_an_owner_invites_and_cancels(admin: Client, member: Client) -> None:
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    token = admin.invitations()["cy@acme.example"]["token"]
    assert member.refused("POST", PATH, {"emails": ["di@acme.example"]}) == (403, ["root.invalid_authentication"])
    assert member.refused("DELETE", f"{PATH}/{token}") == (403, ["root.invalid_authentication"])


def test_a_pending_invitation_is_refreshed(emulator: Emulator, admin: Client) -> None:
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    before = admin.invitations()["cy@acme.example"]
    emulator.clock.advance(timedelta(hours=71))
    admin.post(PATH, {"emails": ["Cy@acme.example"], "role_assignments": BILLING})
    [after] = admin.invitations().values()
    assert (after["token"], after["role_assignments"]) == (before["token"], BILLING)
    assert lifetime(after) >= timedelta(hours=143)
    assert len(emulator.outbox.messages) == 2


def test_a_pending_invitation_is_in_the_way_when_refreshing_is_switched_off(emulator: Emulator, admin: Client) -> None:
    emulator.switches.refresh_pending_invitations = False
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    assert admin.refused("POST", PATH, {"emails": ["di@acme.example", "cy@acme.example"]}) == (
        400,
        ["organization.invitation_already_exists"],
    )
    assert set(admin.invitations()) == {"cy@acme.example"}


@pytest.mark.parametrize("refresh", [True, False])
def test_an_expired_invitation_is_listed_and_replaced_by_a_new_one(
    emulator: Emulator, admin: Client, refresh: bool
) -> None:
    emulator.switches.refresh_pending_invitations = refresh
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    old = admin.invitations()["cy@acme.example"]
    emulator.clock.advance(timedelta(hours=72))
    assert admin.invitations()["cy@acme.example"] == {**old, "expired": True}
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    [new] = admin.invitations().values()
    assert new["token"] != old["token"]
    assert not new["expired"]


def test_invitations_are_cancelled_by_a_list_all_or_none(admin: Client) -> None:
    admin.post(PATH, {"emails": ["cy@acme.example", "di@acme.example"]})
    tokens = [invitation["token"] for invitation in admin.invitations().values()]
    assert admin.refused("DELETE", f"{PATH}/{tokens[0]},unknown") == (404, ["organization.invitation_not_found"])
    assert admin.refused("DELETE", f"{PATH}/%2C") == (400, ["root.invalid_data"])
    assert len(admin.invitations()) == 2
    admin.delete(f"{PATH}/{'%2C'.join(tokens)}")
    assert admin.invitations() == {}


def test_an_invited_person_accepts_with_their_own_key(admin: Client, cy: Client) -> None:
    admin.post(PATH, {"emails": ["CY@acme.example"], "role_assignments": BILLING})
    token = admin.invitations()["CY@acme.example"]["token"]
    assert cy.get(f"/organizations/invitations/{token}")["organization"]["id"] == ACME
    assert cy.post(f"/organizations/invitations/{token}/_accept") == {}
    assert admin.invitations() == {}
    assert admin.members()["34"]["role_assignments"] == BILLING
    assert [organization["id"] for organization in cy.get("/organizations")["organizations"]] == [ACME]


def test_an_invitation_is_not_accepted_by_somebody_else_nor_when_expired(
    emulator: Emulator, admin: Client, cy: Client
) -> None:
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    path = f"/organizations/invitations/{admin.invitations()['cy@acme.example']['token']}"
    assert admin.refused("POST", f"{path}/_accept") == (403, ["root.invalid_authentication"])
    emulator.clock.advance(timedelta(hours=72))
    assert cy.get(path)["expired"]
    assert cy.refused("POST", f"{path}/_accept") == (404, ["organization.invitation_not_found"])
    assert cy.refused("GET", "/organizations/invitations/unknown") == (404, ["organization.invitation_not_found"])


@pytest.mark.parametrize("status", [404, 405])
def test_an_invitation_is_accepted_in_the_browser_only_where_the_call_is_not_there(
    emulator: Emulator, admin: Client, cy: Client, status: Literal[404, 405]
) -> None:
    emulator.switches.missing_accept = status
    admin.post(PATH, {"emails": ["cy@acme.example"]})
    path = f"/organizations/invitations/{admin.invitations()['cy@acme.example']['token']}"
    assert cy.refused("POST", f"{path}/_accept")[0] == status
    assert cy.get(path)["email"] == "cy@acme.example"
    emulator.cloud.accept(ACME, "cy@acme.example")
    assert "34" in admin.members()


@pytest.mark.parametrize("one_organization", [True, False])
def test_whether_a_person_can_join_a_second_organization_is_a_switch(
    emulator: Emulator, admin: Client, one_organization: bool
) -> None:
    emulator.switches.one_organization_per_user = one_organization
    admin.post(PATH, {"emails": ["gil@globex.example"]})
    path = f"/organizations/invitations/{admin.invitations()['gil@globex.example']['token']}/_accept"
    gil = Client(emulator, "key-of-globex")
    if one_organization:
        assert gil.refused("POST", path) == (400, ["organization.user_organization_already_belongs"])
    else:
        gil.post(path)
    assert ("33" in admin.members()) == (not one_organization)


def test_nobody_accepts_without_an_invitation(emulator: Emulator) -> None:
    with pytest.raises(InvitationNotFound, match="no open invitation"):
        emulator.cloud.accept("acme", "cy@acme.example")


def test_a_person_without_an_account_accepts_in_the_browser(emulator: Emulator, admin: Client) -> None:
    admin.post(PATH, {"emails": ["new@acme.example"]})
    user_id = emulator.cloud.accept("acme", "New@acme.example").user_id
    assert admin.members()[user_id]["email"] == "new@acme.example"
