"""Property values: secrets, unknowns, computed inputs, every kind of JSON, and the stack's outputs."""

from __future__ import annotations

from ..scenario import destroy, preview, refresh, scenario, up

SECRETS = """
one = Thing("one", {
    "value": "a", "word": Output.secret("%s"), "nested": {"word": Output.secret("n"), "plain": 1}, "list": [Output.secret("l"), 2],
})
pulumi.export("word", Output.secret({"of": ["hunter2"]}))
pulumi.export("nested", {"word": Output.secret("n"), "plain": 1})
pulumi.export("made", one.made)
"""
MADE_SECRET = """
one = Thing("one", {"value": Output.secret("a")})
pulumi.export("made", one.made)
Thing("two", {"value": one.made, "of": Output.concat("<", one.made, ">")})
"""

SCENARIOS = (
    scenario(
        "secrets", preview(SECRETS % "hunter2"), up(), preview(), preview(SECRETS % "other"), up(), refresh(), destroy()
    ),
    scenario("secret-becomes-plain", up(SECRETS % "a"), up('Thing("one", {"value": "a", "word": "a"})')),
    scenario("plain-becomes-secret", up('Thing("one", {"value": "a", "word": "a"})'), up(SECRETS % "a")),
    scenario("outputs-of-secrets", preview(MADE_SECRET), up(), up()),
    scenario(
        "unknowns",
        preview(
            """
first = Thing("first", {"value": "a"})
second = Thing("second", {"value": first.made, "fixed": "x", "list": [first.made, 1], "people": {"ada": first.made}})
pulumi.export("made", second.made)
pulumi.export("id", first.id)
pulumi.export("length", first.made.apply(len))
"""
        ),
        up(),
        preview(),
        up(),
    ),
    scenario(
        "unknown-after-an-update",
        up('one = Thing("one", {"value": "a"})\nThing("two", {"value": one.made})'),
        preview('one = Thing("one", {"value": "b"})\nThing("two", {"value": one.made})'),
        up(),
    ),
    scenario(
        "unknown-after-a-replacement",
        up('one = Thing("one", {"value": "a", "kind": "small"})\nThing("two", {"value": one.made, "kind": one.id})'),
        preview(
            'one = Thing("one", {"value": "b", "kind": "large"})\nThing("two", {"value": one.made, "kind": one.id})'
        ),
        up(),
    ),
    scenario(
        "computed-inputs",
        preview('Thing("one", {"value": "four"})'),
        up(),
        preview('Thing("one", {"value": "fiver"})'),
        up(),
    ),
    scenario(
        "kinds-of-values",
        up(
            """
Thing("one", {
    "value": "grüße\\n\\t\\u2028 \\"quoted\\"", "int": 3, "big": 2**53, "ratio": 0.1, "negative": -1.5e-7, "whole": 2.0, "on": True,
    "off": False, "none": None, "empty": "", "map": {}, "list": [], "deep": {"a": [{"b": [None, {"c": 1}]}]}, "snake_case": 1,
})
"""
        ),
        preview(),
        refresh(),
        destroy(),
    ),
    scenario(
        "stack-outputs",
        preview('pulumi.export("a", 1)\npulumi.export("b", {"c": ["x"]})\npulumi.export("none", None)'),
        up(),
        preview('pulumi.export("a", 2)\npulumi.export("b", {"c": ["x"]})'),
        up(),
        refresh(),
        destroy(),
    ),
)
