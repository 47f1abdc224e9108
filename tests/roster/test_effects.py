"""What an organization is after changes is what reading it again would show."""

from __future__ import annotations

from pulumi_elastic_org.roster.changes import (
    AddGrants,
    CancelInvitation,
    Cause,
    Invite,
    Reinvite,
    RemoveGrants,
    RemoveMember,
)
from pulumi_elastic_org.roster.effects import carried_out
from pulumi_elastic_org.roster.plan import plan
from tests.roster.builders import (
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


def test_every_kind_of_change_has_its_effect() -> None:
    before = organization(member(ADA, BILLING), member(BOB), lapsed(CY), invitation(DI))
    sent = {CY: invitation(CY, BILLING, token="anew"), EVE: invitation(EVE)}
    done = (
        AddGrants(ADA, user_id(ADA), roles(ADMIN)),
        RemoveGrants(ADA, user_id(ADA), roles(BILLING)),
        RemoveMember(BOB, user_id(BOB), roles("no roles"), managed=True),
        Reinvite(CY, roles(BILLING), before.invitations[0], Cause.EXPIRED),
        CancelInvitation(DI, before.invitations[1], lapsed=False, managed=True),
        Invite(EVE, roles("no roles")),
    )
    after = carried_out(before, done, sent)
    assert after == organization(member(ADA, ADMIN), sent[CY], sent[EVE])


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
