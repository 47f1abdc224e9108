"""What makes two changes of two plans the same change."""

from __future__ import annotations

from pulumi_elastic_org.model.changes import AddGrants, Invite, RemoveGrants, RemoveMember, Report, Topic, identity
from tests.support.builders import BILLING, roles, user_id

BOB, MARRIED = "bob@acme.io", "bob.married@acme.io"


def test_a_change_of_a_member_is_that_of_the_account_whatever_its_address() -> None:
    before = RemoveMember(BOB, user_id(BOB), roles(BILLING), managed=True)
    after = RemoveMember(MARRIED, user_id(BOB), roles(BILLING), managed=True)
    assert identity(before) == identity(after)


def test_what_is_done_tells_changes_of_one_member_apart() -> None:
    added, removed = (kind(BOB, user_id(BOB), roles(BILLING)) for kind in (AddGrants, RemoveGrants))
    assert identity(added) != identity(removed)


def test_an_invitation_is_that_of_the_address_in_any_spelling() -> None:
    assert identity(Invite(BOB, roles(BILLING))) == identity(Invite("Bob@ACME.io", roles(BILLING)))
    assert identity(Invite(BOB, roles(BILLING))) != identity(Invite(MARRIED, roles(BILLING)))


def test_a_report_goes_to_json_and_back() -> None:
    report = Report(BOB, Topic.PENDING, "has until tomorrow")
    assert report.to_json() == {"person": BOB, "topic": "invitation pending", "text": "has until tomorrow"}
    assert Report.from_json(report.to_json()) == report
    assert str(report) == f"{BOB}: has until tomorrow"
