"""What is tried again, how often, and after how long."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_elastic_org.cloud.errors import (
    CloudError,
    NoAnswer,
    NobodyListens,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
    ServerFailed,
    UnreadableAnswer,
)
from pulumi_elastic_org.cloud.session import Session
from tests.support.scripted import DROPPED, KEY, FakeTime, Reply, Scripted, refusal

DONE = Reply(json={"done": True})
LIMITED = refusal(429, "root.rate_limited")
CUT_OFF = Reply(text='{"done"', headers={"Content-Length": "500"})
INVITATION = {"emails": ["ada@acme.example"]}


def read(session: Session) -> Any:
    return session.call("GET", "organizations", action="read")


def write_once(session: Session) -> Any:
    return session.call("POST", "organizations", "1", "invitations", action="write", body=INVITATION, repeatable=False)


FAILURES = {
    "500": refusal(500, "a.failure"),
    "502 as a page": Reply(502, text="<html>Bad gateway</html>"),
    "503": refusal(503, "a.failure"),
    "504": Reply(504),
    "dropped": DROPPED,
    "cut off": CUT_OFF,
    "no JSON": Reply(text="{"),
    "a page": Reply(text="<html></html>"),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_read_is_repeated_after_a_failure_on_the_way(server: Scripted, session: Session, failure: Reply) -> None:
    server.will(failure, failure, DONE)
    assert read(session) == {"done": True}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_what_must_not_be_repeated_is_sent_once_and_its_outcome_called_unknown(
    server: Scripted, session: Session, failure: Reply
) -> None:
    server.will(failure, DONE)
    with pytest.raises(OutcomeUnknown, match="not known whether it was done"):
        write_once(session)
    assert len(server.received) == 1


def test_a_rate_limited_call_was_not_carried_out_and_is_always_repeated(server: Scripted, session: Session) -> None:
    server.will(LIMITED, DONE)
    assert write_once(session) == {"done": True}


def test_a_refused_connection_was_not_used_and_is_always_tried_again(time: FakeTime) -> None:
    session = Session("http://127.0.0.1:1", KEY, patience=time.patience())
    with pytest.raises(NobodyListens):
        write_once(session)
    assert len(time.waits) == 2
    assert sum(time.waits) < 5


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_is_not_repeated(server: Scripted, session: Session, status: int) -> None:
    server.will(refusal(status, "a.refusal"), DONE)
    with pytest.raises(RequestRefused):
        read(session)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (LIMITED, RateLimited),
        (FAILURES["503"], ServerFailed),
        (DROPPED, NoAnswer),
        (FAILURES["no JSON"], UnreadableAnswer),
    ],
)
def test_attempts_are_bounded_and_the_last_error_is_told(
    server: Scripted, session: Session, failure: Reply, kind: type[CloudError]
) -> None:
    server.will(*[failure] * 6, DONE)
    with pytest.raises(kind):
        read(session)
    assert len(server.received) == 6


def test_waits_grow_exponentially_with_jitter(server: Scripted, session: Session, time: FakeTime) -> None:
    server.will(*[FAILURES["503"]] * 5, DONE)
    read(session)
    for number, wait in enumerate(time.waits):
        assert 0.5 * 2**number <= wait <= 0.5 * 2**number + 0.5


def test_no_wait_is_longer_than_the_bound(server: Scripted, time: FakeTime) -> None:
    server.will(*[refusal(429, "a.limit", Retry_After="200")] * 3, DONE)
    read(Session(server.endpoint, KEY, warn=lambda _: None, patience=time.patience(max_wait=60)))
    assert time.waits == [60, 60, 60]


def test_a_wait_that_is_longer_than_all_patience_is_told_at_once(
    server: Scripted, session: Session, time: FakeTime
) -> None:
    server.will(refusal(429, "a.limit", Retry_After="3600"), DONE)
    with pytest.raises(RateLimited, match="Elastic Cloud asks to wait 3600 s"):
        read(session)
    assert time.waits == []


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30),
        ({"Retry_After": "9", "x_ratelimit_remaining": "0", "x_ratelimit_interval": "3"}, 9),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_interval": "20"}, 20),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_interval": "20s"}, 20),
    ],
)
def test_a_rate_limit_is_waited_for_as_long_as_it_asks(
    server: Scripted, session: Session, time: FakeTime, headers: dict[str, str], expected: float
) -> None:
    server.will(refusal(429, "a.limit", **headers), DONE)
    read(session)
    assert sum(time.waits) == pytest.approx(expected)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "soon"},
        {"Retry_After": "-1"},
        {"Retry_After": "9" * 5000},
        {"Retry_After": "Wed, 99 Foo 99999999999999999999 07:28:00 GMT"},
        {"Retry_After": "Mon, 01 Jan 0001 00:00:00 +1400"},
        {"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"},
        {"x_ratelimit_remaining": "0", "x_ratelimit_interval": "a while"},
        {"x_ratelimit_remaining": "0"},
        {"x_ratelimit_remaining": "3", "x_ratelimit_interval": "20"},
    ],
)
def test_a_rate_limit_that_says_nothing_useful_is_waited_for_with_backoff(
    server: Scripted, session: Session, time: FakeTime, headers: dict[str, str]
) -> None:
    server.will(refusal(429, "a.limit", **headers), DONE)
    read(session)
    (wait,) = time.waits
    assert 0.5 <= wait <= 1.0


def test_a_used_up_rate_limit_is_waited_for_before_the_next_call(
    server: Scripted, session: Session, time: FakeTime
) -> None:
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-interval": "10", "x-ratelimit-limit": "5"}
    server.will(Reply(json={}, headers=used_up), DONE, DONE)
    read(session)
    assert time.waits == []
    time.now += 4
    read(session)
    read(session)
    assert time.waits == [pytest.approx(6)]


def test_later_answers_that_leave_calls_over_end_the_wait(server: Scripted, session: Session, time: FakeTime) -> None:
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-interval": "86400"}
    left = Reply(json={}, headers={"x-ratelimit-remaining": "99", "x-ratelimit-interval": "86400"})
    server.will(Reply(json={}, headers=used_up), left, left, left)
    for _ in range(4):
        read(session)
    assert time.waits == [60]


def test_a_rate_limit_with_calls_left_is_not_waited_for(server: Scripted, session: Session, time: FakeTime) -> None:
    server.will(Reply(json={}, headers={"x-ratelimit-remaining": "1", "x-ratelimit-interval": "10"}), DONE)
    read(session)
    read(session)
    assert time.waits == []


def test_a_long_wait_is_explained_and_a_short_one_is_not(
    server: Scripted, session: Session, warnings: list[str]
) -> None:
    server.will(refusal(429, "a.limit", Retry_After="2"), refusal(429, "a.limit", Retry_After="12"), DONE)
    read(session)
    (warning,) = warnings
    assert "retrying in 12 s" in warning


def test_a_limit_on_invitations_says_that_the_same_command_goes_on(server: Scripted, session: Session) -> None:
    server.will(*[refusal(429, "organization.invitations_rate_limit_exceeded", "Too many")] * 6)
    with pytest.raises(RateLimited, match="sends only what is missing"):
        write_once(session)
