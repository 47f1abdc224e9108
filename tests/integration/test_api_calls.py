"""How many calls a roster costs: few, whatever the number of people. The organization id is set, as in a pipeline."""

from __future__ import annotations

from tests.support.acme import Acme, Stack

MANY = [f"person{number}@acme.example" for number in range(100)]


def calls(acme: Acme) -> int:
    return len(acme.emulator.calls.all())


def test_a_preview_without_changes_makes_two_calls(stack: Stack, acme: Acme) -> None:
    for email in MANY:
        acme.join(email)
    stack.roster({email: [] for email in MANY})
    stack.apply()
    acme.emulator.calls.reset()
    assert not stack.preview().has_changes
    assert acme.emulator.calls.counts() == {
        "GET /organizations/{organization_id}/members": 1,
        "GET /organizations/{organization_id}/invitations": 1,
    }


def test_inviting_a_hundred_people_with_equal_roles_makes_at_most_six_calls(stack: Stack, acme: Acme) -> None:
    stack.roster({email: ["billing-admin"] for email in MANY})
    acme.emulator.calls.reset()
    stack.apply()
    assert len(acme.invited()) == 100
    assert calls(acme) <= 6


def test_cancelling_a_hundred_invitations_makes_at_most_seven_calls(stack: Stack, acme: Acme) -> None:
    stack.roster({email: [] for email in MANY}, extra="guards=elastic.Guards(max_removals=100)")
    stack.apply()
    stack.roster({}, extra="guards=elastic.Guards(max_removals=100)")
    acme.emulator.calls.reset()
    stack.apply()
    assert acme.invited() == set()
    assert calls(acme) <= 7


def test_removing_a_hundred_members_makes_at_most_seven_calls_and_the_pages_of_resources_and_keys(
    stack: Stack, acme: Acme
) -> None:
    for email in MANY:
        acme.join(email)
    stack.roster({email: [] for email in MANY}, extra="guards=elastic.Guards(max_removals=100)")
    stack.apply()
    stack.roster({}, extra="guards=elastic.Guards(max_removals=100)")
    acme.emulator.calls.reset()
    stack.apply()
    assert len(acme.people()) == 2
    listed = ("projects", "_search", "/keys")
    pages = [call for call in acme.emulator.calls.all() if any(one in call.route for one in listed)]
    assert calls(acme) - len(pages) <= 8


def test_people_with_different_roles_cost_one_call_a_combination(stack: Stack, acme: Acme) -> None:
    stack.roster({email: ["billing-admin"] if number % 2 else [] for number, email in enumerate(MANY)})
    acme.emulator.calls.reset()
    stack.apply()
    assert acme.emulator.calls.counts()["POST /organizations/{organization_id}/invitations"] == 2
