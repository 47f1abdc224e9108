"""E-mail addresses: what is taken for one, and when two are the same."""

from __future__ import annotations

from datetime import date

import pytest

from pulumi_elastic_org.model.people import (
    check_email,
    check_somebody,
    email_key,
    life_mistake,
    read_day,
    unmodelled_text,
)


@pytest.mark.parametrize(
    "email",
    [
        "ada@acme.io",
        "Ada.Lovelace+cloud@eu.acme.co.uk",
        "o'brien@acme.io",
        "a@b-c.io",
        "jürgen@bücher.example",
        "x" * 246 + "@acme.io",
    ],
)
def test_an_address_that_can_be_invited_passes(email: str) -> None:
    check_email(email)


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("", "it needs one '@'"),
        ("ada", "it needs one '@'"),
        ("ada@bob@acme.io", "it needs one '@'"),
        ("@acme.io", "nothing stands before '@'"),
        ("ada@", "'' is not a domain such as example.com"),
        ("ada@localhost", "'localhost' is not a domain such as example.com"),
        ("ada@acme..io", "'acme..io' is not a domain such as example.com"),
        ("ada@-acme.io", "'-acme.io' is not a domain such as example.com"),
        ("ada@acme.io.", "'acme.io.' is not a domain such as example.com"),
        ("ada @acme.io", "' ' cannot be part of one"),
        ("ada@acme.io\n", r"'\n' cannot be part of one"),
        ("ada,bob@acme.io", "',' cannot be part of one"),
        ('"ada"@acme.io', "'\"' cannot be part of one"),
        ("Ada <ada@acme.io>", "' ' cannot be part of one"),
        ("ada\x07@acme.io", "it contains an invisible character"),
        ("ada\u200b@acme.io", "it contains an invisible character"),
        ("\u202eada@acme.io", "it contains an invisible character"),
        ("x" * 247 + "@acme.io", "it is longer than 254 characters"),
    ],
)
def test_anything_else_is_refused_with_the_reason_and_an_example(email: str, reason: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address") as caught:
        check_email(email)
    assert str(caught.value) == f"{email!r} is not an e-mail address: {reason}; write it as name@example.com"


def test_addresses_are_compared_without_case_and_surrounding_space() -> None:
    assert email_key(" Ada@ACME.io ") == email_key("ada@acme.io")
    assert email_key("ada@acme.io") != email_key("ada+x@acme.io")


@pytest.mark.parametrize(
    "email",
    [
        "first..last@docomo.example",
        '"a: b, c"@acme.io',
        "ada@localhost",
        "a@b@acme.io",
        "\u0430da@acme.io",
        "x" * 300 + "@acme.io",
    ],
)
def test_whoever_is_there_already_is_named_as_elastic_cloud_shows_them(email: str) -> None:
    check_somebody(email)


@pytest.mark.parametrize("email", ["", "ada", "@acme.io", "ada@", " ada@acme.io", "ada@acme.io\n", "ad\u200ba@acme.io"])
def test_what_names_nobody_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address"):
        check_somebody(email)


def test_what_is_left_alone_is_told_with_its_role_ids() -> None:
    left = {
        "cloud_connected_resource": [{"role_id": "b"}, {"role_id": "a"}, {}, "odd"],
        "project": {"x": []},
        "new": [],
    }
    assert unmodelled_text(left) == "cloud_connected_resource (a, b), new, project"


@pytest.mark.parametrize("life", ["72h", "7d", "90m", "99999s"])
def test_an_invitation_lasts_a_number_of_seconds_minutes_hours_or_days(life: str) -> None:
    assert life_mistake(life) is None


@pytest.mark.parametrize("life", ["three days", "0h", "-72h", "72", "h", "999999d", "", 72, None])
def test_how_long_an_invitation_lasts_is_told_where_it_is_no_duration(life: object) -> None:
    assert life_mistake(life) == f"must be a number and s, m, h or d, such as '72h' or '7d', not {life!r}"


def test_a_day_is_written_by_year_month_and_day() -> None:
    assert read_day("2027-01-31") == date(2027, 1, 31)
    for text in ("31.01.2027", "20270131", "2027-W05-7", "2027-02-30", "2027-01-31 ", "tomorrow"):
        with pytest.raises(ValueError, match=f"must be a day such as 2027-01-31, not '{text}'"):
            read_day(text)
