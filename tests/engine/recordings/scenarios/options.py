"""Resource options."""

from __future__ import annotations

from ..scenario import destroy, preview, preview_destroy, refresh, scenario, up

PROTECTED = 'Thing("one", {"value": "a", "kind": "%s"}, ResourceOptions(protect=%s))'
RETAINED = 'Thing("one", {"value": "%s", "kind": "%s"}, ResourceOptions(retain_on_delete=True))'
FIRST = 'Thing("one", {"value": "%s", "kind": "%s"}, ResourceOptions(delete_before_replace=%s))'
READ = 'pulumi.export("made", Thing("one", {}, ResourceOptions(id="theirs")).made)'

SCENARIOS = (
    scenario(
        "protect",
        up(PROTECTED % ("small", True)),
        preview(""),
        up(),
        preview_destroy(),
        destroy(),
    ),
    scenario(
        "protect-replace",
        up(PROTECTED % ("small", True)),
        preview(PROTECTED % ("large", True)),
        up(),
        up(PROTECTED % ("large", False)),
    ),
    scenario("unprotect", up(PROTECTED % ("small", True)), up(PROTECTED % ("small", False)), destroy()),
    scenario("retain-on-delete", up(RETAINED % ("a", "small")), preview(""), up()),
    scenario("retain-on-delete-destroy", up(RETAINED % ("a", "small")), destroy()),
    scenario("retain-on-delete-replace", up(RETAINED % ("a", "small")), up(RETAINED % ("b", "large"))),
    scenario(
        "delete-before-replace",
        up(FIRST % ("a", "small", True)),
        preview(FIRST % ("b", "large", True)),
        up(),
    ),
    scenario(
        "create-before-delete",
        up(FIRST % ("a", "small", False)),
        preview(FIRST % ("b", "alone", False)),
        up(),
    ),
    scenario(
        "additional-secret-outputs",
        up(
            'one = Thing("one", {"value": "a"}, ResourceOptions(additional_secret_outputs=["made"]))\n'
            'pulumi.export("made", one.made)\nThing("two", {"value": one.made})'
        ),
        preview(),
        refresh(),
        up('one = Thing("one", {"value": "a"})\npulumi.export("made", one.made)\nThing("two", {"value": one.made})'),
    ),
    scenario(
        "read",
        preview(READ, cloud={"theirs": {"made": "made by them"}}),
        up(),
        up(),
        refresh(cloud={"theirs": {"made": "made anew"}}),
        up(),
        preview(""),
        up(""),
    ),
    scenario("read-missing", preview(READ, cloud={"theirs": None}), up()),
)
