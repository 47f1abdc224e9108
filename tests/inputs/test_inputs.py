"""Whatever is put in has the one meaning that a person expects, or is refused in words before anything is written."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.inputs.campaign import KINDS, fuzz
from tests.inputs.tally import shown_well


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.rpartition(".")[2])
def test_every_entry_of_the_corpus_has_its_meaning_or_its_error(kind: ModuleType) -> None:
    tally = kind.corpus()
    assert tally.violations == []
    assert tally.accepted
    assert tally.refused


@pytest.mark.parametrize(
    ("kind", "examples"),
    list(zip(KINDS, (400, 400, 60, 60, 60), strict=True)),
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_whatever_a_fuzzer_makes_is_accepted_or_refused_in_words(kind: ModuleType, examples: int) -> None:
    tally = fuzz(kind, examples, seed=1)
    assert tally.violations == []
    assert tally.tried >= examples


@pytest.mark.parametrize("message", ["", "Traceback (most recent call last):", "\x1b[2J", "ad\u200ba", "x" * 3000])
def test_an_error_that_a_person_cannot_read_is_found(message: str) -> None:
    assert shown_well(message) is not None
