"""E-mail addresses: those that can be invited, those that cannot and why, and which two are one person."""

# ruff: noqa: RUF001 - letters that look like others are what this module is about
from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from hypothesis import strategies as st

from pulumi_elastic_org.model.international import reads_as, spelled_out
from pulumi_elastic_org.model.people import check_email, email_key
from tests.inputs.tally import Tally, refusal, shown_well

ACCEPTED = (
    "ada@acme.example",
    "Ada.Lovelace+cloud@EU.acme.co.uk",
    "o'brien@acme.example",
    "a@b-c.example",
    "0@1a.example",
    "x_y-z@acme.example",
    "{ada}|bob#1!$%&*=?^`~/@acme.example",  # RFC 5321 lets a name hold all of these
    "jürgen@bücher.example",
    "jürgen@xn--bcher-kva.example",
    "straße@straße.example",
    "иван@пример.рф",
    "сосо@acme.example",  # all Cyrillic: invited, and named as a look-alike
    "田中@例え.jp",
    "たなか田中kanji@acme.example",
    "δοκιμή@παράδειγμα.gr",
    "אבג@acme.example",
    "x" * 241 + "@acme.example",
)
REFUSED = {
    "": "it needs one '@'",
    " ": "cannot be part of one",
    "ada": "it needs one '@'",
    "@": "nothing stands before '@'",
    "@acme.example": "nothing stands before '@'",
    "ada@": "is not a domain",
    "ada@@acme.example": "it needs one '@'",
    "ada@localhost": "is not a domain",
    "ada@acme..example": "is not a domain",
    "ada@.acme.example": "is not a domain",
    "ada@acme.example.": "is not a domain",
    "ada@-acme.example": "is not a domain",
    "ada@acme_.example": "is not a domain",
    "ada@127.0.0.1": "is not a domain",
    "ada@[127.0.0.1]": "cannot be part of one",
    "ada@acme.example/bob": "is not a domain",
    "ada@acme.example#admin": "is not a domain",
    "ada@acme.example?role=admin": "is not a domain",
    "ada@acme.example%0abcc": "is not a domain",
    "ada@" + "a" * 64 + ".example": "is not a domain",
    "ada@xn--a.example": "is not a domain",
    ".ada@acme.example": "begins or ends with a dot",
    "ada.@acme.example": "begins or ends with a dot",
    "a..da@acme.example": "begins or ends with a dot",
    "mailto:ada@acme.example": "':' cannot be part of one",
    "Ada <ada@acme.example>": "cannot be part of one",
    '"Ada" <ada@acme.example>': "cannot be part of one",
    '"ada lovelace"@acme.example': "cannot be part of one",
    "ada(work)@acme.example": "'(' cannot be part of one",
    "ada@acme.example,bob@acme.example": "',' cannot be part of one",
    "ada@acme.example;bob@acme.example": "';' cannot be part of one",
    "ada@acme.example bob@acme.example": "cannot be part of one",
    "ada@acme.example\tbob@acme.example": "cannot be part of one",
    "ada@acme.example\n": r"'\n' cannot be part of one",
    "ada@acme.example\r\nBcc: eve@acme.example": r"'\r' cannot be part of one",
    "ada\x00@acme.example": "invisible character",
    "ada\x1b[2J@acme.example": "cannot be part of one",
    "ada\x7f@acme.example": "invisible character",
    "ada\xa0@acme.example": r"'\xa0' cannot be part of one",
    "ada\u2028@acme.example": "cannot be part of one",
    "\ufeffada@acme.example": "invisible character",
    "ad\u200ba@acme.example": "invisible character",
    "ad\u200da@acme.example": "invisible character",
    "ad\u00ada@acme.example": "invisible character",
    "\u202eada@acme.example": "invisible character",
    "ada@acme.example\u200f": "invisible character",
    "ada\u2066@acme.example": "invisible character",
    "ada\u3164@acme.example": "invisible character",
    "ada\ufe0f@acme.example": "invisible character",
    "ada\ud800@acme.example": "invisible character",
    "ada\ue000@acme.example": "invisible character",
    "ａｄａ@acme.example": "variants of the letters of 'ada@acme.example'",
    "ada＠acme.example": "it needs one '@'",
    "ada@acme。example": "is not a domain",
    "𝐚𝐝𝐚@acme.example": "variants of the letters of 'ada@acme.example'",
    "ﬁn@acme.example": "variants of the letters of 'fin@acme.example'",
    "\u212aim@acme.example": "variants of the letters of 'Kim@acme.example'",
    "ada²@acme.example": "variants of the letters of 'ada2@acme.example'",
    "jose\u0301@acme.example": "which look the same as 'josé@acme.example'",
    "x\u0302@acme.example": "an accent that belongs to no letter",
    "💩@acme.example": "is neither a letter nor a digit",
    "ada•@acme.example": "is neither a letter nor a digit",
    "аda@acme.example": r"mixes Cyrillic and Latin letters",
    "adα@acme.example": r"mixes Greek and Latin letters",
    "ada@аcme.example": r"mixes Cyrillic and Latin letters",
    "ada@acme.еxample": r"mixes Cyrillic and Latin letters",
    "x" * 250 + "@acme.example": "it is longer than 254 characters",
    "x" * 1_000_000 + "@acme.example": "it is longer than 254 characters",
}
ONE_PERSON = (
    ("ada@acme.example", "ADA@ACME.EXAMPLE"),
    ("ada@acme.example", "  ada@acme.example\t"),
    ("JÜRGEN@acme.example", "jürgen@acme.example"),
    ("josé@acme.example", "jose\u0301@acme.example"),
    ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ("ada@BÜCHER.example", "ada@bücher.example"),
    ("ИВАН@пример.рф", "иван@xn--e1afmkfd.xn--p1ai"),
)
TWO_PEOPLE = (
    ("ada@acme.example", "ada+x@acme.example"),
    ("ada@acme.example", "a.da@acme.example"),
    ("ada@acme.example", "аda@acme.example"),
    ("ada@acme.example", "ａda@acme.example"),
    ("kim@acme.example", "\u212aim@acme.example"),
    ("ada@acme.example", "ad\u200ba@acme.example"),
    ("jose@acme.example", "josé@acme.example"),
    ("strasse@acme.example", "straße@acme.example"),
    ("ada@acme.example", "ada@аcme.example"),
    ("i@acme.example", "ı@acme.example"),
)
LOOK_ALIKES = {
    "сосо@acme.example": ("coco@acme.example", r"\u0441\u043e\u0441\u043e@acme.example"),
    "ada@асе.example": ("ada@ace.example", "ada@xn--80ak9a.example"),
    "аda@acme.example": ("ada@acme.example", r"\u0430da@acme.example"),
    "ada\u3164@acme.example": ("ada@acme.example", r"ada\u3164@acme.example"),
    "ａda@acme.example": ("ada@acme.example", r"\uff41da@acme.example"),
    "\u212aim@acme.example": ("Kim@acme.example", r"\u212aim@acme.example"),
    "jürgen@bücher.example": (None, r"j\xfcrgen@xn--bcher-kva.example"),
    "иван@пример.рф": (None, r"\u0438\u0432\u0430\u043d@xn--e1afmkfd.xn--p1ai"),
    "ada@acme.example": (None, "ada@acme.example"),
}

_ODD = st.sampled_from(
    "аеорсхуіԁ𝐚ａK\u212aıß\u0301\u200b\u202e\u3164\ufe0f\x00\x1b\n\t ,;<>()[]\\\"':@.-_+%/#é田א💩\ud800"
)
_WORD = st.text(st.sampled_from("abcxyzÄéüßжидωλ田中אבABZ019"), min_size=1, max_size=8)
_PART = st.text(st.one_of(st.characters(codec="ascii", categories=["L", "N"]), _ODD, st.characters()), max_size=12)
FUZZED = st.one_of(
    st.text(max_size=40),
    st.builds(lambda name, domain, top: f"{name}@{domain}.{top}", _WORD, _WORD, st.sampled_from(["example", "рф"])),
    st.builds(
        lambda name, domain, top: f"{name}@{domain}.{top}", _PART, _PART, st.sampled_from(["example", "рф", "io", ""])
    ),
    st.builds(
        lambda email, at, odd: email[:at] + odd + email[at:], st.sampled_from(ACCEPTED), st.integers(0, 20), _ODD
    ),
)


def wrong(email: str) -> tuple[bool, list[str]]:
    """Judges one address.

    Returns:
        Whether it is accepted, and everything that must not be.
    """
    refused = refusal(lambda: check_email(email), ValueError)
    if refused is not None:
        badly = shown_well(refused)
        return False, [f"{email!r}: {badly}"] if badly else []
    return True, [f"{email!r}: {one}" for one in _wrongly_accepted(email)]


def _wrongly_accepted(email: str) -> Iterator[str]:
    key = email_key(email)
    if not email.isprintable() or any(one in email for one in ' ,;:"<>()[]\\\n') or email.count("@") != 1:
        yield "is accepted and can be read as something else"
    if unicodedata.normalize("NFKC", email) != email:
        yield "is accepted in one of several spellings"
    if not spelled_out(email).isascii():
        yield "cannot be spelled out"
    if (read := reads_as(email)) is not None and email_key(read) == key:
        yield "is taken for the address that it looks like"
    for name, other in {
        "itself": key,
        "capitals": email.upper() if email.isascii() else email,
        "space around": f" {email} ",
        "decomposed": unicodedata.normalize("NFD", email),
        "an ASCII domain": spelled_out(email) if email.rpartition("@")[0].isascii() else email,
    }.items():
        if email_key(other) != key:
            yield f"is somebody else when written as {name}"


def corpus() -> Tally:
    """Returns what becomes of every address of the corpus."""
    tally = Tally("e-mail addresses")
    for email in ACCEPTED:
        accepted, found = wrong(email)
        tally.count(accepted=accepted, violations=found or ([] if accepted else [f"{email!r} is refused"]))
    for email, reason in REFUSED.items():
        refused = refusal(lambda email=email: check_email(email), ValueError)  # type: ignore[misc]
        accepted, found = wrong(email)
        told = refused is not None and reason in refused
        tally.count(
            accepted=accepted, violations=found or ([] if told else [f"{email[:99]!r}: {refused}, not {reason}"])
        )
    for one, other in ONE_PERSON:
        same = email_key(one) == email_key(other)
        tally.count(accepted=same, violations=() if same else [f"{one!r} and {other!r} are two people"])
    for one, other in TWO_PEOPLE:
        same = email_key(one) == email_key(other)
        tally.count(accepted=not same, violations=[f"{one!r} is taken for {other!r}"] if same else ())
    for email, (read, spelled) in LOOK_ALIKES.items():
        right = (reads_as(email), spelled_out(email)) == (read, spelled)
        tally.count(accepted=right, violations=() if right else [f"{email!r}: {reads_as(email)}, {spelled_out(email)}"])
    return tally
