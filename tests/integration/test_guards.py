"""Guards hold at preview and at apply; each refusal names the person, the reason and the override."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_embedded.port import Result
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, Stack, text

ADA = "ada@acme.example"


def refused(stack: Stack, *fragments: str) -> None:
    """Checks that a preview and an apply both refuse with these words."""
    for run in (stack.preview, stack.up):
        result: Result = run()
        assert not result.succeeded
        for fragment in fragments:
            assert fragment in text(result)
        assert "Traceback" not in text(result)


def managed(stack: Stack, acme: Acme, *people: str) -> None:
    """Makes people members and applies a roster that has them."""
    for email in people:
        acme.join(email)
    stack.roster({email: [] for email in people})
    stack.apply()


def test_who_owns_a_deployment_or_a_project_is_not_removed(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    search = acme.cloud.add_deployment(acme.id, "search", owner=SECOND_ADMIN, tags={"owner": "Ada@Acme.example"})
    acme.cloud.add_project(acme.id, "siem", "security", owner=ADA)
    stack.roster({})
    refused(
        stack,
        f"{ADA}: still owns deployment 'search' ({search.id}) by its owner tag, security project 'siem'",
        "`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner'",
        f"override owns-resources for {ADA}",
    )
    assert ADA in acme.people()


def test_a_deployment_that_changed_hands_lets_its_former_owner_go(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    search = acme.cloud.add_deployment(acme.id, "search", owner=SECOND_ADMIN, tags={"owner": ADA})
    stack.roster({})
    assert not stack.preview().succeeded
    acme.cloud.set_tags(search.id, {"owner": ADMIN})
    stack.apply()
    assert ADA not in acme.people()


def test_an_override_lets_one_person_past_one_guard_and_its_reason_is_shown(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    acme.cloud.add_deployment(acme.id, "search", owner=ADA)
    override = "elastic.Override(('owns-resources',), 'handed over in HR-12')"
    stack.roster({}, extra=f"guards=elastic.Guards(overrides={{'{ADA}': {override}}})")
    assert "overridden: handed over in HR-12" in text(stack.preview())
    stack.apply()
    assert ADA not in acme.people()


def test_the_last_administrators_stay(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    stack.roster({SECOND_ADMIN: []}, extra="guards=elastic.Guards(min_admins=2)")
    refused(stack, f"{SECOND_ADMIN}: would leave the organization with 1 of at least 2", "override last-admin")


def test_the_owner_of_the_key_is_not_locked_out(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    stack.roster({ADMIN: []})
    refused(stack, f"{ADMIN}: owns the API key that would take organization-admin from them", "override self")


def test_no_more_people_are_taken_out_than_agreed(stack: Stack, acme: Acme) -> None:
    people = [f"person{number}@acme.example" for number in range(6)]
    managed(stack, acme, *people)
    stack.roster({})
    refused(stack, "6 of 8 people would be taken out and max_removals is 25% (2)", "raise max_removals to 6")
    assert len(acme.people()) == 8


def test_cancelled_invitations_count_as_removals(stack: Stack, acme: Acme) -> None:
    stack.roster({f"person{number}@acme.example": [] for number in range(6)})
    stack.apply()
    stack.roster({})
    refused(stack, "6 of 8 people would be taken out")
    assert len(acme.invited()) == 6


def test_protected_people_stay_as_they_are(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    stack.roster({}, extra=f"guards=elastic.Guards(protected=('{ADA.upper()}',))")
    refused(stack, f"{ADA}: is protected and would be removed", "override protected-people")


def test_only_agreed_domains_are_invited(stack: Stack, acme: Acme) -> None:
    stack.roster({"eve@elsewhere.example": []}, extra="guards=elastic.Guards(allowed_domains=('acme.example',))")
    refused(stack, "eve@elsewhere.example: is not at an allowed domain (acme.example)", "override allowed-domains")
    assert acme.invited() == set()


def first_authoritative_apply(stack: Stack, acme: Acme) -> None:
    acme.join("stranger@acme.example")
    stack.roster({})


def flip_of_the_mode(stack: Stack, acme: Acme) -> None:
    acme.join("stranger@acme.example")
    stack.roster({}, mode="additive")
    stack.apply()
    stack.roster({})


def added_by_hand(stack: Stack, acme: Acme) -> None:
    stack.roster({})
    stack.apply()
    acme.join("stranger@acme.example")


def added_by_hand_and_refreshed(stack: Stack, acme: Acme) -> None:
    added_by_hand(stack, acme)
    stack.refresh()


@pytest.mark.parametrize(
    "how",
    [first_authoritative_apply, flip_of_the_mode, added_by_hand, added_by_hand_and_refreshed],
    ids=lambda how: how.__name__,
)
def test_nobody_whom_the_roster_never_knew_is_removed_silently(
    stack: Stack, acme: Acme, how: Callable[[Stack, Acme], None]
) -> None:
    how(stack, acme)
    refused(stack, "stranger@acme.example: is a member but was never part of this roster", "override unmanaged-people")
    assert "stranger@acme.example" in acme.people()


def test_all_refusals_come_at_once(stack: Stack, acme: Acme) -> None:
    managed(stack, acme, ADA)
    acme.cloud.add_deployment(acme.id, "search", owner=ADA)
    acme.join("stranger@acme.example")
    stack.roster({}, extra="guards=elastic.Guards(max_removals=1)")
    refused(stack, "3 reasons to refuse", "[owns-resources]", "[unmanaged-people]", "[max-removals]")
