"""Whether everything arrived."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.snapshots.verify import IndexFacts, differences, facts_of

BOOKS = facts_of(
    {"aliases": {"library": {}, "new": {"filter": {"term": {"new": True}}}}, "mappings": {"properties": {"a": {}}}}, 30
)


@pytest.mark.parametrize("facts", [BOOKS, facts_of({}, None), facts_of({}, 5).until(facts_of({}, 9))])
def test_facts_survive_being_written(facts: IndexFacts) -> None:
    assert IndexFacts.parse(str(facts)) == facts


def test_facts_are_readable() -> None:
    text = str(facts_of({"aliases": {"library": {}}}, 5).until(facts_of({"aliases": {"library": {}}}, 9)))
    assert text.startswith("documents=5..9 aliases=library mappings=")


def test_the_order_of_mappings_and_aliases_makes_no_difference() -> None:
    one = facts_of({"aliases": {"a": {}, "b": {}}, "mappings": {"x": 1, "y": 2}}, 1)
    other = facts_of({"aliases": {"b": {}, "a": {}}, "mappings": {"y": 2, "x": 1}}, 1)
    assert one == other


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (facts_of({"aliases": {"library": {}}}, 30), "aliases missing or different: new#"),
        (facts_of({"aliases": {"library": {}, "new": {}}}, 30), "aliases missing or different: new#"),
        (facts_of({"aliases": {"extra": {}}}, 30), "aliases that were not there: extra"),
        (facts_of({"mappings": {"properties": {}}}, 30), "the mappings differ"),
        (facts_of({}, 29), "documents 29, expected 30"),
        (facts_of({}, None), "documents closed, expected 30"),
    ],
)
def test_each_difference_is_told(found: IndexFacts, said: str) -> None:
    assert any(said in one for one in differences({"books": BOOKS}, {"restored": found}, {"books": "restored"}))


def test_equal_indices_do_not_differ_under_another_name() -> None:
    assert list(differences({"books": BOOKS}, {"restored": BOOKS}, {"books": "restored"})) == []


def test_a_missing_index_is_told() -> None:
    assert list(differences({"books": BOOKS}, {}, {"books": "books"})) == ["books: missing on the destination"]


@pytest.mark.parametrize(("documents", "fits"), [(4, False), (5, True), (9, True), (10, False)])
def test_a_count_taken_while_somebody_wrote_lies_between_both_looks(documents: int, fits: bool) -> None:
    expected = {"books": facts_of({}, 5).until(facts_of({}, 9))}
    assert (not list(differences(expected, {"books": facts_of({}, documents)}, {"books": "books"}))) is fits
