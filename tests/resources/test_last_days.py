"""The last days that a program gives beside its members: they are about people whom it declares, and nobody else."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.lifecycle.interface import Refused
from tests.support.provided import Cloud

BOB, ROB = "bob@acme.example", "rob@acme.example"
FAR, PAST = "2030-01-01", "2020-01-01"


@pytest.mark.parametrize("day", [FAR, PAST])
def test_a_last_day_of_somebody_who_is_not_declared_is_refused_and_removes_nobody(cloud: Cloud, day: str) -> None:
    cloud.join(BOB)
    cloud.join(ROB)
    roster = cloud.roster("additive")
    with pytest.raises(Refused, match=f"until: {BOB} is not among the members"):
        roster.up(members={ROB: "no roles"}, until={BOB: day})
    assert BOB in cloud.people()


@pytest.mark.parametrize("day", ["31.01.2027", "2027-02-30", "soon"])
def test_what_is_no_day_is_refused(cloud: Cloud, day: str) -> None:
    with pytest.raises(Refused, match=f"until, {BOB}: must be a day such as 2027-01-31, not '{day}'"):
        cloud.roster("additive").up(members={BOB: "no roles"}, until={BOB: day})


def test_a_person_has_one_last_day(cloud: Cloud) -> None:
    with pytest.raises(Refused, match=f"until: {BOB} is the same address as BOB@acme.example; keep one of them"):
        cloud.roster("additive").up(members={BOB: "no roles"}, until={BOB: FAR, "BOB@acme.example": PAST})


def test_every_mistake_is_told_beside_it(cloud: Cloud) -> None:
    with pytest.raises(Refused) as refusal:
        cloud.roster("additive").up(members={}, until={BOB: FAR, ROB: FAR}, overrides={BOB: "owns-resources"})
    for mistake in (f"until: {BOB}", f"until: {ROB}", f"overrides, {BOB}: give a reason"):
        assert mistake in str(refusal.value)


def test_who_is_declared_is_removed_after_their_last_day_and_not_again_declared_by_it(cloud: Cloud) -> None:
    cloud.join(BOB)
    roster = cloud.roster("additive")
    roster.up(members={ROB: "no roles", BOB: "no roles"}, until={"Bob@acme.example": FAR})
    assert BOB in cloud.people()
    for _ in range(2):  # the state of the first one has the last day, and nobody by it
        roster.up(members={ROB: "no roles", BOB: "no roles"}, until={"Bob@acme.example": PAST})
        assert BOB not in cloud.people()
