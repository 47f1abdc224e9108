"""The life of a resource: created, kept, updated, replaced, deleted."""

from __future__ import annotations

from ..scenario import destroy, preview, preview_destroy, scenario, up

CHAIN = """
first = Thing("first", {"value": "a"})
second = Thing("second", {"value": "b", "of": first.made})
Thing("third", {"value": "c"}, ResourceOptions(depends_on=[second]))
"""

REPLACED = 'one = Thing("one", {"value": "%s", "kind": "%s"})\n'

SCENARIOS = (
    scenario("create", preview('Thing("one", {"value": "a", "people": {"ada": "owner"}})'), up(), preview(), up()),
    scenario(
        "update",
        up('Thing("one", {"value": "a", "people": {"ada": "owner", "bob": "viewer"}, "list": [1, 2], "gone": True})'),
        preview('Thing("one", {"value": "b", "people": {"ada": "editor", "cy": "viewer"}, "list": [1, 3, 4]})'),
        up(),
        up(),
    ),
    scenario(
        "delete",
        up('one = Thing("one", {"value": "a"})\nThing("two", {"value": "b", "of": one.made})'),
        preview('Thing("one", {"value": "a"})'),
        up(),
        up(""),
    ),
    scenario(
        "rename",
        up('Thing("old", {"value": "a"})'),
        preview('Thing("new", {"value": "a"})'),
        up(),
    ),
    scenario("replace", up(REPLACED % ("a", "small")), preview(REPLACED % ("b", "large")), up(), up()),
    scenario(
        "replace-delete-first",
        up(REPLACED % ("a", "small")),
        preview(REPLACED % ("b", "alone")),
        up(),
        up(),
    ),
    scenario(
        "replace-what-others-use",
        up(REPLACED % ("a", "small") + 'Thing("two", {"value": one.made})'),
        preview(REPLACED % ("b", "large") + 'Thing("two", {"value": one.made})'),
        up(),
        up(),
    ),
    scenario(
        "replace-and-delete",
        up(REPLACED % ("a", "small") + 'Thing("two", {"value": one.made})'),
        up(REPLACED % ("b", "large")),
    ),
    scenario("dependencies", up(CHAIN), preview_destroy(), destroy()),
    scenario(
        "dependency-added",
        up(
            'Thing("first", {"value": "a"})\nThing("second", {"value": "b"})',
        ),
        up(
            'first = Thing("first", {"value": "a"})\nThing("second", {"value": "b"}, ResourceOptions(depends_on=[first]))'
        ),
        destroy(),
        unordered=True,
    ),
    scenario(
        "side-by-side",
        up('for name in "abcd":\n    Thing(name, {"value": name, "together": 4})'),
        preview(),
        destroy(),
        unordered=True,
    ),
    scenario(
        "undecided-diff",
        up('Thing("one", {"value": "a", "undecided": 1})'),
        up(),
        up('Thing("one", {"value": "b", "undecided": 1})'),
    ),
    scenario("empty", up(""), up(), destroy(), destroy(), up('Thing("one", {"value": "a"})')),
)
