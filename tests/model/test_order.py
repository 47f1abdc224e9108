"""In which parts a plan is carried out: what can be done without the rest, what goes together, what is taken away at most."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Change,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
)
from pulumi_elastic_org.model.order import (
    Exchange,
    all_given,
    all_taken,
    equal_invitations,
    exchanges,
    only_losses,
    still_agreed,
)
from pulumi_elastic_org.model.people import Invitation
from tests.support.builders import BILLING, NOW, invitation, roles

ON_ALL, ON_ONE, ON_TWO = (roles(f"deployment-editor on {target}") for target in ("all", "d1", "d2"))
AUDITOR_ONE, AUDITOR_TWO = (roles(f"deployment-editor on {target} as auditor") for target in ("d1", "d2"))
NOTHING = roles("no roles")

CASES = {
    "grants that have nothing to do with each other": (
        ON_ONE | ON_TWO | roles(BILLING),
        NOTHING,
        [Exchange(ON_ONE, NOTHING), Exchange(ON_TWO, NOTHING), Exchange(roles(BILLING), NOTHING)],
    ),
    "from all to some": (ON_ONE | ON_TWO, ON_ALL, [Exchange(ON_ONE | ON_TWO, ON_ALL)]),
    "from some to all": (ON_ALL, ON_ONE | ON_TWO, [Exchange(ON_ALL, ON_ONE | ON_TWO)]),
    "between application roles, target by target": (
        AUDITOR_ONE | AUDITOR_TWO,
        ON_ONE | ON_TWO,
        [Exchange(AUDITOR_ONE, ON_ONE), Exchange(AUDITOR_TWO, ON_TWO)],
    ),
    "what is only taken": (NOTHING, ON_ONE | ON_TWO, [Exchange(NOTHING, ON_ONE), Exchange(NOTHING, ON_TWO)]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_taken_apart_into_what_can_be_done_by_itself(case: str) -> None:
    given, taken, parts = CASES[case]
    assert {*exchanges(given, taken)} == {*parts}
    assert all_given(parts) == given
    assert all_taken(parts) == taken


ADA, BOB, CY = "ada@acme.io", "bob@acme.io", "cy@acme.io"


def plan(*changes: Change) -> Plan:
    return Plan("1", changes, (), NOW, 9)


def test_what_is_exchanged_is_taken_with_what_is_given_and_the_rest_after_it() -> None:
    both = ON_ALL | roles(BILLING)
    made = plan(AddGrants(ADA, "u1", ON_ONE), RemoveGrants(ADA, "u1", both), RemoveGrants(BOB, "u2", ON_ALL))
    losses = only_losses(made)
    assert losses.changes == (RemoveGrants(ADA, "u1", roles(BILLING)), RemoveGrants(BOB, "u2", ON_ALL))
    assert only_losses(plan(AddGrants(ADA, "u1", ON_ONE), RemoveGrants(ADA, "u1", ON_ALL))).changes == ()


def test_what_is_taken_away_in_the_end_is_what_was_agreed_and_is_still_planned() -> None:
    open_one = invitation(CY, BILLING)
    agreed = plan(RemoveMember(ADA, "u1", NOTHING, managed=True), RemoveGrants(BOB, "u2", ON_ONE), cancel(open_one))
    given_since = RemoveGrants(BOB, "u2", ON_ONE | roles(BILLING))
    assert still_agreed(agreed, plan(given_since, RemoveMember("di@acme.io", "u4", NOTHING, managed=True))).changes == (
        RemoveGrants(BOB, "u2", ON_ONE),
    )
    assert still_agreed(agreed, agreed).changes == agreed.changes
    assert still_agreed(agreed, plan(RemoveGrants(BOB, "u2", roles(BILLING)))).changes == ()


def cancel(one: Invitation) -> CancelInvitation:
    return CancelInvitation(one.email, one, lapsed=False, managed=True)


def test_people_with_equal_invitations_share_requests_of_which_none_is_too_long() -> None:
    billing, admins = roles(BILLING), roles("organization-admin")
    a, b, c, d = (Invite(f"{one}@acme.io", admins if one == "b" else billing) for one in "abcd")
    again = Reinvite(CY, billing, invitation(CY, BILLING), Cause.EXPIRED)
    assert [list(one) for one in equal_invitations([a, b, c, d, again], 3)] == [[a, c, d], [again], [b]]
