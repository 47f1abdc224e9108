"""Addresses with letters beyond ASCII: which are valid, which are one person, and which look like another."""

# ruff: noqa: RUF001 - letters that look like others are what this module is about
from __future__ import annotations

from typing import Any, cast

import pytest

from pulumi_elastic_org.model.international import reads_as, spelled_out
from pulumi_elastic_org.model.people import check_email, check_somebody, email_key
from tests.inputs.addresses import ACCEPTED, LOOK_ALIKES, ONE_PERSON, REFUSED, TWO_PEOPLE


@pytest.mark.parametrize("email", ACCEPTED, ids=ascii)
def test_an_address_of_one_alphabet_passes(email: str) -> None:
    check_email(email)


@pytest.mark.parametrize(("email", "reason"), REFUSED.items(), ids=lambda one: ascii(one[:60]))
def test_an_address_that_is_invalid_is_refused_with_the_reason(email: str, reason: str) -> None:
    with pytest.raises(ValueError, match="is not an e-mail address") as refusal:
        check_email(email)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(("one", "other"), ONE_PERSON, ids=ascii)
def test_two_spellings_are_one_person(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE, ids=ascii)
def test_two_addresses_are_two_people(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(("email", "read"), LOOK_ALIKES.items(), ids=ascii)
def test_what_looks_like_an_ascii_address_is_told_and_spelled_out(email: str, read: tuple[str | None, str]) -> None:
    assert (reads_as(email), spelled_out(email)) == read


def test_what_is_no_text_is_no_address() -> None:
    with pytest.raises(ValueError, match="is text, not of type int"):
        check_email(cast(Any, 7))


def test_somebody_who_is_there_already_is_named_by_an_odd_address_too() -> None:
    check_somebody("аda@acme.example")
    with pytest.raises(ValueError, match="is not an e-mail address"):
        check_somebody("ada")
