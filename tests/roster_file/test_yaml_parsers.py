"""libyaml is only there to be fast: whatever it reads, the exact parser reads the same, and at the same places."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pulumi_elastic_org.roster_file import yaml_source
from pulumi_elastic_org.roster_file.yaml_source import Mapping, Sequence, Text, read_mapping

PIECES = (
    *(
        "a",
        "b: ",
        "c:",
        ": ",
        "- ",
        "-",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ",",
        "\n",
        "\n  ",
        "\n    ",
        " ",
        "\t",
        "#",
        " # ",
        "'",
        '"',
    ),
    *(
        "&x ",
        "*x",
        "!",
        "!!str ",
        "? ",
        "?",
        "| ",
        "|\n",
        ">",
        ">-\n",
        "@",
        "`",
        "%",
        "---",
        "...",
        "~",
        "null",
        "0x1f",
        "\\n",
    ),
    *("\\x41", "''", '""', "é", "\u2028", "\x85", "\ufeff", "😀", "\r\n", "key: value\n", "list: [a, b]\n", "<<: *x\n"),
)


def places(value: Any) -> Any:
    """A value with where everything in it is."""
    if isinstance(value, Mapping):
        return [(str(key), key.mark, value.marks[key], places(item)) for key, item in value.items()]
    if isinstance(value, Sequence):
        return [(mark, places(item)) for mark, item in zip(value.marks, value, strict=True)]
    return (str(value), value.mark) if isinstance(value, Text) else value


def both(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """What is read with libyaml and without."""
    fast, mistakes = read_mapping(text, "roster.yaml")
    with monkeypatch.context() as context:
        context.setattr(yaml_source, "FastParser", None)
        exact, exact_mistakes = read_mapping(text, "roster.yaml")
    return (places(fast), mistakes), (places(exact), exact_mistakes)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("a: {b: c}\nd:\n  - e\n  - 'f'\n")
@example("a: &x [1, 2]\nb: *x\n")
@example("...\n...")
@example("a: |\n  text\n  more\nb: >-\n  folded\n  text\n")
def test_both_parsers_read_the_same(text: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        fast, exact = both(f"top: 1\n{text}", monkeypatch)
        assert fast == exact


def test_the_fast_parser_reads_what_is_without_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    if yaml_source.FastParser is None:
        pytest.skip("PyYAML was built without libyaml")

    def exactly(text: str, source: str) -> Any:
        raise AssertionError(f"the exact parser was asked to read {source}: {text}")

    monkeypatch.setattr(yaml_source, "_read_exactly", exactly)
    read, mistakes = read_mapping("members:\n  ada@acme.example: [organization-admin]  # é\n", "roster.yaml")
    assert read == {"members": {"ada@acme.example": ["organization-admin"]}}
    assert mistakes == []


def test_a_mistake_is_told_by_the_exact_parser_whether_or_not_there_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    fast, exact = both("a: [1\nb: 2\n", monkeypatch)
    assert fast == exact
    assert fast[1][0].line == 2
