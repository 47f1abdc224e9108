"""Whatever is wanted and whatever there is: carrying a plan out gives what is wanted, and then nothing is left to do."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.model.changes import (
    AddGrants,
    CancelInvitation,
    Invite,
    Plan,
    Reinvite,
    RemoveGrants,
    RemoveMember,
)
from pulumi_elastic_org.model.grants import Grants
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member, Organization, email_key
from pulumi_elastic_org.model.plan import plan
from tests.support.builders import NOW, invitation, lapsed, roles

ENDLESS = 10**6

_emails = st.sampled_from([f"{name}@acme.io" for name in "abcdefgh"])
_spelling = st.sampled_from([str.lower, str.upper, str.title])
_held = st.sets(
    st.sampled_from(
        [
            "organization-admin",
            "billing-admin",
            "deployment-editor on a",
            "deployment-editor on b",
            "security-viewer on all (console only)",
            "cluster:cluster-viewer on all",
        ]
    )
).map(lambda texts: roles("; ".join(texts) or "no roles"))


@st.composite
def _people(draw: st.DrawFn) -> dict[str, Grants]:
    emails = draw(st.lists(_emails, unique=True))
    return {draw(_spelling)(email): draw(_held) for email in emails}


@st.composite
def _organizations(draw: st.DrawFn) -> Organization:
    members = [
        Member(f"u{index}", draw(_spelling)(email), draw(_held))
        for index, email in enumerate(draw(st.lists(_emails, unique=True)))
    ]
    hidden = [Member("hidden", None, draw(_held))] if draw(st.booleans()) else []
    invitations = [
        replace(draw(st.sampled_from([invitation, lapsed]))(draw(_spelling)(email)), grants=draw(_held))
        for email in draw(st.lists(_emails, unique=True))
    ]
    return Organization("acme", (*members, *hidden), tuple(invitations))


@st.composite
def _before(draw: st.DrawFn) -> Applied:
    known = draw(st.dictionaries(_emails, st.sampled_from(["u0", "u1", "u2", "gone", "hidden"])))
    return Applied(dict.fromkeys(draw(st.sets(_emails)), "no roles"), known)


def carry_out(made: Plan, actual: Organization) -> Organization:
    """What the organization is after a plan: as plain as can be, since it is what the plan is measured by."""
    members = {member.user_id: member for member in actual.members}
    invitations = {one.token: one for one in actual.invitations}
    for change in made.changes:
        if isinstance(change, AddGrants):
            held = members[change.user_id].grants
            members[change.user_id] = replace(members[change.user_id], grants=held | change.grants)
        elif isinstance(change, RemoveGrants):
            held = members[change.user_id].grants
            assert change.grants <= held
            members[change.user_id] = replace(members[change.user_id], grants=held - change.grants)
        elif isinstance(change, RemoveMember):
            del members[change.user_id]
        elif isinstance(change, CancelInvitation | Reinvite):
            del invitations[change.invitation.token]
        if isinstance(change, Invite | Reinvite):
            sent = replace(invitation(change.person), grants=change.grants, token=f"new-{change.person}")
            invitations[sent.token] = sent
    return Organization(actual.id, tuple(members.values()), tuple(invitations.values()))


def standing(actual: Organization) -> dict[str, Grants]:
    """Everybody with an e-mail address who belongs or may still accept, and what they hold or will hold."""
    invited: list[Invitation] = [one for one in actual.invitations if not one.lapsed(NOW)]
    belonging = [member for member in actual.members if member.email is not None]
    return {
        **{email_key(one.email): one.grants for one in invited},
        **{email_key(member.email or ""): member.grants for member in belonging},
    }


@given(_people(), _organizations())
def test_an_authoritative_plan_gives_exactly_what_is_wanted(people: dict[str, Grants], actual: Organization) -> None:
    wanted = Desired(people, authoritative=True, max_resends=ENDLESS)
    after = carry_out(plan(wanted, actual, NOW), actual)
    assert standing(after) == {email_key(email): grants for email, grants in people.items()}


@given(_people(), _organizations())
def test_an_additive_plan_gives_what_is_wanted_beside_what_there_is(
    people: dict[str, Grants], actual: Organization
) -> None:
    wanted = Desired(people, authoritative=False, max_resends=ENDLESS)
    after = carry_out(plan(wanted, actual, NOW), actual)
    assert standing(after) == {**standing(actual), **{email_key(email): grants for email, grants in people.items()}}


@given(_people(), _organizations(), st.booleans(), _before())
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    people: dict[str, Grants], actual: Organization, authoritative: bool, before: Applied
) -> None:
    wanted = Desired(people, authoritative, max_resends=ENDLESS)
    after = carry_out(plan(wanted, actual, NOW, before), actual)
    assert plan(wanted, after, NOW, before).changes == ()


@given(_people(), _organizations(), st.booleans(), _before())
def test_nobody_without_an_e_mail_address_is_removed(
    people: dict[str, Grants], actual: Organization, authoritative: bool, before: Applied
) -> None:
    made = plan(Desired(people, authoritative), actual, NOW, before)
    removed = {change.user_id for change in made.changes if isinstance(change, RemoveMember)}
    assert "hidden" not in removed


@given(_people(), _organizations(), _before())
def test_undetermined_people_are_not_touched(people: dict[str, Grants], actual: Organization, before: Applied) -> None:
    made = plan(Desired({}, authoritative=True, undetermined=tuple(people)), actual, NOW, before)
    assert {email_key(email) for email in people}.isdisjoint(email_key(change.person) for change in made.changes)
