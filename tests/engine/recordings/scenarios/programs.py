"""Programs: what they print and log, how they fail, and how they are interrupted."""

from __future__ import annotations

from ..scenario import preview, scenario, up

OLD = 'Thing("old", {"value": "o"})\n'

SCENARIOS = (
    scenario(
        "messages",
        preview(
            """
print("one line")
one = Thing("one", {"value": "a"})
pulumi.log.debug("not shown")
pulumi.log.info("to know")
pulumi.log.warn("take care", one)
"""
        ),
        up(),
    ),
    scenario("logged-error", up(OLD), preview('pulumi.log.error("not like this")'), up()),
    scenario(
        "raises",
        up(OLD),
        preview('def fails():\n    raise ValueError("a mistake")\n\nfails()'),
        up(),
    ),
    scenario("raises-run-error", up(OLD), preview('raise pulumi.RunError("not like this")'), up()),
    scenario(
        "raises-in-an-output", up(OLD), preview(OLD + "Output.from_input(1).apply(lambda value: value / 0)"), up()
    ),
    scenario("exits", up(OLD), preview("import sys\nsys.exit(3)"), up()),
    scenario("does-not-compile", preview("what is this")),
    scenario(
        "same-name-twice",
        preview('one = Thing("one", {"value": "a"})\nThing("one", {"value": "b"}, ResourceOptions(depends_on=[one]))'),
    ),
    scenario("provider-says", preview('Thing("one", {"value": "a", "say": "one person joins"})'), up(), up(OLD)),
    scenario(
        "interrupted",
        up(
            'first = Thing("first", {"value": "a", "wait": "go"})\nThing("second", {"value": first.made})',
            interrupted=True,
        ),
        up(),
    ),
)
