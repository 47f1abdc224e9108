"""Refresh: what has changed behind the program's back."""

from __future__ import annotations

from ..scenario import preview, preview_refresh, refresh, scenario, up

ONE = 'one = Thing("one", {"value": "a", "people": {"ada": "owner"}})\n'
TWO = ONE + 'Thing("two", {"value": "b", "of": one.made})'

SCENARIOS = (
    scenario("refresh", up(TWO), preview_refresh(), refresh(), preview(), unordered=True),
    scenario(
        "drift",
        up(ONE),
        preview_refresh(cloud={"id-a": {"people": {"ada": "owner", "eve": "owner"}}}),
        refresh(),
        preview(),
        refresh(),
        up(),
    ),
    scenario(
        "drift-of-outputs",
        up(ONE),
        preview_refresh(cloud={"id-a": {"made": "made elsewhere"}}),
        refresh(),
        preview(),
        up(),
    ),
    scenario("gone", up(TWO), preview_refresh(cloud={"id-a": None}), refresh(), preview(), up(), unordered=True),
    scenario(
        "drift-of-a-secret",
        up('Thing("one", {"value": "a", "word": Output.secret("hunter2")})'),
        refresh(cloud={"id-a": {"word": "changed"}}),
        preview(),
        up(),
    ),
    scenario(
        "failed-read", up('Thing("one", {"value": "a", "fail": "read"})'), preview_refresh(), refresh(), preview()
    ),
    scenario(
        "refresh-of-a-component",
        up(
            'group = pulumi.ComponentResource("trial:index:Empty", "group")\n'
            'Thing("child", {"value": "a"}, ResourceOptions(parent=group))\npulumi.export("a", 1)'
        ),
        refresh(),
        refresh(cloud={"id-a": None}),
        preview(),
    ),
)
