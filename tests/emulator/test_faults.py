"""What goes wrong on demand, and what is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
from pydantic import ValidationError

from elastic_cloud_emulator import Call, ConnectionDropped, Emulator, Fault, Watcher
from tests.support.client import ACME, Client

INVITATIONS = f"/organizations/{ACME}/invitations"
ONE = {"emails": ["cy@acme.example"]}


def statuses(client: Client, count: int) -> list[int]:
    return [client.call("GET", "/organizations").status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(kind="rate_limited"), 429, "root.rate_limit_exceeded"),
        (Fault(kind="invitations_rate_limited"), 429, "organization.invitations_rate_limit_exceeded"),
        (Fault(kind="forbidden"), 403, "root.invalid_authentication"),
        (Fault(kind="not_found"), 404, "root.resource_not_found"),
        (Fault(kind="server_error"), 500, "root.internal_server_error"),
        (Fault(kind="unavailable"), 503, "root.service_unavailable"),
    ],
)
def test_a_refusal_comes_once_and_changes_nothing(
    emulator: Emulator, admin: Client, fault: Fault, status: int, code: str
) -> None:
    emulator.faults.add(fault)
    assert admin.refused("POST", INVITATIONS, ONE) == (status, [code])
    assert admin.invitations() == {}


def test_a_refusal_may_come_after_the_effect(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="unavailable", takes_effect=True))
    assert admin.call("POST", INVITATIONS, ONE).status_code == 503
    assert set(admin.invitations()) == {"cy@acme.example"}


def test_a_call_is_refused_with_any_status_and_code(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="refused", status=422, code="organization.newer"))
    assert admin.refused("POST", INVITATIONS, ONE) == (422, ["organization.newer"])


def test_only_calls_with_a_certain_entry_in_the_body_are_refused(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="refused", method="POST", body="di@acme", times=None))
    assert admin.refused("POST", INVITATIONS, {"emails": ["cy@acme.example", "di@acme.example"]})[0] == 400
    admin.post(INVITATIONS, ONE)
    assert set(admin.invitations()) == {"cy@acme.example"}


def test_a_write_answers_success_and_does_nothing(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="ignored", method="POST"))
    emulator.faults.add(Fault(kind="ignored", method="DELETE"))
    [invitation] = admin.post(INVITATIONS, ONE)["invitations"]
    assert invitation["email"] == "cy@acme.example"
    assert admin.delete(f"/organizations/{ACME}/members/32") == {}
    assert admin.invitations() == {}
    assert set(admin.members()) == {"31", "32"}
    assert emulator.outbox.messages == []


@pytest.mark.parametrize("takes_effect", [False, True])
def test_a_success_may_tell_of_errors(emulator: Emulator, admin: Client, takes_effect: bool) -> None:
    errors = [{"code": "user.not_found", "message": "no"}]
    emulator.faults.add(Fault(kind="amended", method="DELETE", amendment={"errors": errors}, takes_effect=takes_effect))
    assert admin.delete(f"/organizations/{ACME}/members/32") == {"errors": errors}
    assert ("32" in admin.members()) == (not takes_effect)


def test_answers_have_fields_that_came_later(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="amended", amendment={"members": {"nickname": "x"}, "total": 2}))
    answer = admin.get(f"/organizations/{ACME}/members")
    assert answer["total"] == 2
    assert [member["nickname"] for member in answer["members"]] == ["x", "x"]
    assert {member["user_id"] for member in answer["members"]} == {"31", "32"}


def test_retry_after_is_sent_when_it_is_asked_for(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="rate_limited", retry_after=7))
    emulator.faults.add(Fault(kind="rate_limited"))
    assert admin.call("GET", "/organizations").headers["Retry-After"] == "7"
    assert "Retry-After" not in admin.call("GET", "/organizations").headers


def test_faults_hit_the_calls_they_are_for(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="server_error", skip=1, times=2))
    assert statuses(admin, 4) == [200, 500, 500, 200]
    emulator.faults.add(Fault(kind="unavailable", method="POST", path=r"/invitations$"))
    assert statuses(admin, 1) == [200]
    assert admin.call("POST", INVITATIONS, ONE).status_code == 503
    emulator.faults.add(Fault(kind="server_error", times=None))
    assert statuses(admin, 3) == [500, 500, 500]
    emulator.faults.clear()
    assert statuses(admin, 1) == [200]


def test_faults_are_met_in_the_order_in_which_they_were_added(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="server_error"))
    emulator.faults.add(Fault(kind="unavailable"))
    assert [fault.kind for fault in emulator.faults] == ["server_error", "unavailable"]
    assert statuses(admin, 3) == [500, 503, 200]


@pytest.mark.parametrize("takes_effect", [False, True])
def test_a_connection_is_dropped_before_or_after_the_effect(
    emulator: Emulator, admin: Client, takes_effect: bool
) -> None:
    emulator.faults.add(Fault(kind="connection_dropped", takes_effect=takes_effect))
    with pytest.raises(requests.ConnectionError):
        admin.call("POST", INVITATIONS, ONE)
    assert emulator.calls.all() == [Call("POST", "/organizations/{organization_id}/invitations", None)]
    assert bool(admin.invitations()) == takes_effect


def test_a_client_that_does_not_wait_finds_the_effect_later(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="delayed", seconds=30))
    with pytest.raises(requests.ReadTimeout):
        admin.call("POST", INVITATIONS, ONE, timeout=0.2)
    assert set(admin.invitations()) == {"cy@acme.example"}


@pytest.mark.parametrize("takes_effect", [False, True])
def test_a_call_may_never_be_answered(emulator: Emulator, admin: Client, takes_effect: bool) -> None:
    emulator.faults.add(Fault(kind="unanswered", seconds=30, takes_effect=takes_effect))
    with pytest.raises(requests.ReadTimeout):
        admin.call("POST", INVITATIONS, ONE, timeout=0.2)
    assert bool(admin.invitations()) == takes_effect


class Notes(Watcher):
    """Notes what it is told, and drops the call of its choice."""

    def __init__(self, emulator: Emulator, dropped: str = "") -> None:
        self.seen: list[tuple[str, str, bool]] = []
        self._emulator = emulator
        self._dropped = dropped

    def arrived(self, method: str, path: str) -> None:
        self._note("arrived", f"{method} {path}")
        if method == self._dropped:
            raise ConnectionDropped

    def worked(self, method: str, path: str) -> None:
        self._note("worked", f"{method} {path}")

    def _note(self, when: str, call: str) -> None:
        self.seen.append((when, call, bool(self._emulator.cloud.organization(ACME).invitations)))


def test_a_watcher_is_told_of_a_call_before_and_after_its_effect(emulator: Emulator, admin: Client) -> None:
    watcher = Notes(emulator)
    emulator.watchers.append(watcher)
    admin.post(INVITATIONS, ONE)
    call = f"POST /api/v1{INVITATIONS}"
    assert watcher.seen == [("arrived", call, False), ("worked", call, True)]


def test_a_watcher_may_drop_a_call_before_its_effect(emulator: Emulator, admin: Client) -> None:
    emulator.watchers.append(Notes(emulator, dropped="POST"))
    with pytest.raises(requests.ConnectionError):
        admin.call("POST", INVITATIONS, ONE)
    assert admin.invitations() == {}
    assert emulator.calls.all()[0] == Call("POST", "/organizations/{organization_id}/invitations", None)


def test_a_delayed_answer_is_the_right_one(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="delayed", seconds=0))
    assert admin.get("/organizations")["organizations"][0]["id"] == ACME


def test_an_answer_may_be_no_json(emulator: Emulator, admin: Client) -> None:
    emulator.faults.add(Fault(kind="invalid_json"))
    emulator.faults.add(Fault(kind="html_page"))
    broken = admin.call("GET", "/organizations")
    with pytest.raises(requests.JSONDecodeError):
        broken.json()
    page = admin.call("GET", "/organizations")
    assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "fault", [{"kind": "unknown"}, {"kind": "delayed", "path": "("}, {"kind": "delayed", "time": 2}]
)
def test_a_fault_that_makes_no_sense_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Fault.model_validate(fault)


def test_a_rate_limit_is_told_and_enforced_for_each_key(emulator: Emulator, admin: Client, member: Client) -> None:
    emulator.switches.rate_limit = 2
    emulator.switches.rate_limit_interval = 30
    first = admin.call("GET", "/organizations").headers
    told = {name: first[f"x-ratelimit-{name}"] for name in ("interval", "limit", "remaining")}
    assert told == {"interval": "30", "limit": "2", "remaining": "1"}
    assert statuses(admin, 1) == [200]
    refused = admin.call("GET", "/organizations")
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (429, "0")
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert statuses(member, 1) == [200]
    emulator.clock.advance(timedelta(seconds=30))
    assert statuses(admin, 1) == [200]


def test_without_a_limit_the_headers_are_there_all_the_same(admin: Client) -> None:
    headers = admin.call("GET", "/organizations").headers
    assert headers["x-ratelimit-limit"] == headers["x-ratelimit-remaining"]


def test_calls_are_counted_by_route_and_tokens_are_not_kept(emulator: Emulator, admin: Client) -> None:
    admin.post(INVITATIONS, ONE)
    token = emulator.outbox.messages[0].token
    admin.delete(f"{INVITATIONS}/{token}")
    admin.call("GET", f"/organizations/invitations/{token}")
    admin.call("GET", f"/unknown/{token}")
    assert emulator.calls.counts() == {
        "POST /organizations/{organization_id}/invitations": 1,
        "DELETE /organizations/{organization_id}/invitations/{invitation_tokens}": 1,
        "GET /organizations/invitations/{invitation_token}": 1,
        "GET unknown": 1,
    }
    assert [call.status for call in emulator.calls.all()] == [201, 200, 404, 404]
    assert token not in str(emulator.calls.all())
    emulator.calls.reset()
    assert emulator.calls.all() == []
