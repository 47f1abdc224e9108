"""A file whose top is a list, such as acknowledged drift."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.roster_file.yaml_source import MAX_CHARACTERS, read_sequence


def test_a_list_is_read_with_the_places_of_its_entries() -> None:
    entries, mistakes = read_sequence("- a\n\n- b\n", "list.yaml")
    assert not mistakes
    assert entries is not None
    assert entries == ["a", "b"]
    assert [(mark.line, mark.column) for mark in entries.marks] == [(1, 3), (3, 3)]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "~\n"])
def test_nothing_is_an_empty_list(text: str) -> None:
    assert read_sequence(text) == ([], [])


@pytest.mark.parametrize("text", ["a: b\n", "just text\n"])
def test_anything_else_is_told_how_to_be_a_list(text: str) -> None:
    entries, mistakes = read_sequence(text, "list.yaml")
    assert entries is None
    assert list(map(str, mistakes)) == ["list.yaml:1:1: this is a list: begin each entry with '- '"]


def test_a_syntax_error_is_told_where_it_is() -> None:
    entries, mistakes = read_sequence("- a\n- [b\n", "list.yaml")
    assert entries is None
    assert "list.yaml:3:1: this is not YAML" in str(mistakes[0])


def test_a_list_that_is_too_long_is_refused_unread() -> None:
    entries, mistakes = read_sequence("- a\n" * (MAX_CHARACTERS // 4 + 1))
    assert entries is None
    assert "longer than 5,000,000 characters" in str(mistakes[0])
