from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.cloud.errors import ConfigurationError
from pulumi_elastic_org.cloud.network import BATCH_SIZE, MAX_CSV_LENGTH, csv_batches, encode

REFUSED = [
    "",
    ".",
    "..",
    "../users",
    "a/b",
    "a\\b",
    "a,b",
    "a\nb",
    "a\x00b",
    "a\x7fb",
    "\u202eab",
    "ada lovelace",
    "a\u2028b",
]


@pytest.mark.parametrize("value", REFUSED)
def test_an_id_that_would_change_the_path_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(ConfigurationError, match="an id is empty or contains") as refused:
        encode(["fine", value])
    assert len(value) < 3 or value not in str(refused.value)


ids = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="/\\,"), min_size=1).filter(
    lambda value: value not in (".", "..")
)


@given(st.lists(ids, min_size=1))
def test_ids_survive_the_way_through_a_path(values: list[str]) -> None:
    encoded = encode(values)
    assert not set(encoded) & set("/?#")
    assert [unquote(part) for part in encoded.split(",")] == values


@given(st.lists(ids))
def test_batches_hold_every_id_once_in_order_and_fit_a_url(values: list[str]) -> None:
    batches = list(csv_batches(values))
    assert [item for batch in batches for item in batch] == list(dict.fromkeys(values))
    assert all(len(batch) <= BATCH_SIZE for batch in batches)
    assert all(len(encode(batch)) <= MAX_CSV_LENGTH or len(batch) == 1 for batch in batches)


def test_long_tokens_make_more_batches_and_short_ones_stop_at_a_hundred() -> None:
    assert [len(batch) for batch in csv_batches(f"{number:0400}" for number in range(20))] == [9, 9, 2]
    assert [len(batch) for batch in csv_batches(str(number) for number in range(250))] == [100, 100, 50]


def test_an_id_that_is_too_long_for_a_batch_goes_alone() -> None:
    assert [len(batch) for batch in csv_batches(["a", "b" * 5000, "c"])] == [1, 1, 1]
