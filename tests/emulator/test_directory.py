"""Mistakes in what a test puts into the emulator are refused, not kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from elastic_cloud_emulator import Cloud, Emulator
from elastic_cloud_emulator.errors import AlreadyBelongs, MembershipNotFound, OrganizationNotFound, UserNotFound
from tests.support.acme import OWNER
from tests.support.client import ACME, ADMIN_KEY, GLOBEX, Client

FOREIGN = {"organization": [{"role_id": "billing-admin", "organization_id": GLOBEX}]}


@pytest.mark.parametrize(
    "mistake",
    [
        lambda cloud: cloud.add_organization("again", id=ACME),
        lambda cloud: cloud.add_user("BOB@acme.example"),
        lambda cloud: cloud.add_user("new@acme.example", id="31"),
        lambda cloud: cloud.add_user("nobody"),
        lambda cloud: cloud.add_key("31", ADMIN_KEY),
        lambda cloud: cloud.change_email("31", "bob@acme.example"),
        lambda cloud: cloud.change_email("31", "nobody"),
        lambda cloud: cloud.set_roles(ACME, "31", FOREIGN),
    ],
)
def test_what_is_taken_or_malformed_is_refused(emulator: Emulator, mistake: Callable[[Cloud], object]) -> None:
    with pytest.raises(ValueError, match=r"already|not an e-mail address|cannot be assigned"):
        mistake(emulator.cloud)


def test_what_is_not_there_is_named(emulator: Emulator) -> None:
    cloud = emulator.cloud
    with pytest.raises(OrganizationNotFound, match="initech"):
        cloud.organization("initech")
    with pytest.raises(UserNotFound, match="nobody"):
        cloud.user("nobody@acme.example")
    with pytest.raises(MembershipNotFound, match="32"):
        cloud.member(GLOBEX, "32")
    with pytest.raises(AlreadyBelongs, match="bob"):
        cloud.add_member(ACME, "bob@acme.example")


def test_an_address_may_change_its_letter_case(emulator: Emulator) -> None:
    emulator.cloud.change_email("bob@acme.example", "Bob@acme.example")
    assert emulator.cloud.user("bob@acme.example").email == "Bob@acme.example"


def test_roles_are_assigned_only_where_the_target_is_a_member(emulator: Emulator) -> None:
    emulator.switches.one_organization_per_user = False
    emulator.cloud.add_user("both@acme.example", key="key-of-both")
    for organization in (ACME, GLOBEX):
        emulator.cloud.add_member(organization, "both@acme.example", OWNER)
    both = Client(emulator, "key-of-both")
    assert both.refused("POST", "/users/32/role_assignments", FOREIGN) == (
        400,
        ["role_assignments.invalid_target_user_id"],
    )
