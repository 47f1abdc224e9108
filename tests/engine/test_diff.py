"""What differs between two bags of properties."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_embedded.diff import PropertyChange, diff_properties

CASES: list[tuple[dict[str, Any], dict[str, Any], list[PropertyChange]]] = [
    ({"a": 1}, {"a": 1}, []),
    ({}, {"a": None}, [PropertyChange(("a",), "add")]),
    ({"a": 1}, {}, [PropertyChange(("a",), "delete", old=1)]),
    ({"a": "x"}, {"a": "y"}, [PropertyChange(("a",), "update", "x", "y")]),
    ({"a": {"x": 1}}, {"a": "y"}, [PropertyChange(("a",), "update", {"x": 1}, "y")]),
    ({"a": {"x": {"y": 1}}}, {"a": {"x": {"y": 2}}}, [PropertyChange(("a", "x", "y"), "update", 1, 2)]),
    (
        {"a": [1, 2]},
        {"a": [1, 3, 4]},
        [PropertyChange(("a", 1), "update", 2, 3), PropertyChange(("a", 2), "add", new=4)],
    ),
    ({"a": [1, 2]}, {"a": [1]}, [PropertyChange(("a", 1), "delete", old=2)]),
    (
        {"b": 1, "c": 1},
        {"a": 1, "b": 1},
        [PropertyChange(("a",), "add", new=1), PropertyChange(("c",), "delete", old=1)],
    ),
]


@pytest.mark.parametrize(("old", "new", "changes"), CASES)
def test_changes_are_found_at_the_deepest_path(
    old: dict[str, Any], new: dict[str, Any], changes: list[PropertyChange]
) -> None:
    assert list(diff_properties(old, new)) == changes
