"""Lists that lag behind writes: for some reads, or for some time."""

from __future__ import annotations

from datetime import timedelta

from elastic_cloud_emulator import Emulator
from tests.support.client import ACME, Client

INVITATIONS = f"/organizations/{ACME}/invitations"
LEAVING = f"/organizations/{ACME}/members/32"


def test_a_list_lags_for_some_reads_each_list_on_its_own(emulator: Emulator, admin: Client) -> None:
    emulator.switches.list_lag_reads = 2
    admin.delete(LEAVING)
    assert [len(admin.members()) for _ in range(4)] == [2, 2, 1, 1]
    admin.post(INVITATIONS, {"emails": ["cy@acme.example"]})
    assert [len(admin.invitations()) for _ in range(3)] == [0, 0, 1]
    assert [len(admin.members()) for _ in range(3)] == [1, 1, 1]


def test_a_list_shows_what_was_before_the_first_of_several_writes(emulator: Emulator, admin: Client) -> None:
    emulator.switches.list_lag_reads = 1
    for name in ("cy", "di"):
        admin.post(INVITATIONS, {"emails": [f"{name}@acme.example"]})
    assert [len(admin.invitations()) for _ in range(2)] == [0, 2]


def test_a_list_lags_for_some_time_and_writes_count_at_once(emulator: Emulator, admin: Client) -> None:
    emulator.switches.list_lag_seconds = 3600
    admin.delete(LEAVING)
    assert set(admin.members()) == {"31", "32"}
    assert admin.refused("DELETE", LEAVING) == (404, ["organization.membership_not_found"])
    emulator.clock.advance(timedelta(hours=1))
    assert set(admin.members()) == {"31"}


def test_without_lag_a_list_shows_what_is(emulator: Emulator, admin: Client) -> None:
    emulator.switches.list_lag_reads = 5
    admin.delete(LEAVING)
    emulator.switches.list_lag_reads = 0
    assert set(admin.members()) == {"31"}
    emulator.switches.list_lag_reads = 5
    assert set(admin.members()) == {"31"}
