"""Which indices a restore creates, and what is in its way."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.snapshots.renaming import Names, Renaming, obstacles, select, targets, unmatched

NAMES = ["books", "films", "films-2024", "logs-a.b"]


@pytest.mark.parametrize(
    ("patterns", "chosen"),
    [
        (["*"], tuple(NAMES)),
        (["films*"], ("films", "films-2024")),
        (["*", "-films*"], ("books", "logs-a.b")),
        (["-books", "*"], tuple(NAMES)),
        (["books", "music"], ("books",)),
        (["logs-a*b"], ("logs-a.b",)),
        (["logs-aXb"], ()),
    ],
)
def test_names_are_selected_as_elasticsearch_does_it(patterns: list[str], chosen: tuple[str, ...]) -> None:
    assert select(NAMES, patterns) == chosen


def test_patterns_that_mean_nothing_are_told_and_exclusions_may() -> None:
    assert unmatched(NAMES, ["films*", "music*", "-poems"]) == ("music*",)


@pytest.mark.parametrize(
    ("pattern", "replacement", "name", "renamed"),
    [
        ("(.+)", "restored-$1", "books", "restored-books"),
        ("^", "old-", "books", "old-books"),
        ("films-(\\d+)", "archive-$1-films", "films-2024", "archive-2024-films"),
        ("(.)(.)", "$2$1", "abcd", "badc"),
        ("(.+)", "a\\$1", "books", "a$1"),
        ("nothing", "x", "books", "books"),
    ],
)
def test_indices_are_renamed_as_elasticsearch_does_it(pattern: str, replacement: str, name: str, renamed: str) -> None:
    renaming = Renaming(pattern, replacement)
    assert list(renaming.mistakes()) == []
    assert renaming(name) == renamed


@pytest.mark.parametrize(
    ("pattern", "replacement", "said"),
    [
        ("(", "x", "not a regular expression"),
        ("(.*)", "x-$1", "matches a name more than once"),
        ("(.+)", "x-$2", "does not fit the pattern"),
    ],
)
def test_a_renaming_that_is_invalid_is_refused(pattern: str, replacement: str, said: str) -> None:
    [mistake] = Renaming(pattern, replacement).mistakes()
    assert said in mistake


def test_every_obstacle_is_listed() -> None:
    existing = Names(frozenset({"films", "library"}), frozenset({"books"}), frozenset({"logs-a.b"}))
    found = "\n".join(obstacles(targets(NAMES, None), ["library", "fresh"], existing))
    assert "films: the destination has an index" in found
    assert "books: the destination has an alias" in found
    assert "logs-a.b: the destination has a data stream" in found
    assert "library: the destination has an index of this name, and the restore brings an alias" in found
    assert "films-2024" not in found
    assert "fresh" not in found


def test_two_indices_never_become_one() -> None:
    chosen = targets(["films-1", "films-2"], Renaming("-.", ""))
    assert list(obstacles(chosen, (), Names())) == [
        "films: films-1 and films-2 would both get this name: change the renaming"
    ]
