"""The judge is judged: whatever must not be is seen when it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from elastic_cloud_emulator import Cloud, Emulator
from tests.trust.invariants import Timeline, differences, violations
from tests.trust.organization import DEMOTED, NEWCOMERS, ORGANIZATION, OWNERS, found, roles_json


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        found(emulator)
        yield emulator


def by_name(name: str) -> str:
    return f"{name}@acme.example"


def leaves(email: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.leave(ORGANIZATION, email)


def holds(email: str, roles: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.set_roles(ORGANIZATION, email, roles_json(roles))


def invites(email: str) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.invite(ORGANIZATION, email)


WRONGS = {
    "somebody is removed": (leaves(by_name("steady1")), "steady1@acme.example was removed"),
    "an owner is removed": (leaves(next(iter(OWNERS))), "owner1@acme.example was removed and owns something"),
    "somebody loses what both rosters give": (
        holds(by_name("loses1"), "billing-admin"),
        "loses1@acme.example did not hold deployment-editor on d-a, which is in both rosters",
    ),
    "an exchange takes more than one role": (
        holds(by_name("narrows1"), "no roles"),
        "narrows1@acme.example missed several roles at once",
    ),
    "somebody gets a role from nowhere": (
        holds(by_name("gains1"), "deployment-viewer on all; deployment-admin on all"),
        "gains1@acme.example held deployment-admin on all, which is in neither roster",
    ),
    "an administrator is missing": (holds(DEMOTED, "deployment-viewer on all"), "only 2 administrators were left"),
    "a stranger is let in": (
        lambda cloud: cloud.add_member(ORGANIZATION, by_name("stranger")),
        "stranger@acme.example was let in",
    ),
    "a stranger is invited": (invites(by_name("stranger")), "stranger@acme.example was invited"),
    "two e-mails": (
        lambda cloud: [cloud.invite(ORGANIZATION, next(iter(NEWCOMERS))) for _ in range(2)],
        "new1@acme.example got 2 e-mails",
    ),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_must_not_be_is_seen(emulator: Emulator, wrong: str) -> None:
    act, said = WRONGS[wrong]
    timeline = Timeline(emulator)
    assert violations(timeline) == []
    act(emulator.cloud)
    timeline.worked("", "")
    assert said in violations(timeline)


def test_what_has_passed_is_seen_too(emulator: Emulator) -> None:
    timeline = Timeline(emulator)
    for roles in ("no roles", "organization-admin; deployment-viewer on all"):
        holds(DEMOTED, roles)(emulator.cloud)
        timeline.worked("", "")
    assert "only 2 administrators were left" in violations(timeline)


def test_one_role_may_be_missing_while_it_is_exchanged(emulator: Emulator) -> None:
    timeline = Timeline(emulator)
    holds(by_name("narrows1"), "billing-admin")(emulator.cloud)
    timeline.worked("", "")
    assert violations(timeline) == []


def test_what_is_not_yet_as_the_roster_says_is_told(emulator: Emulator) -> None:
    left = differences(Timeline(emulator).now())
    assert "new1@acme.example is missing" in left
    assert "leaving1@acme.example should not be there" in left
    assert "gains1@acme.example holds other roles" in left
