"""How declared, applied and live stand to each other, person by person."""

from __future__ import annotations

from datetime import date

import pytest

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    change_from_json,
)
from pulumi_elastic_org.model.comparison import Known, compare
from pulumi_elastic_org.model.people import Applied, Invitation, Member
from pulumi_elastic_org.model.plan import plan
from tests.support.builders import (
    ADMIN,
    BILLING,
    NOW,
    applied,
    desired,
    invitation,
    lapsed,
    member,
    organization,
    roles,
    user_id,
)

ADA, BOB, EVE = "ada@acme.io", "bob@acme.io", "eve@acme.io"


def test_everybody_is_known_as_the_code_knows_them() -> None:
    actual = organization(member(ADA), member(BOB), member(EVE), member(None, user_id="7"), member("di@acme.io"))
    before = Applied({BOB: BILLING}, managed_elsewhere=frozenset({"di@acme.io"}))

    compared = compare(desired({ADA: ADMIN}), actual, NOW, before)

    assert {delta.person: delta.known for delta in compared.deltas} == {
        ADA: Known.DECLARED,
        BOB: Known.FORMER,
        EVE: Known.STRANGER,
        "user 7": Known.LEFT_ALONE,
        "di@acme.io": Known.FORMER_ELSEWHERE,
    }


def test_an_additive_roster_has_to_do_with_whom_it_declares_and_declared() -> None:
    actual = organization(member(ADA), member(BOB), member(EVE), invitation("di@acme.io"), member(None, user_id="7"))

    compared = compare(desired({ADA: ADMIN}, authoritative=False), actual, NOW, applied(BOB))

    assert [delta.person for delta in compared.deltas] == [ADA, BOB]


def test_a_former_account_is_known_under_a_changed_address() -> None:
    actual = organization(member("robert@acme.io", BILLING, user_id="u1"))

    (delta,) = compare(desired({}), actual, NOW, applied(BOB, user_ids={BOB: "u1"})).deltas

    assert (delta.person, delta.known, delta.applied) == ("robert@acme.io", Known.FORMER, "no roles")


def test_whose_last_day_has_passed_is_no_longer_declared_whether_they_are_there_or_not() -> None:
    wanted = desired({ADA: ADMIN, BOB: ADMIN}, until={ADA: date(2026, 3, 1), BOB: date(2026, 3, 1)})

    compared = compare(wanted, organization(member(ADA)), NOW, Applied())

    assert [(delta.person, delta.known, delta.last_day) for delta in compared.deltas] == [
        (ADA, Known.FORMER, date(2026, 3, 1)),
        (BOB, Known.FORMER, date(2026, 3, 1)),
    ]
    assert [[type(change) for change in delta.changes] for delta in compared.deltas] == [[RemoveMember], []]


def test_a_last_day_to_come_makes_nobody_known() -> None:
    beside = desired({ADA: ADMIN}, authoritative=False, until={BOB: date(2999, 3, 1)})

    compared = compare(beside, organization(member(ADA, ADMIN), member(BOB)), NOW, Applied())

    assert [delta.person for delta in compared.deltas] == [ADA]


@pytest.mark.parametrize(
    ("live", "held"),
    [(member(ADA, ADMIN), ADMIN), (invitation(ADA, ADMIN), ADMIN), (lapsed(ADA, ADMIN), None), (None, None)],
    ids=["member", "invitation", "lapsed", "nobody"],
)
def test_what_gives_access_is_a_membership_or_an_invitation_that_can_be_accepted(
    live: Member | Invitation | None, held: str | None
) -> None:
    people = [] if live is None else [live]

    (delta,) = compare(desired({ADA: ADMIN}), organization(*people), NOW, Applied()).deltas

    assert delta.held == (None if held is None else roles(held))


def test_whoever_has_come_by_an_address_that_an_additive_roster_let_go_is_shown_and_left_alone() -> None:
    actual = organization(member(BOB, BILLING, user_id="another"))

    (delta,) = compare(desired({}, authoritative=False), actual, NOW, applied(BOB, user_ids={BOB: "u1"})).deltas

    assert (delta.known, delta.changes) == (Known.LEFT_ALONE, ())
    assert delta.account is not None


EVERY_CHANGE: list[Change] = [
    *plan(
        desired({ADA: f"{BILLING}; {ADMIN}", "new@acme.io": ADMIN, "late@acme.io": ADMIN, "other@acme.io": BILLING}),
        organization(
            member(ADA, "deployment-viewer on a"),
            lapsed("late@acme.io", BILLING),
            invitation("other@acme.io", ADMIN),
            member(BOB, "deployment-editor on all"),
            invitation("go@acme.io", BILLING),
            lapsed("gone@acme.io", BILLING),
        ),
        NOW,
    ).changes
]


def test_every_kind_of_change_is_there() -> None:
    kinds = {type(change) for change in EVERY_CHANGE}

    assert kinds == {Invite, Reinvite, AddGrants, RemoveGrants, RemoveMember, CancelInvitation}


@pytest.mark.parametrize("change", EVERY_CHANGE, ids=lambda change: f"{change.verb} {change.person}")
def test_a_change_goes_to_json_and_back_without_what_only_an_apply_needs(change: Change) -> None:
    read = change_from_json(change.to_json())

    assert type(read) is type(change)
    assert read.to_json() == change.to_json()


def test_roles_that_no_roster_may_declare_go_to_json_and_back() -> None:
    clash = roles("deployment-editor on all") | roles("deployment-editor on a")
    change = RemoveMember(ADA, user_id(ADA), clash, managed=True)

    assert change_from_json(change.to_json()) == change


def test_a_change_that_this_release_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="'promote' is no change that this release"):
        change_from_json({"change": "promote", "person": ADA})


def test_losses_are_what_takes_something_from_somebody() -> None:
    losses = plan(desired({ADA: BILLING}), organization(member(ADA, ADMIN), member(BOB), lapsed(EVE)), NOW).losses

    assert [type(change) for change in losses] == [RemoveGrants, RemoveMember, CancelInvitation]
