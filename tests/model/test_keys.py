"""API keys as values, and what about them somebody should know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.keys import Concern, as_on_a_key, concerns, created_by, parse_lifetime
from tests.support.builders import ADMIN, NOW, key, member

ADA, BOB = member("ada@acme.io", ADMIN), member("bob@acme.io", "billing-admin")


def test_a_key_reads_as_what_it_may_do_and_until_when() -> None:
    assert str(key()) == "'key k1' (k1: billing-admin; expires 2026-05-31)"
    assert str(key(held=None, days=None)) == "'key k1' (k1: whatever its creator may do; never expires)"
    assert str(key(has_more=True)) == "'key k1' (k1: billing-admin and roles of a newer kind; expires 2026-05-31)"


def test_how_long_a_key_lives_is_told_as_elastic_writes_it() -> None:
    lives = [key(expires_at=NOW + timedelta(hours=hours, seconds=1)).expiration for hours in (0, 3, 24, 90 * 24)]
    assert lives == ["1h", "3h", "1d", "90d"]
    assert key(days=None).expiration == ""


def test_a_key_as_json_holds_nothing_secret_and_no_empty_text() -> None:
    assert key(user_id="").to_json() == {
        "id": "k1",
        "description": "key k1",
        "user_id": None,
        "roles": "billing-admin",
        "created_at": "2026-03-02T12:00:00+00:00",
        "expires_at": "2026-05-31T12:00:00+00:00",
    }
    forever = key(held=None, days=None).to_json()
    assert (forever["roles"], forever["expires_at"]) == (None, None)


def test_on_keys_absent_and_empty_application_roles_mean_the_same() -> None:
    grants = parse_grants("organization-admin (console only); security-viewer on all as soc; deployment-viewer on all")
    assert as_on_a_key(grants) == parse_grants(
        "organization-admin; security-viewer on all as soc; deployment-viewer on all"
    )


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (key(), ()),
        (key(user_id="gone"), (Concern.ORPHANED,)),
        (key(user_id=""), ()),
        (key(days=None), (Concern.ENDLESS,)),
        (key(held=ADMIN), (Concern.OWNER,)),
        (key(held=None), (Concern.OWNER,)),
        (key(held=None, user_id=BOB.user_id), ()),
        (key(days=30), (Concern.EXPIRING,)),
        (key(days=31), ()),
        (key(held=ADMIN, days=None, user_id="gone"), (Concern.ORPHANED, Concern.ENDLESS, Concern.OWNER)),
    ],
)
def test_what_about_a_key_somebody_should_know(which: object, expected: tuple[Concern, ...]) -> None:
    assert concerns(which, [ADA, BOB], NOW) == expected  # type: ignore[arg-type]


def test_the_keys_of_a_person_come_with_those_that_work_longest_first() -> None:
    keys = [key("short", days=1), key("other", user_id="bob"), key("forever", days=None), key("long", days=80)]
    assert [one.id for one in created_by(keys, ADA.user_id)] == ["forever", "long", "short"]


@pytest.mark.parametrize(("text", "lifetime"), [("3h", timedelta(hours=3)), ("90d", timedelta(days=90))])
def test_a_lifetime_is_a_number_of_hours_or_days(text: str, lifetime: timedelta) -> None:
    assert parse_lifetime(text) == lifetime


@pytest.mark.parametrize("text", ["", "never", "0d", "d", "1.5h", "90 d", "90m", "10000d", "-1d", "٣d"])
def test_anything_else_is_no_lifetime(text: str) -> None:
    with pytest.raises(ValueError, match="hours or days such as '12h' or '90d'"):
        parse_lifetime(text)
