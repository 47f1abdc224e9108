"""Components and parents."""

from __future__ import annotations

from ..scenario import destroy, preview, scenario, up

GROUP = """
class Group(pulumi.ComponentResource):
    def __init__(self, name, size, opts=None):
        super().__init__("trial:index:Group", name, {"size": size}, opts)
        self.child = Thing(f"{name}-child", {"value": "a"}, ResourceOptions(parent=self))
        self.register_outputs({"made": self.child.made})

"""

SCENARIOS = (
    scenario(
        "component",
        preview(GROUP + 'Group("group", 1)'),
        up(),
        preview(GROUP + 'Group("group", 2)'),
        up(),
        up(),
        up(""),
    ),
    scenario(
        "component-in-component",
        up(
            GROUP
            + """
class Outer(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("trial:index:Outer", name)
        inner = Group("inner", 1, ResourceOptions(parent=self))
        self.register_outputs({"size": 1, "word": Output.secret("hunter2"), "of": inner.child.made})

Outer("outer")
"""
        ),
        preview(),
        destroy(),
    ),
    scenario(
        "component-without-outputs",
        up('pulumi.ComponentResource("trial:index:Empty", "one")'),
        up(),
        up(""),
    ),
    scenario(
        "depending-on-a-component",
        up(GROUP + 'Thing("last", {"value": "z"}, ResourceOptions(depends_on=[Group("group", 1)]))'),
        destroy(),
    ),
    scenario(
        "parent-thing",
        up('parent = Thing("parent", {"value": "p"})\nThing("child", {"value": "c"}, ResourceOptions(parent=parent))'),
        up('parent = Thing("parent", {"value": "p"})'),
        destroy(),
    ),
    scenario(
        "moved-under-a-parent",
        up('parent = pulumi.ComponentResource("trial:index:Empty", "parent")\nThing("child", {"value": "c"})'),
        up(
            'parent = pulumi.ComponentResource("trial:index:Empty", "parent")\n'
            'Thing("child", {"value": "c"}, ResourceOptions(parent=parent))'
        ),
        unordered=True,
    ),
)
