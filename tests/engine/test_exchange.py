"""A state that one engine made, the other carries on with: secrets, components, dependencies, providers included."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.things_stack import Stack, ops

PROGRAM = """
class Group(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("trial:index:Group", name, {"size": 1})
        child = Thing("child", {"value": "a"}, ResourceOptions(parent=self, protect=True))
        self.register_outputs({"made": child.made})

Group("group")
other = pulumi.ProviderResource("pulumi-python", "other", {"trial:key": Output.secret("theirs")})
first = Thing("first", {"value": "b", "word": Output.secret("hunter2"), "people": {"ada": "owner"}})
Thing("second", {"value": "c", "of": first.made, "count": 3, "ratio": 0.5, "on": True, "none": []},
      ResourceOptions(provider=other, retain_on_delete=True))
Thing("read", {}, ResourceOptions(id="theirs"))
pulumi.export("made", first.made)
pulumi.export("word", Output.secret("hunter2"))
"""


@pytest.mark.usefixtures("pulumi_cli")
@pytest.mark.parametrize(("maker", "taker"), [("embedded", "pulumi"), ("pulumi", "embedded")])
def test_an_exported_state_is_carried_on(make_stack: Callable[[str], Stack], maker: str, taker: str) -> None:
    old, new = make_stack(maker), make_stack(taker)
    old.apply(PROGRAM)
    new.engine.import_(new.workspace, old.engine.export(old.workspace))
    new.program(PROGRAM)
    preview = new.preview()
    assert (preview.succeeded, preview.errors, preview.has_changes) == (True, (), False)
    assert new.engine.outputs(new.workspace, show_secrets=True) == {"made": "made b", "word": "hunter2"}
    assert not new.refresh().has_changes
    assert not new.up().has_changes
    new.program(PROGRAM.replace('"count": 3', '"count": 4'))
    assert {name for name, op in ops(new.up()).items() if op == "update"} == {"second"}
    old.engine.import_(old.workspace, new.engine.export(new.workspace))
    old.program(PROGRAM.replace('"count": 3', '"count": 4'))
    assert not old.preview().has_changes
