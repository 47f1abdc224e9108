"""Authentication, addresses, and what a session does with answers."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from pulumi_elastic_org.cloud.errors import (
    AccessDenied,
    ConfigurationError,
    KeyOrigin,
    KeyRefused,
    NotFound,
    RequestRefused,
    UnreadableAnswer,
)
from pulumi_elastic_org.cloud.session import Session
from tests.support.scripted import KEY, FakeTime, Reply, Scripted, refusal


def get(session: Session, **more: object) -> object:
    return session.call("GET", "organizations", action="list the organizations", **more)  # type: ignore[arg-type]


def test_a_call_carries_the_key_and_says_who_calls(server: Scripted, session: Session) -> None:
    server.will(Reply(json={"organizations": []}))
    assert get(session) == {"organizations": []}
    (request,) = server.received
    assert request.path == "/api/v1/organizations"
    assert request.headers["Authorization"] == f"ApiKey {KEY}"
    assert request.headers["User-Agent"].startswith("pulumi-elastic-org/")


@pytest.mark.parametrize("suffix", ["", "/", "//", "/api/v1", "/api/v1/"])
def test_an_endpoint_may_end_in_slashes_and_in_the_api_path(server: Scripted, suffix: str) -> None:
    server.will(Reply(json={}))
    get(Session(server.endpoint + suffix, KEY))
    assert server.received[0].path == "/api/v1/organizations"


def test_an_endpoint_keeps_the_path_that_a_gateway_gives_it() -> None:
    assert Session("https://gateway.example/elastic/", KEY).endpoint == "https://gateway.example/elastic"


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "api.elastic-cloud.com",
        "ftp://api.elastic-cloud.com",
        "https://",
        "https://api.example:port",
        "https://[::1",
        "https://user:secret@api.example",
        "https://api.example?x=1",
        "https://api.example#x",
    ],
)
def test_an_address_that_cannot_be_the_api_is_refused_without_repeating_it(endpoint: str) -> None:
    with pytest.raises(ConfigurationError, match="check EC_ENDPOINT") as refused:
        Session(endpoint, KEY)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("host", ["api.example", "10.0.0.1", "localhost.example", "127.0.0.1.example", "128.0.0.1"])
def test_the_key_is_not_sent_over_plain_http_beyond_loopback(host: str) -> None:
    with pytest.raises(ConfigurationError, match="plain HTTP"):
        Session(f"http://{host}:9", KEY)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_plain_http_is_fine_on_loopback(host: str) -> None:
    assert Session(f"http://{host}:9", KEY).endpoint == f"http://{host}:9"


@pytest.mark.parametrize("key", ["", " s3cret", "s3cret\n", "s3 cret", "s3cret\r\nX-Evil: 1", "s3crét", "s3cret\x7f"])
def test_a_key_that_cannot_be_in_a_header_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Session("https://api.example", key)
    assert "s3" not in str(refused.value)


def test_the_key_is_not_in_the_representation() -> None:
    session = Session("https://api.example", KEY)
    assert repr(session) == "Session(endpoint='https://api.example')"


def test_a_netrc_file_does_not_replace_the_key(
    server: Scripted, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    server.will(Reply(json={}))
    get(session)
    assert server.received[0].headers["Authorization"] == f"ApiKey {KEY}"


def test_no_proxy_sees_what_goes_to_loopback(
    server: Scripted, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    server.will(Reply(json={}))
    assert get(session) == {}


def test_cookies_are_not_kept(server: Scripted, session: Session) -> None:
    server.will(Reply(json={}, headers={"Set-Cookie": "tracked=yes"}), Reply(json={}))
    get(session)
    get(session)
    assert "Cookie" not in server.received[1].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_its_address_not_shown(server: Scripted, session: Session, status: int) -> None:
    elsewhere = f"{server.endpoint.replace('127.0.0.1', 'localhost')}/login?token=secret"
    server.will(Reply(status, headers={"Location": elsewhere}), Reply(json={}))
    with pytest.raises(ConfigurationError, match="redirects to localhost") as refused:
        get(session)
    assert "secret" not in str(refused.value)
    assert len(server.received) == 1


def test_a_refused_key_says_where_it_came_from(server: Scripted) -> None:
    origin = KeyOrigin("the Provider 'globex'", "Run `pulumi up` first.")
    session = Session(server.endpoint, "a-key", key_from=origin)
    server.will(refusal(401, "root.unauthorized", "Credentials were invalid"))
    with pytest.raises(KeyRefused) as refused:
        get(session)
    text = str(refused.value)
    assert text.startswith("cannot list the organizations: Credentials were invalid (root.unauthorized)")
    assert text.endswith(
        "It comes from the Provider 'globex': put another one there, made at "
        "https://cloud.elastic.co/account/keys. Run `pulumi up` first."
    )
    assert "a-key" not in text


@pytest.mark.parametrize(
    ("status", "code", "kind", "remedy"),
    [
        (403, "organization.invalid_access", AccessDenied, "EC_ORGANIZATION_ID"),
        (403, "root.invalid_authentication", AccessDenied, "organization owner"),
        (403, "a.new_code", AccessDenied, "organization owner"),
        (404, "organization.not_found", NotFound, "EC_ORGANIZATION_ID"),
        (404, "a.new_code", NotFound, "Check the id"),
        (400, "organization.invitation_invalid_email", RequestRefused, "Correct the e-mail address"),
        (422, "a.new_code", RequestRefused, "Check the request"),
    ],
)
def test_an_error_answer_names_code_message_and_remedy(
    server: Scripted, session: Session, status: int, code: str, kind: type[Exception], remedy: str
) -> None:
    server.will(refusal(status, code, "Elastic says no"))
    with pytest.raises(kind) as refused:
        get(session)
    assert f"Elastic says no ({code})" in str(refused.value)
    assert remedy in str(refused.value)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "body", ["", "<html>no</html>", "[]", '{"errors": null}', '{"errors": ["no"]}', '{"errors": [{}]}']
)
def test_an_error_answer_of_another_form_still_is_that_error(server: Scripted, session: Session, body: str) -> None:
    server.will(Reply(404, text=body))
    with pytest.raises(NotFound, match="cannot list the organizations"):
        get(session)


def test_errors_repeat_neither_tokens_nor_the_key(server: Scripted, session: Session) -> None:
    token = "t0ken/with=signs"
    server.will(refusal(404, "organization.not_found", f"{token} t0ken%2Fwith%3Dsigns {KEY}\nand more"))
    with pytest.raises(NotFound) as refused:
        get(session, secrets=[token])
    assert "[secret] [secret] [secret] and more" in str(refused.value)
    assert KEY not in repr(refused.value)
    assert "t0ken" not in repr(refused.value)


def test_a_code_is_told_although_a_secret_has_words_of_it(server: Scripted, session: Session) -> None:
    server.will(refusal(404, "organization.invitation_not_found"))
    with pytest.raises(NotFound) as told:
        get(session, secrets=["7-organization-invitation-not-found"])
    assert told.value.code == "organization.invitation_not_found"


@pytest.mark.parametrize("code", ["hush.money", KEY, "organization.hush.money"])
def test_a_code_that_is_a_secret_is_not_told(server: Scripted, session: Session, code: str) -> None:
    server.will(refusal(404, code))
    with pytest.raises(NotFound) as told:
        get(session, secrets=["hush.money"])
    assert code not in f"{told.value} {told.value.code}"


def test_neither_headers_nor_redirects_repeat_the_key(server: Scripted, session: Session) -> None:
    server.will(
        Reply(307, headers={"Location": f"https://{KEY}.evil.example/"}),
        *[Reply(text="no", headers={"Content-Type": f"text/{KEY.upper()}"})] * 6,
    )
    for error in (ConfigurationError, UnreadableAnswer):
        with pytest.raises(error) as refused:
            get(session)
        assert "must-not-show" not in str(refused.value).lower()


def test_one_session_serves_many_threads(server: Scripted, session: Session) -> None:
    server.will(*[Reply(json={"organizations": []})] * 40)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: get(session), range(40)))
    assert answers == [{"organizations": []}] * 40


def test_a_failing_connection_shows_no_address_of_the_call(time: FakeTime) -> None:
    session = Session("http://127.0.0.1:1", KEY, patience=time.patience(attempts=1))
    with pytest.raises(Exception, match="nothing listens at") as failed:
        session.call("DELETE", "organizations", "1", "invitations", ["t0ken"], action="cancel")
    assert "t0ken" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_json_that_is_no_json_is_an_unreadable_answer(server: Scripted, time: FakeTime) -> None:
    server.will(Reply(text="<html>Welcome to the hotel</html>", headers={"Content-Type": "text/html; charset=utf-8"}))
    with pytest.raises(UnreadableAnswer, match=r"not JSON \(text/html\)"):
        get(Session(server.endpoint, KEY, patience=time.patience(attempts=1)))


def test_an_endpoint_that_speaks_no_https_is_told_at_once(server: Scripted, time: FakeTime) -> None:
    with pytest.raises(ConfigurationError, match="does not speak HTTPS: check EC_ENDPOINT"):
        get(Session(server.endpoint.replace("http:", "https:"), KEY, patience=time.patience()))
    assert time.waits == []


def test_an_address_that_cannot_be_called_is_told_at_once(time: FakeTime) -> None:
    with pytest.raises(ConfigurationError, match="check EC_ENDPOINT"):
        get(Session("https://.example", KEY, patience=time.patience()))
    assert time.waits == []


def in_days(days: float) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days)).isoformat()


def test_a_key_that_expires_soon_is_told_once_with_its_date(
    server: Scripted, session: Session, warnings: list[str]
) -> None:
    expiry = in_days(13.9)
    server.will(*[Reply(json={}, headers={"X-Elastic-Api-Key-Expiration": expiry})] * 2)
    get(session)
    get(session)
    (warning,) = warnings
    assert f"expires on {expiry[:10]}" in warning
    assert "\n" not in warning


@pytest.mark.parametrize("expiry", [in_days(14.1), "never", ""], ids=["in two weeks", "no date", "empty"])
def test_a_key_that_lives_on_is_not_mentioned(
    server: Scripted, session: Session, warnings: list[str], expiry: str
) -> None:
    server.will(Reply(json={}, headers={"X-Elastic-Api-Key-Expiration": expiry}))
    get(session)
    assert warnings == []


def test_the_end_that_was_told_last_is_kept_where_an_answer_does_not_tell(server: Scripted, session: Session) -> None:
    server.will(Reply(json={}, headers={"X-Elastic-Api-Key-Expiration": in_days(20)}), Reply(json={}))
    get(session)
    told = session.key_expires_at
    get(session)
    assert session.key_expires_at == told is not None


def test_an_expiry_as_an_http_date_is_understood(server: Scripted, session: Session, warnings: list[str]) -> None:
    soon = (datetime.now(timezone.utc) + timedelta(days=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    server.will(Reply(json={}, headers={"X-Elastic-Api-Key-Expiration": soon}))
    get(session)
    assert len(warnings) == 1


def test_warnings_go_to_the_log_unless_somebody_listens(server: Scripted, caplog: pytest.LogCaptureFixture) -> None:
    server.will(Reply(json={}, headers={"X-Elastic-Api-Key-Expiration": in_days(1)}))
    with caplog.at_level(logging.WARNING):
        get(Session(server.endpoint, KEY))
    assert "expires on" in caplog.text
