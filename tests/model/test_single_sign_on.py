"""People marked as managed by single sign-on: reported, never invited and never changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_elastic_org.model.changes import RemoveMember, Topic
from pulumi_elastic_org.model.people import Invitation, Member
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.roster_file.reading import parse_roster
from tests.support.builders import (
    ADMIN,
    BILLING,
    NOW,
    applied,
    desired,
    invitation,
    lapsed,
    member,
    mistakes,
    organization,
)

ADA = "ada@acme.io"


@pytest.mark.parametrize(
    "live", [(), (member(ADA, ADMIN),), (member(ADA, BILLING),), (invitation(ADA, ADMIN),), (lapsed(ADA),)]
)
def test_nothing_is_changed_about_them(live: tuple[Member | Invitation, ...]) -> None:
    wanted = desired({ADA: BILLING}, single_sign_on=frozenset({ADA}))
    assert plan(wanted, organization(*live), NOW).changes == ()


def test_roles_that_differ_are_reported_and_equal_ones_are_not() -> None:
    wanted = desired({ADA: BILLING}, single_sign_on=frozenset({ADA}))
    (report,) = plan(wanted, organization(member(ADA, ADMIN)), NOW).reports
    assert report.topic is Topic.SINGLE_SIGN_ON
    assert plan(wanted, organization(member(ADA, BILLING)), NOW).reports == ()


def test_who_is_no_longer_declared_is_removed() -> None:
    (change,) = plan(desired({}), organization(member(ADA)), NOW + timedelta(days=1), applied(ADA)).changes
    assert isinstance(change, RemoveMember)
    assert change.managed


def test_a_file_marks_them() -> None:
    text = f"mode: additive\nmembers:\n  {ADA}: []\nsingle_sign_on: [{ADA.upper()}]\n"
    assert parse_roster(text).single_sign_on == (ADA.upper(),)


def test_a_mark_on_somebody_who_is_not_in_the_file_is_a_mistake() -> None:
    assert mistakes(f"mode: additive\nsingle_sign_on: [{ADA}, nobody]\n") == [
        f"2:18: '{ADA}' is in no group and not under 'members'; add them there with the roles they get",
        "2:31: 'nobody' is not an e-mail address: it needs one '@'; write it as name@example.com",
    ]
