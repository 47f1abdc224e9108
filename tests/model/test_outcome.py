"""What became of a plan, as a person reads it."""

from __future__ import annotations

from pulumi_elastic_org.model.changes import AddGrants, Invite, RemoveGrants, RemoveMember
from pulumi_elastic_org.model.guard_settings import Override
from pulumi_elastic_org.model.guards import REFUSED_ROLES, acknowledged_refusals
from pulumi_elastic_org.model.outcome import Outcome, Refusal
from tests.support.builders import ADMIN, BILLING, NOW, invitation, organization, roles, user_id

ADA, BOB = "ada@acme.io", "bob@acme.io"


def test_a_refusal_names_the_person_once_and_each_role_with_its_reason() -> None:
    outcome = Outcome(
        refusals=[
            Refusal(AddGrants(ADA, user_id(ADA), roles(ADMIN)), "No."),
            Refusal(RemoveGrants(ADA, user_id(ADA), roles(BILLING)), "Not now."),
            Refusal(RemoveMember(BOB, user_id(BOB), roles(BILLING), managed=True), "Never."),
        ]
    )
    assert outcome.refused == {
        ADA: "add roles organization-admin: No.; remove roles billing-admin: Not now.",
        BOB: "Never.",
    }


def test_a_refusal_is_acknowledged_only_by_its_own_override() -> None:
    overrides = {"Ada@acme.io": Override((REFUSED_ROLES,), "it sleeps"), BOB: Override(("self",), "why not")}
    assert acknowledged_refusals(overrides, NOW) == {ADA: "it sleeps"}


def test_whom_others_were_seen_to_have_invited_is_shown_beside_what_was_done() -> None:
    mine, theirs = invitation(ADA, BILLING), invitation(BOB, BILLING)
    outcome = Outcome(done=[Invite(ADA, roles(BILLING))], invitations={ADA: mine}, listed=(theirs,))
    assert outcome.after(organization()).invitations == (theirs, mine)
