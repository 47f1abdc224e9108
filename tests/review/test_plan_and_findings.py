"""Plan and findings are read off one comparison: whatever is declared, applied and live, they agree."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_elastic_org.model.changes import AddGrants, Invite, Reinvite, RemoveGrants
from pulumi_elastic_org.model.comparison import Comparison, Known, compare
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.people import Applied, Desired, Member, Organization, email_key
from pulumi_elastic_org.model.plan import plan_of
from pulumi_elastic_org.review.findings import UP, find_differences
from pulumi_elastic_org.review.model import Kind
from tests.support.builders import NOW, invitation, lapsed, roles

EMAILS = [f"{name}@acme.io" for name in "abcdef"]
USER_IDS = ["u0", "u1", "u2", "gone"]
ROLES = ["no roles", "billing-admin", "deployment-editor on a", "deployment-editor on a, b", "organization-admin"]

_emails = st.sampled_from(EMAILS)
_people = st.dictionaries(_emails, st.sampled_from(ROLES))
_some = st.frozensets(_emails, max_size=2)


@st.composite
def _organizations(draw: st.DrawFn) -> Organization:
    members = [
        Member(user_id, draw(st.one_of(st.none(), _emails)), roles(draw(st.sampled_from(ROLES))))
        for user_id in draw(st.lists(st.sampled_from(USER_IDS[:3]), unique=True))
    ]
    invitations = [
        draw(st.sampled_from([invitation, lapsed]))(email, draw(st.sampled_from(ROLES)))
        for email in draw(st.lists(_emails, max_size=4, unique=True))
    ]
    return Organization("acme", tuple(members), tuple(invitations))


@st.composite
def _comparisons(draw: st.DrawFn) -> Comparison:
    declared = {email: roles(text) for email, text in draw(_people).items()}
    undetermined = tuple(email for email in draw(_some) if email not in declared)
    desired = Desired(
        declared,
        authoritative=draw(st.booleans()),
        max_resends=draw(st.integers(0, 1)),
        undetermined=undetermined,
        single_sign_on=draw(_some),
        managed_elsewhere=draw(_some) - declared.keys() - {*undetermined},
        until={
            email: draw(st.sampled_from([date(2026, 1, 1), date(2026, 3, 9)]))
            for email in draw(_some) & declared.keys()
        },
        changed_accounts=draw(_some),
    )
    applied = Applied(
        draw(_people),
        draw(st.dictionaries(_emails, st.sampled_from(USER_IDS))),
        managed_elsewhere=draw(_some),
    )
    return compare(desired, draw(_organizations()), NOW, applied)


@settings(max_examples=200, deadline=None)
@given(_comparisons())
def test_everybody_for_whom_something_is_planned_has_a_finding_that_says_why(comparison: Comparison) -> None:
    planned = {email_key(change.person) for change in plan_of(comparison).changes}

    found = {email_key(one.person or "") for one in find_differences(comparison) if one.kind is not Kind.LEFT_ALONE}

    assert planned <= found


@settings(max_examples=200, deadline=None)
@given(_comparisons())
def test_a_finding_promises_no_change_that_is_not_planned(comparison: Comparison) -> None:
    planned = {email_key(change.person) for change in plan_of(comparison).changes}
    not_known_yet = {
        delta.person for delta in comparison.deltas if delta.known is Known.DECLARED and delta.declared is None
    }

    for one in find_differences(comparison):
        if UP.lower() in one.enforce.lower() and "max_resends" not in one.enforce:
            assert email_key(one.person or "") in planned or one.person in not_known_yet


@settings(max_examples=200, deadline=None)
@given(_comparisons())
def test_a_pending_change_is_from_what_is_live_to_what_the_plan_makes_of_it(comparison: Comparison) -> None:
    for one in find_differences(comparison):
        if one.kind is not Kind.PENDING_CHANGE:
            continue
        changes = [change for change in plan_of(comparison).changes if change.person == one.person]
        held = None if one.before is None else roles(one.before)
        for change in changes:
            if isinstance(change, Invite | Reinvite):
                held = change.grants
            elif isinstance(change, AddGrants):
                held = (held or frozenset()) | change.grants
            elif isinstance(change, RemoveGrants):
                held = (held or frozenset()) - change.grants
            else:
                held = None
        assert one.after == (None if held is None else format_grants(held))
