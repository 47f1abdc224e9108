"""Text from elsewhere cannot command a terminal, begin a line of its own, or fill a screen."""

from __future__ import annotations

import json
import re

import pytest

from pulumi_elastic_org.model.printable import is_blank, json_text, listed, printable, printable_lines, shortened


def test_what_cannot_be_seen_is_shown_as_escapes() -> None:
    assert printable("ad\u200ba\x1b[2J\n") == r"ad\u200ba\x1b[2J\n"
    assert printable("Jürgen") == "Jürgen"


COMMANDS = [
    "::error::gone",
    "x::add-mask::y",
    ":::set-output name=a::b",
    "##[add-mask]x",
    "a##vso[task.setvariable variable=PATH]/tmp",
    "###[error]",
    "section_start:1560896352:my_section",
]
OBEYED = re.compile(r"::[A-Za-z]|##\w*\[|section_\w+:\d")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_ci_runner_finds_a_command(command: str) -> None:
    shown = printable(command)
    assert not OBEYED.search(shown)
    assert printable(shown) == shown
    assert shown.encode().decode("unicode_escape") == command
    assert not OBEYED.search(printable_lines(f"a\n{command}\r\nb"))


URN = "urn:pulumi:dev::people::my:team:Team$pulumi-python:dynamic/elastic-org:Member::"


@pytest.mark.parametrize(
    "urn", [f"{URN}ada@acme.io", f"{URN}a b", "urn:pulumi:dev::people::pulumi:pulumi:Stack::people-dev"]
)
def test_a_urn_stays_whole_since_it_is_copied_into_commands(urn: str) -> None:
    assert printable(f"`pulumi state unprotect '{urn}'`") == f"`pulumi state unprotect '{urn}'`"


@pytest.mark.parametrize(
    "text",
    [
        "urn:pulumi:dev::add-mask::a:b:C::x",
        "urn:pulumi:dev::Stop-Commands::a:b:C::x",
        "urn:pulumi:dev::people::error::x",
        f"{URN}::error::x",
    ],
)
def test_what_only_looks_like_a_urn_commands_no_runner_either(text: str) -> None:
    assert not re.search(r"::(?i:add-mask|stop-commands|error)::", printable(text))


def test_ordinary_text_with_colons_and_number_signs_stays_as_it_is() -> None:
    for text in ("a##b@acme.io", "team: search", "https://[::1]:9243/", "issue #1", "# Title"):
        assert printable(text) == text


def test_json_is_ascii_and_holds_what_it_was_made_of() -> None:
    document = {"name": "j\u00fcrgen\u2028", "reason": "##vso[task.complete]"}
    assert json.loads(json_text(document)) == document
    assert json_text(document).isascii()
    assert "##" not in json_text(document)


def test_a_word_without_end_is_cut() -> None:
    assert shortened("x" * 500 + " y") == "x" * 300 + "... y"
    assert shortened("x" * 300) == "x" * 300


def test_a_list_has_one_line_an_entry() -> None:
    assert listed("wrong:", ["one\ntwo", "x" * 500]).splitlines() == [
        "wrong:",
        r"  - one\ntwo",
        "  - " + "x" * 300 + "...",
    ]


@pytest.mark.parametrize(
    "text", ["", " \t\n", "\u200b\u2060", "\u3164\uffa0", "\u2800", "\u034f\ufe0f", "...", "-", "\U000e0020"]
)
def test_a_reason_that_nobody_can_read_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["x", "HR-12", "\u200b7", "\u6f22", "\u00e9", " \ud55c"])
def test_a_reason_in_any_script_is_none(text: str) -> None:
    assert not is_blank(text)
