"""What members cost: equal requests that arrive together travel together, and all share one read."""

from __future__ import annotations

from tests.support.acme import Acme, Stack, text

MANY = 200
MEMBERS = f"""
for number in range({MANY}):
    elastic.Member(f"m{{number}}", f"person{{number}}@acme.example", ["billing-admin"])
"""


def calls(acme: Acme) -> int:
    return len(acme.emulator.calls.all())


def test_two_hundred_members_are_created_in_at_most_hundred_and_ten_calls(stack: Stack, acme: Acme) -> None:
    stack.program(MEMBERS)
    stack.apply()
    assert len(acme.invited()) == MANY
    assert calls(acme) <= 110
    acme.emulator.calls.reset()
    assert not stack.preview().has_changes
    assert calls(acme) == 2


def test_the_same_people_in_an_additive_roster_take_at_most_eight_calls(stack: Stack, acme: Acme) -> None:
    stack.program(
        f"people = {{f'person{{number}}@acme.example': ['billing-admin'] for number in range({MANY})}}\n"
        "elastic.Roster('acme', members=people, mode='additive')\n"
    )
    stack.apply()
    assert len(acme.invited()) == MANY
    assert calls(acme) <= 8


def test_members_with_different_roles_share_the_read_too(stack: Stack, acme: Acme) -> None:
    roles = ["billing-admin", "organization-admin", "deployment-viewer on all"]
    program = "".join(f"elastic.Member('{n}', 'p{n}@acme.example', [{role!r}])\n" for n, role in enumerate(roles))
    stack.program(program)
    result = stack.up()
    assert result.succeeded, text(result)
    assert calls(acme) <= 2 + 2 * len(roles)  # one read, one look for what is sent at once, and one at what was sent


def test_members_destroyed_together_leave_in_few_calls(stack: Stack, acme: Acme) -> None:
    people = [f"person{number}@acme.example" for number in range(20)]
    for email in people:
        acme.join(email)
    guards = "guards=elastic.Guards(max_removals=20)"
    stack.program("".join(f"elastic.Member('{email}', '{email}', [], {guards})\n" for email in people))
    stack.apply()
    acme.emulator.calls.reset()
    result = stack.destroy()
    assert result.succeeded, text(result)
    assert not set(people) & set(acme.people())
    removals = [call for call in acme.emulator.calls.all() if call.method == "DELETE"]
    assert len(removals) <= 7
    # Who owns what, and which API keys the leavers have created, is read again before each batch.
    assert calls(acme) - len(removals) <= 11 * len(removals)
