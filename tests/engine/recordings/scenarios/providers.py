"""Providers and their configuration: explicit ones, rotated credentials, secrets."""

from __future__ import annotations

from ..scenario import destroy, preview, refresh, scenario, up

EXPLICIT = """
other = pulumi.ProviderResource("pulumi-python", "other", {"trial:key": %s})
Thing("one", {"value": "a"}, ResourceOptions(provider=other))
"""
TWO = """
first = pulumi.ProviderResource("pulumi-python", "first", {"trial:key": "a"})
second = pulumi.ProviderResource("pulumi-python", "second", {"trial:key": "b"}, ResourceOptions(depends_on=[first]))
Thing("one", {"value": "a"}, ResourceOptions(provider=%s, depends_on=[second]))
"""
ONE = 'Thing("one", {"value": config.get("word") or "a"})'


def config(**values: object) -> dict[str, object]:
    return {"config": {f"trial:{key}": value for key, value in values.items()}}


# Encrypted by the Pulumi CLI with the passphrase of the tests.
SALT = "v1:4ozxQ7vjXIk=:v1:PUf3638ipYRsPPKB:iPLj31k9tr8K2tlVO20Z35XxtIE1gA=="
SECRET = {"secure": "v1:NEkvuDCb9INIOJsN:nBufQXoW6wr+1vA95yUmUTI9A9+dKg=="}

SCENARIOS = (
    scenario("configuration", up(ONE, config=config(key="ours", word="b")), up(config=config(word="c")), destroy()),
    scenario(
        "structured-configuration",
        up(
            'pulumi.export("all", config.require_object("all"))\npulumi.export("on", config.require_bool("on"))\n'
            'Thing("one", {"value": config.require_object("all")["names"][1], "count": config.require_int("count")})',
            config=config(all={"names": ["x", "y"]}, on=True, count=3),
        ),
    ),
    scenario(
        "secret-configuration",
        up(
            'pulumi.export("key", config.require_secret("key"))\nThing("one", {"value": config.require_secret("key")})',
            config={"encryptionsalt": SALT, **config(key=SECRET)},
        ),
        up(),
        destroy(),
    ),
    scenario("missing-configuration", preview('Thing("one", {"value": config.require("word")})'), up()),
    scenario(
        "rotated-configuration",
        up(ONE, config=config(key="old")),
        refresh(config=config(key="new")),
        preview(),
        up(),
        refresh(),
        destroy(config=config(key="newer")),
    ),
    scenario("explicit-provider", preview(EXPLICIT % '"theirs"'), up(), preview(), preview(""), up("")),
    scenario(
        "rotated-credential",
        up(EXPLICIT % '"old"'),
        preview(EXPLICIT % '"new"'),
        up(),
        refresh(),
        destroy(),
    ),
    scenario(
        "secret-credential",
        up(EXPLICIT % 'Output.secret("old")'),
        preview(EXPLICIT % 'Output.secret("new")'),
        up(),
        destroy(),
    ),
    scenario(
        "unknown-credential",
        preview('maker = Thing("maker", {"value": "k"})' + EXPLICIT % "maker.made"),
        up(),
        preview('maker = Thing("maker", {"value": "l"})' + EXPLICIT % "maker.made"),
        up(),
    ),
    scenario("another-provider", up(TWO % "first"), preview(TWO % "second"), up(), destroy()),
    scenario(
        "provider-of-a-component",
        up(
            """
other = pulumi.ProviderResource("pulumi-python", "other", {"trial:key": "theirs"})

class Group(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("trial:index:Group", name, {}, opts)
        Thing("child", {"value": "a"}, ResourceOptions(parent=self))

Group("group", ResourceOptions(providers=[other]))
"""
        ),
        preview(),
        destroy(),
    ),
)
