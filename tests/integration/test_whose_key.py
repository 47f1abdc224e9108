"""Whose key it is, the operator says: until then nothing is taken from any administrator, and what is said is checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.test_guards import refused
from tests.support.acme import ADMIN, ADMIN_KEY, SECOND_ADMIN, Acme, Stack, text

OWNER = ["organization-admin"]
KEYS = "GET /users/auth/keys"


@pytest.fixture
def both(stack: Stack) -> Stack:
    """A stack whose roster has both administrators, and nobody has said whose key it is."""
    stack.environment.pop("EC_API_KEY_USER")
    stack.roster({})
    stack.apply()
    return stack


@pytest.mark.parametrize("roles", [{}, {SECOND_ADMIN: ["billing-admin"]}], ids=["removed", "demoted"])
def test_until_it_is_said_whose_key_it_is_no_administrator_is_touched(
    both: Stack, acme: Acme, roles: dict[str, list[str]]
) -> None:
    acme.cloud.add_key(SECOND_ADMIN, organization=acme.id)  # so that the list of keys names two users
    program = {ADMIN: OWNER, **roles}
    both.program(f"elastic.Roster('acme', members={program!r}, mode='authoritative')\n")

    refused(
        both,
        f"{SECOND_ADMIN}: holds organization-admin and may be the user of this API key",
        "EC_API_KEY_USER",
        "elastic-org:apiKeyUser",
        f"override self for {SECOND_ADMIN} with a reason",
    )
    assert "organization" in acme.people()[SECOND_ADMIN]


@pytest.mark.parametrize("said", [ADMIN, ADMIN.upper(), "user id"])
def test_once_it_is_said_whose_key_it_is_another_administrator_can_go(both: Stack, acme: Acme, said: str) -> None:
    both.environment["EC_API_KEY_USER"] = acme.cloud.user(ADMIN).id if said == "user id" else said
    both.roster({SECOND_ADMIN: []})
    both.apply()
    assert acme.people()[SECOND_ADMIN] == {}


def test_what_is_said_in_the_configuration_is_said_of_the_key_there(both: Stack, acme: Acme) -> None:
    both.config["elastic-org:apiKeyUser"] = SECOND_ADMIN
    both.roster({ADMIN: []})
    refused(both, f"{ADMIN}: holds organization-admin and may be the user of this API key")
    assert "organization" in acme.people()[ADMIN]


def test_an_explicit_provider_has_a_user_of_its_own(both: Stack, acme: Acme) -> None:
    both.environment["EC_API_KEY_USER"] = SECOND_ADMIN
    members = {ADMIN: OWNER, SECOND_ADMIN: []}
    both.program(
        f"own = elastic.Provider('own', api_key={ADMIN_KEY!r}, api_key_user={ADMIN!r}, endpoint={acme.emulator.endpoint!r})\n"
        f"elastic.Roster('acme', members={members!r}, mode='authoritative', opts=pulumi.ResourceOptions(provider=own))\n"
    )
    both.apply()
    assert acme.people()[SECOND_ADMIN] == {}


def test_somebody_who_is_no_member_is_no_user_of_the_key(both: Stack) -> None:
    both.environment["EC_API_KEY_USER"] = "roott@acme.example"
    refused(both, "declared to be that of roott@acme.example, who is not a member of organization", "EC_API_KEY_USER")


def test_what_the_list_of_keys_contradicts_is_not_believed(both: Stack, acme: Acme) -> None:
    end = acme.emulator.clock.now() + timedelta(days=80)
    acme.cloud.keys[ADMIN_KEY].expires_at = end
    acme.cloud.add_key(SECOND_ADMIN, organization=acme.id, expires_at=end - timedelta(days=1))
    both.environment["EC_API_KEY_USER"] = SECOND_ADMIN
    both.roster({ADMIN: []})
    refused(both, f"declared to be that of {SECOND_ADMIN}, and by the list of API keys it is that of user")
    assert "organization" in acme.people()[ADMIN]


def test_a_plan_that_takes_nothing_from_an_administrator_asks_for_no_keys(both: Stack, acme: Acme) -> None:
    acme.join("ada@acme.example", organization=[{"role_id": "billing-admin"}])
    both.environment["EC_API_KEY_USER"] = ADMIN
    both.roster({"ada@acme.example": ["billing-admin"]})
    both.apply()
    both.roster({"ada@acme.example": []})
    both.apply()
    assert acme.people()["ada@acme.example"] == {}
    assert KEYS not in {f"{call.method} {call.route}" for call in acme.emulator.calls.all()}
    assert "may be the user" not in text(both.preview())
