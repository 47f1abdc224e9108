"""What an organization is after changes is what reading it again would show; and whether it shows them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Change,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
    each_once,
)
from pulumi_elastic_org.model.effects import ACCEPTED_MEANWHILE, NOT_SHOWN, carried_out, unseen
from pulumi_elastic_org.model.people import Organization
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

ADA, BOB, CY, DI, EVE = (f"{name}@acme.io" for name in ("ada", "bob", "cy", "di", "eve"))

BEFORE = organization(member(ADA, BILLING), member(BOB), lapsed(CY), invitation(DI))
SENT = {CY: invitation(CY, BILLING, token="anew"), EVE: invitation(EVE)}
EVERY_KIND: tuple[Change, ...] = (
    AddGrants(ADA, user_id(ADA), roles(ADMIN)),
    RemoveGrants(ADA, user_id(ADA), roles(BILLING)),
    RemoveMember(BOB, user_id(BOB), roles("no roles"), managed=True),
    Reinvite(CY, roles(BILLING), BEFORE.invitations[0], Cause.EXPIRED),
    CancelInvitation(DI, BEFORE.invitations[1], lapsed=False, managed=True),
    Invite(EVE, roles("no roles")),
)


def test_every_kind_of_change_has_its_effect() -> None:
    assert carried_out(BEFORE, EVERY_KIND, SENT) == organization(member(ADA, ADMIN), *SENT.values())


def test_a_role_that_moves_between_all_and_a_target_is_there_afterwards() -> None:
    before = organization(member(ADA, "deployment-editor on all"))
    wanted = desired({ADA: "deployment-editor on a1b2"})
    changes = plan(wanted, before, NOW, applied(ADA)).changes
    after = carried_out(before, changes, {})
    assert plan(wanted, after, NOW, applied(ADA)).changes == ()


def test_what_is_gone_already_is_no_error() -> None:
    gone = AddGrants(ADA, user_id(ADA), roles(ADMIN))
    assert (
        carried_out(organization(), [gone, RemoveMember(BOB, user_id(BOB), roles(ADMIN), managed=True)], {})
        == organization()
    )


def test_no_kind_of_change_is_seen_in_an_organization_that_is_as_before() -> None:
    assert unseen(EVERY_KIND, SENT, BEFORE) == [(one, NOT_SHOWN[type(one)]) for one in EVERY_KIND]


def test_every_kind_of_change_is_seen_once_it_has_happened() -> None:
    assert unseen(EVERY_KIND, SENT, organization(member(ADA, ADMIN), *SENT.values())) == []


def test_who_has_accepted_meanwhile_was_invited() -> None:
    assert unseen(EVERY_KIND, SENT, organization(member(ADA, ADMIN), member(CY, BILLING), member(EVE))) == []


def test_an_invitation_that_was_accepted_before_it_was_cancelled_took_nobody_out() -> None:
    [cancelled] = [one for one in EVERY_KIND if isinstance(one, CancelInvitation)]
    assert unseen([cancelled], {}, organization(member(DI))) == [(cancelled, ACCEPTED_MEANWHILE)]


def test_an_invitation_of_a_member_who_was_to_be_removed_beside_is_cancelled_whether_that_succeeds_or_not() -> None:
    [cancelled] = [one for one in EVERY_KIND if isinstance(one, CancelInvitation)]
    assert unseen([cancelled], {}, organization(member(DI)), [DI.upper()]) == []


def test_several_invitations_of_one_address_are_several_to_cancel_and_a_change_that_two_rosters_mean_is_one() -> None:
    [cancelled] = [one for one in EVERY_KIND if isinstance(one, CancelInvitation)]
    second = replace(cancelled, invitation=invitation(DI, token="second"))
    assert each_once([cancelled, EVERY_KIND[2], second, cancelled, EVERY_KIND[2]]) == (
        cancelled,
        EVERY_KIND[2],
        second,
    )


def test_roles_of_who_has_gone_meanwhile_are_no_failure() -> None:
    assert unseen(EVERY_KIND[:2], {}, organization()) == []


def test_an_invitation_that_still_has_other_roles_was_not_sent_again_whatever_its_token() -> None:
    [reinvited] = [one for one in EVERY_KIND if isinstance(one, Reinvite)]
    sent = {CY: replace(SENT[CY], token=reinvited.invitation.token)}
    assert unseen([reinvited], sent, organization(reinvited.invitation)) == [(reinvited, NOT_SHOWN[Reinvite])]
    assert unseen([reinvited], sent, organization(sent[CY])) == []


@pytest.mark.parametrize("after", [organization(member(ADA, BILLING)), organization()])
def test_an_invitation_that_still_stands_was_not_sent_again(after: Organization) -> None:
    shown = organization(*after.members, BEFORE.invitations[0], SENT[CY])
    assert unseen([EVERY_KIND[3]], SENT, shown) == [(EVERY_KIND[3], NOT_SHOWN[Reinvite])]
