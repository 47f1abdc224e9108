"""Providers that refuse and fail, and how the next run goes on."""

from __future__ import annotations

from ..scenario import destroy, preview, refresh, scenario, up

CHAIN = """
first = Thing("first", {"value": "a"})
second = Thing("second", {"value": "b", "of": first.made, "fail": "%s"})
Thing("third", {"value": second.made})
"""

SCENARIOS = (
    scenario("refused", preview('Thing("one", {"refuse": "two owners at least"})'), up()),
    scenario(
        "refused-update", up('Thing("one", {"value": "a"})'), preview('Thing("one", {"refuse": "no"})'), up(), destroy()
    ),
    scenario("failed-check", preview('Thing("one", {"value": "a", "fail": "check"})'), up()),
    scenario(
        "failed-diff",
        up('Thing("one", {"value": "a"})'),
        preview('Thing("one", {"value": "a", "fail": "diff"})'),
        up(),
    ),
    scenario("failed-create", up('Thing("old", {"value": "o"})'), up(CHAIN % "create"), preview(CHAIN % "none"), up()),
    scenario(
        "failed-update",
        up('Thing("one", {"value": "a"})'),
        up('Thing("one", {"value": "b", "fail": "update"})'),
        preview('Thing("one", {"value": "b"})'),
        up(),
    ),
    scenario(
        "half-created",
        up('Thing("other", {"value": Thing("one", {"value": "a", "fail": "half"}).made})'),
        preview('Thing("one", {"value": "a"})'),
        up(),
        destroy(),
    ),
    scenario("half-created-and-taken-out", up('Thing("one", {"value": "a", "fail": "half"})'), preview(""), up()),
    scenario(
        "half-updated",
        up('Thing("one", {"value": "a"})'),
        up('Thing("one", {"value": "b", "fail": "half"})'),
        preview('Thing("one", {"value": "a"})'),
        up(),
        preview(),
    ),
    scenario(
        "half-updated-and-unchanged",
        up('Thing("one", {"value": "a", "fail": "half"})'),
        up(),
        preview('Thing("one", {"value": "a", "fail": "half", "undecided": 1})'),
        up('Thing("one", {"value": "a", "fail": "half"})'),
    ),
    scenario(
        "half-created-and-refreshed",
        up('Thing("one", {"value": "a", "fail": "half"})'),
        refresh(),
        preview(),
        up('Thing("one", {"value": "a"})'),
    ),
    scenario(
        "half-replaced",
        up('Thing("one", {"value": "a", "kind": "small"})'),
        up('Thing("one", {"value": "b", "kind": "large", "fail": "half"})'),
        up('Thing("one", {"value": "b", "kind": "large"})'),
    ),
    scenario(
        "half-replaced-deleted-first",
        up('Thing("one", {"value": "a", "kind": "small"})'),
        up('Thing("one", {"value": "b", "kind": "alone", "fail": "half"})'),
        up('Thing("one", {"value": "b", "kind": "alone"})'),
    ),
    scenario(
        "failed-delete",
        up('Thing("one", {"value": "a", "fail": "delete"})'),
        up(""),
        destroy(),
        up('Thing("one", {"value": "a"})'),
        destroy(),
    ),
    scenario(
        "failed-replacement",
        up('Thing("one", {"value": "a", "kind": "small"})'),
        up('Thing("one", {"value": "b", "kind": "large", "fail": "create"})'),
        up('Thing("one", {"value": "b", "kind": "large"})'),
    ),
    scenario(
        "failed-replacement-deleted-first",
        up('Thing("one", {"value": "a", "kind": "small"})'),
        up('Thing("one", {"value": "b", "kind": "alone", "fail": "create"})'),
        preview('Thing("one", {"value": "b", "kind": "alone"})'),
        up(),
    ),
    scenario(
        "failed-delete-of-the-replaced",
        up('Thing("one", {"value": "a", "kind": "small", "fail": "delete"})'),
        up('Thing("one", {"value": "b", "kind": "large"})'),
        preview(),
        up(),
    ),
)
