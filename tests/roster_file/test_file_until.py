"""Last days: a person is named with one, told of in advance, and taken out the day after."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from pulumi_elastic_org.model.changes import CancelInvitation, Plan, RemoveMember
from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.people import Desired, Invitation, Member
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.roster_file.reading import parse_roster
from tests.support.builders import invitation, member, mistakes, organization

LAST_DAY = date(2027, 1, 31)
MIDNIGHT_AFTER = datetime(2027, 2, 1, tzinfo=timezone.utc)
CONTRACTOR = "cy@agency.example"


def planned(now: datetime, *people: Member | Invitation, mode: str = "authoritative") -> Plan:
    text = f"mode: {mode}\nmembers: {{{CONTRACTOR}: {{roles: [billing-admin], until: 2027-01-31}}}}"
    read = parse_roster(text)
    desired = Desired(read.people, read.authoritative, until=read.until)
    return plan(desired, organization(*people), now)


def reports(made: Plan) -> list[str]:
    return [f"{report.person} {report.text}" for report in made.reports]


def test_a_person_is_written_with_roles_and_a_last_day() -> None:
    read = parse_roster(
        "mode: additive\nbundles: {b: [billing-admin]}\n"
        "members: {a@b.io: {roles: [b, security-viewer on all], until: 2027-01-31}, c@b.io: {until: 2027-02-28}, d@b.io: {}}"
    )

    assert {email: format_grants(grants) for email, grants in read.people.items()} == {
        "a@b.io": "billing-admin; security-viewer on all",
        "c@b.io": "no roles",
        "d@b.io": "no roles",
    }
    assert read.until == {"a@b.io": LAST_DAY, "c@b.io": date(2027, 2, 28)}


@pytest.mark.parametrize("mode", ["authoritative", "additive"])
def test_on_the_last_day_access_stays_and_from_midnight_utc_the_plan_removes(mode: str) -> None:
    person = member(CONTRACTOR, "billing-admin")

    assert planned(MIDNIGHT_AFTER - timedelta(seconds=1), person, mode=mode).changes == ()
    assert planned(MIDNIGHT_AFTER, person, mode=mode).changes == (
        RemoveMember(CONTRACTOR, person.user_id, person.grants, managed=True),
    )


def test_the_day_is_that_of_utc_wherever_the_program_runs() -> None:
    west = timezone(timedelta(hours=-8))
    person = member(CONTRACTOR, "billing-admin")

    assert planned(datetime(2027, 1, 31, 15, 59, tzinfo=west), person).changes == ()
    assert planned(datetime(2027, 1, 31, 16, 0, tzinfo=west), person).changes


def test_an_invitation_that_is_still_open_is_cancelled() -> None:
    open_one = invitation(CONTRACTOR, "billing-admin", sent=MIDNIGHT_AFTER - timedelta(hours=1))

    assert planned(MIDNIGHT_AFTER, open_one).changes == (
        CancelInvitation(CONTRACTOR, open_one, lapsed=False, managed=True),
    )


def test_nobody_is_invited_after_their_last_day() -> None:
    assert planned(MIDNIGHT_AFTER).changes == ()


def test_the_last_day_is_told_of_a_month_in_advance_and_not_before() -> None:
    person = member(CONTRACTOR, "billing-admin")

    assert reports(planned(MIDNIGHT_AFTER - timedelta(days=32), person)) == []
    assert reports(planned(MIDNIGHT_AFTER - timedelta(days=31), person)) == [
        f"{CONTRACTOR} has access until 2027-01-31, which is in 30 days; after that the plan removes them"
    ]
    assert reports(planned(MIDNIGHT_AFTER - timedelta(days=2), person)) == [
        f"{CONTRACTOR} has access until 2027-01-31, which is in 1 day; after that the plan removes them"
    ]
    assert reports(planned(MIDNIGHT_AFTER - timedelta(hours=1), person)) == [
        f"{CONTRACTOR} has access until 2027-01-31, which is today; after that the plan removes them"
    ]


def test_a_line_whose_day_has_passed_is_to_be_taken_out() -> None:
    assert reports(planned(MIDNIGHT_AFTER)) == [
        f"{CONTRACTOR} had access until 2027-01-31; take the line out of the roster"
    ]


MISTAKES = {
    "no day of the calendar": ("{until: 2027-02-30}", "2:20: this is the last day with access; write it as 2027-01-31"),
    "another order": ("{until: 31.01.2027}", "2:20: this is the last day with access; write it as 2027-01-31"),
    "a time": ("{until: 2027-01-31T12:00:00}", "2:20: this is the last day with access; write it as 2027-01-31"),
    "a list": ("{until: []}", "2:20: this is the last day with access; write it as 2027-01-31"),
    "a key that is nearly right": ("{untill: 2027-01-31}", "2:20: 'untill' is not a key here; did you mean 'until'?"),
    "roles that are no list": (
        "{roles: billing-admin}",
        "2:20: 'roles' takes a list; write [one, two], or [] for none",
    ),
    "a role that is nearly right": (
        "{roles: [biling-admin]}",
        "2:28: 'biling-admin' is not a known role; did you mean 'billing-admin'?",
    ),
    "nothing among roles": ("{roles: [billing-admin, ~]}", "2:43: each entry of 'roles' is text"),
}


@pytest.mark.parametrize(("entry", "mistake"), MISTAKES.values(), ids=MISTAKES.keys())
def test_what_is_invalid(entry: str, mistake: str) -> None:
    assert mistakes(f"mode: additive\nmembers: {{a@b.io: {entry}}}") == [mistake]
