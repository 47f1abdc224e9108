"""Text from elsewhere cannot command a terminal, begin a line of its own, or fill a screen."""

from __future__ import annotations

from pulumi_elastic_org.roster.printable import listed, printable, shortened


def test_what_cannot_be_seen_is_shown_as_escapes() -> None:
    assert printable("ad\u200ba\x1b[2J\n") == r"ad\u200ba\x1b[2J\n"
    assert printable("Jürgen") == "Jürgen"


def test_a_word_without_end_is_cut() -> None:
    assert shortened("x" * 500 + " y") == "x" * 300 + "... y"
    assert shortened("x" * 300) == "x" * 300


def test_a_list_has_one_line_an_entry() -> None:
    assert listed("wrong:", ["one\ntwo", "x" * 500]).splitlines() == [
        "wrong:",
        r"  - one\ntwo",
        "  - " + "x" * 300 + "...",
    ]
