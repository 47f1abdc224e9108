"""A server that repeats a secret gets none of it shown, however it spells it."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest

from pulumi_elastic_org.confidentiality import SECRET, WITHHELD, scrubbed

CLEAR = "VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw"
KEY = b64encode(CLEAR.encode()).decode()

SPELLINGS = {
    "percent-encoded in lower case": quote(KEY, safe="").lower(),
    "percent-encoded twice": quote(quote(KEY, safe=""), safe=""),
    "split by a blank": f"{KEY[:20]} {KEY[20:]}",
    "one character a line": "\n".join(KEY),
    "base64": b64encode(KEY.encode()).decode(),
    "base64 of the header": b64encode(f"ApiKey {KEY}".encode()).decode(),
    "decoded": CLEAR,
    "the decoded secret alone": CLEAR.partition(":")[2],
    "hexadecimal": KEY.encode().hex(),
    "HTML entities": "".join(f"&#{ord(one)};" for one in KEY),
    "JSON escapes": "".join(f"\\u{ord(one):04x}" for one in KEY),
    "cut off": KEY[:20],
    "a host": f"{KEY.lower().rstrip('=')}.evil.example",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_text_with_a_secret_in_another_spelling_is_withheld(spelling: str) -> None:
    assert scrubbed(f"no such key: {SPELLINGS[spelling]}, sorry", [KEY]) == WITHHELD


def test_a_secret_in_clear_is_taken_out_and_the_rest_is_shown() -> None:
    assert scrubbed(f"no such key: {KEY} {quote(KEY, safe='')}", [KEY]) == f"no such key: {SECRET} {SECRET}"


def test_a_short_password_is_withheld_in_another_spelling_too() -> None:
    for spelling in (b64encode(b"elastic:Pa55-word!").decode(), "%50a55-word!", "PA55 WORD!", b"Pa55-word!".hex()):
        assert scrubbed(f"no: {spelling}", ["Pa55-word!"]) == WITHHELD


def test_a_text_without_the_secret_is_shown_as_it_is() -> None:
    text = "Organization 2871506934 was not found, and the person dGhlIGtleQ== has no key"
    assert scrubbed(text, [KEY, "short", ""]) == text


@pytest.mark.parametrize(
    "secret", ["acme-organization-key-7", "Organization-elasticsearch-2026", "correct-deployments-horse"]
)
def test_words_that_a_secret_has_in_common_with_a_text_do_not_withhold_it(secret: str) -> None:
    text = "Elasticsearch says: the organization of these deployments was not found"
    assert scrubbed(text, [secret]) == text


def test_a_passphrase_of_words_alone_is_withheld_in_another_spelling() -> None:
    secret = "correct-horse-battery-staple"
    for spelling in (
        secret.upper(),
        secret.replace("-", " "),
        b64encode(secret.encode()).decode(),
        secret.encode().hex(),
    ):
        assert scrubbed(f"no: {spelling}", [secret]) == WITHHELD
