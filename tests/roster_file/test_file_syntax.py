"""What cannot be read as YAML, or must not be, is refused with one line that says where and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.roster_file.reading import RosterFileError, load_roster, parse_roster
from pulumi_elastic_org.roster_file.yaml_source import MAX_ALIASED_EVENTS, MAX_CHARACTERS, MAX_DEPTH
from tests.support.builders import mistakes

MISSING_BRACKET = "look for a missing bracket, quote or indent at or above this place"

UNREADABLE = {
    "nothing at all": ("", "1:1: a roster is a mapping; begin with a line such as 'mode: authoritative'"),
    "comments only": ("# later\n", "1:1: a roster is a mapping; begin with a line such as 'mode: authoritative'"),
    "a list": ("- ada@acme.io", "1:1: a roster is a mapping; begin with a line such as 'mode: authoritative'"),
    "a tab for indentation": (
        "members:\n\tada@acme.io: []",
        r"2:1: this is not YAML: found character '\t' that cannot start any token; indent with spaces, not tabs",
    ),
    "a text that begins with a mark of YAML": (
        "mode: @additive",
        "1:7: this is not YAML: found character '@' that cannot start any token; put double quotes around the text",
    ),
    "two colons": (
        "mode: additive: yes",
        "1:15: this is not YAML: mapping values are not allowed here; look for a missing ':' on the line above, or put double "
        "quotes around a text that holds ': '",
    ),
    "a dash before a person": (
        "mode: additive\nmembers:\n  - ada@acme.io: []\n  bob@acme.io: []",
        "4:3: this is not YAML: expected <block end>, but found '?'; a line here or above begins with '-', or has another indent "
        "than its neighbours",
    ),
    "an open bracket": (
        "mode: additive\nmembers: {ada@acme.io: [",
        f"2:25: this is not YAML: expected the node content, but found '<stream end>'; {MISSING_BRACKET}",
    ),
    "an unknown escape": (
        'mode: "\\q"',
        f"1:9: this is not YAML: found unknown escape character 'q'; {MISSING_BRACKET}",
    ),
    "an escape that is no character": (
        'mode: additive\nmax_resends: "\\U99999999"',
        "2:1: an escape in double quotes below this place is not a character; write the character itself",
    ),
    "a control character": ("mode: additive\nmax_resends: \x07", "2:14: YAML allows no character U+0007; take it out"),
    "an escape of half a surrogate pair": (
        'mode: additive\n"\\ud83d": x',
        "2:1: an escape stands for half a character; write the character itself",
    ),
    "half a surrogate pair": ("mode: additive # \ud800", "1:18: YAML allows no character U+D800; take it out"),
    "a second document": (
        "mode: additive\n---\nmode: additive",
        "2:1: a second document begins here; keep one roster in a file",
    ),
    "an alias without an anchor": (
        "mode: additive\nmembers: *team",
        "2:10: no value above is marked '&team'; mark one or write the value out",
    ),
    "an alias within its own anchor": (
        "mode: additive\nmembers: &m {ada@acme.io: *m}",
        "2:27: no value above is marked '&m'; mark one or write the value out",
    ),
    "a deep nest": (
        f"members: {'[' * 1000}",
        f"1:{9 + MAX_DEPTH}: this is nested deeper than {MAX_DEPTH} levels; flatten it",
    ),
    "a deep nest of aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1000)),
        f"{MAX_DEPTH}:12: this is nested deeper than {MAX_DEPTH} levels; flatten it",
    ),
    "aliases that multiply": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)),
        f"6:35: aliases repeat more than {MAX_ALIASED_EVENTS:,} values; use groups or bundles instead",
    ),
    "too large a text": (
        "#" * (MAX_CHARACTERS + 1),
        f"1:1: the text is longer than {MAX_CHARACTERS:,} characters; split the roster",
    ),
}


@pytest.mark.parametrize(("text", "mistake"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read(text: str, mistake: str) -> None:
    assert mistakes(text) == [mistake]


def test_a_file_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "roster.yaml"
    path.write_bytes("mode: additive\n# jürgen".encode("latin-1"))
    with pytest.raises(RosterFileError) as caught:
        load_roster(path)
    assert str(caught.value) == f"{path}:2:4: this is not UTF-8; save the file as UTF-8"


_PIECES = [
    "mode",
    "additive",
    "members",
    "groups",
    "roles",
    "a@b.io",
    "billing-admin",
    "on",
    ": ",
    "\n",
    "\n  ",
    "\n    - ",
    "- ",
]
_PIECES += [
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&a ",
    "*a",
    "!",
    "!!str ",
    "|",
    ">",
    "'",
    '"',
    "\\",
    "%",
    "---",
    "?",
    "#",
    "\t",
    "\ufeff",
    "é",
]


@given(st.text() | st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_any_text_is_a_roster_or_a_list_of_mistakes_within_it(text: str) -> None:
    try:
        parse_roster(text)
    except RosterFileError as error:
        found = error.mistakes
    else:
        return
    lines = len(f"{text}|".splitlines())
    assert found
    assert all(1 <= one.line <= lines and one.column >= 1 and "\n" not in one.message for one in found)
