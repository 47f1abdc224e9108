"""One program, two organizations: an explicit provider brings its own key."""

from __future__ import annotations

import json

from tests.support.acme import Acme, Stack, text

PROGRAM = """
config = pulumi.Config()
old = elastic.Provider("old", api_key={key!r})
elastic.Roster("acme", members={{"ada@acme.example": []}}, mode="additive")
elastic.Roster(
    "globex",
    members={{"ada@acme.example": ["billing-admin"]}},
    mode="additive",
    opts=pulumi.ResourceOptions(provider=old),
)
"""


def test_each_roster_converges_its_own_organization(stack: Stack, acme: Acme) -> None:
    globex = acme.cloud.add_organization("globex")
    acme.cloud.add_member(
        globex.id, "boss@globex.example", {"organization": [{"role_id": "organization-admin"}]}, key="globex-key"
    )
    stack.program(PROGRAM.format(key="globex-key"))
    stack.apply()
    assert acme.invited() == {"ada@acme.example"}
    assert {one.email for one in acme.cloud.organization(globex.id).invitations.values()} == {"ada@acme.example"}
    result = stack.preview()
    assert not result.has_changes, text(result)
    assert "globex-key" not in json.dumps(stack.engine.export(stack.workspace))


def test_a_rotated_key_of_an_explicit_provider_is_used(stack: Stack, acme: Acme) -> None:
    globex = acme.cloud.add_organization("globex")
    boss = acme.cloud.add_member(
        globex.id, "boss@globex.example", {"organization": [{"role_id": "organization-admin"}]}, key="first"
    )
    stack.program(PROGRAM.format(key="first"))
    stack.apply()
    acme.cloud.remove_key(acme.cloud.keys["first"])
    acme.cloud.add_key(boss.user_id, "second", organization=globex.id)
    stack.program(PROGRAM.format(key="second"))
    result = stack.up()
    assert result.succeeded, text(result)
