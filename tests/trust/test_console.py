"""A sample of `make trust`: somebody changes the organization by hand between two calls of an update."""

from __future__ import annotations

import pytest

from tests.trust.console import BY_HAND, interfere
from tests.trust.faults import AtCall, CallSite
from tests.trust.invariants import Timeline
from tests.trust.organization import AFTER, LEAVING, ORGANIZATION
from tests.trust.phases import up
from tests.trust.trials import prepared

HANDS = list(BY_HAND)


@pytest.mark.parametrize("what", HANDS)
def test_somebody_in_the_console_is_put_right_or_asked(sites: list[CallSite], what: str) -> None:
    found = interfere(what, sites[HANDS.index(what) * 11 % len(sites)])
    assert found.done
    assert found.wrong == ()


def last_look(sites: list[CallSite]) -> CallSite:
    """The first call of the look at the organization that comes right before anything is taken away."""
    removal = next(number for number, site in enumerate(sites) if site.method == "DELETE" and "/members/" in site.path)
    return next(site for site in reversed(sites[:removal]) if site.path.endswith("/members$"))


def test_a_deployment_created_after_the_plan_stops_the_removal_of_its_owner(sites: list[CallSite]) -> None:
    owner = next(iter(LEAVING))
    with prepared() as (emulator, state):

        def create() -> None:
            emulator.cloud.add_deployment(ORGANIZATION, "brand-new", owner=owner)

        timeline, hand = Timeline(emulator), AtCall(last_look(sites), create)
        emulator.watchers += [timeline, hand]
        said = up(emulator, state, AFTER)
        members = timeline.now().members
    assert said is not None
    assert said.startswith("Refused: stopped before anything was removed")
    assert f"{owner}: still owns deployment 'brand-new'" in said
    assert LEAVING.keys() <= members.keys()
