"""The emulator as a server: start, stop, connections, clock."""

from __future__ import annotations

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
import requests
from pydantic import ValidationError

from elastic_cloud_emulator import Clock, Emulator
from tests.support.client import ACME, ADMIN_KEY, Client


def test_a_connection_carries_several_calls_whether_or_not_their_bodies_are_wanted(emulator: Emulator) -> None:
    connection = http.client.HTTPConnection(emulator.endpoint.removeprefix("http://"), timeout=10)
    connection.connect()
    first = connection.sock
    for headers, status in (({}, 401), ({"Authorization": f"ApiKey {ADMIN_KEY}"}, 400)):
        connection.request("POST", f"/api/v1/organizations/{ACME}/invitations", body=b'{"emails": []}', headers=headers)
        response = connection.getresponse()
        response.read()
        assert (response.status, connection.sock) == (status, first)
    connection.close()


def test_an_answer_to_head_has_no_body(admin: Client) -> None:
    response = admin.call("HEAD", "/organizations")
    assert (response.status_code, response.content) == (200, b"")
    assert admin.get("/organizations")


def test_calls_at_the_same_time_lose_nothing(emulator: Emulator) -> None:
    def invite(number: int) -> None:
        Client(emulator).post(f"/organizations/{ACME}/invitations", {"emails": [f"p{number}@acme.example"]})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(invite, range(40)))
    assert len(Client(emulator).invitations()) == 40


def test_state_outlives_the_server_which_starts_again_on_its_port(emulator: Emulator, admin: Client) -> None:
    endpoint = emulator.endpoint
    admin.get("/organizations")
    emulator.stop()
    with pytest.raises(requests.ConnectionError):
        admin.get("/organizations")
    emulator.start()
    assert emulator.endpoint == endpoint
    assert set(admin.members()) == {"31", "32"}


def test_serving_forever_lasts_until_the_emulator_stops(emulator: Emulator) -> None:
    with ThreadPoolExecutor(1) as pool:
        serving = pool.submit(emulator.serve_forever)
        assert not serving.done()
        emulator.stop()
        serving.result(timeout=10)


def test_latency_keeps_a_client_waiting(emulator: Emulator, admin: Client) -> None:
    emulator.switches.latency = 30
    with pytest.raises(requests.ReadTimeout):
        admin.call("GET", "/organizations", timeout=0.2)
    assert emulator.calls.all() == []


def test_a_taken_port_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        Emulator(port=other.getsockname()[1]).start()


def test_an_emulator_is_started_once_and_has_no_endpoint_before() -> None:
    emulator = Emulator()
    with pytest.raises(RuntimeError, match="before it is started"):
        _ = emulator.endpoint
    with emulator, pytest.raises(RuntimeError, match="already"):
        emulator.start()
    emulator.stop()


def test_the_root_says_what_it_is(emulator: Emulator) -> None:
    assert "Elastic Cloud, emulated" in requests.get(f"{emulator.endpoint}/", timeout=10).text


def test_a_clock_stands_still_from_a_given_instant_until_it_is_advanced() -> None:
    start = datetime(2025, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    clock = Clock(start)
    assert clock.now() == start
    clock.advance(timedelta(hours=1))
    assert clock.now() == start + timedelta(hours=1)
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="time zone"):
        Clock(datetime(2025, 6, 1))


def test_an_emulator_can_live_at_a_given_instant() -> None:
    with Emulator(now=datetime(2025, 6, 1, tzinfo=timezone.utc)) as emulator:
        emulator.cloud.add_organization("acme", id=ACME)
        emulator.cloud.add_member(ACME, "ada@acme.example", key="k")
        [member] = Client(emulator, "k").members().values()
    assert member["member_since"] == "2025-06-01T00:00:00.000Z"


def test_a_misspelt_switch_is_refused(emulator: Emulator) -> None:
    with pytest.raises(ValidationError):
        emulator.switches.hide_emails = frozenset()  # type: ignore[attr-defined]
    with pytest.raises(ValidationError):
        emulator.switches.latency = -1
