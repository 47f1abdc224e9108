"""One program, two organizations: an explicit provider brings its own key."""

from __future__ import annotations

import json

import pytest

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


COMPONENT = """
class Team(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("acme:people:Team", name, {{}}, opts)
        elastic.Member("ada", "ada@acme.example", ["billing-admin"], opts=pulumi.ResourceOptions(parent=self))


globex = elastic.Provider("globex", api_key="globex-key", api_key_user="boss@globex.example")
people = {{"boss@globex.example": ["organization-admin"]{ada}}}
"""
ROSTER = (
    'elastic.Roster("globex", members=people, mode="authoritative", opts=pulumi.ResourceOptions(provider=globex))\n'
)
TEAM = 'Team("team", pulumi.ResourceOptions(providers=[globex]))\n'


@pytest.mark.parametrize("then", [ROSTER + TEAM, TEAM + ROSTER], ids=["roster first", "component first"])
def test_whom_a_component_manages_by_an_inherited_provider_stays(stack: Stack, acme: Acme, then: str) -> None:
    globex = acme.cloud.add_organization("globex")
    owner = {"organization": [{"role_id": "organization-admin"}]}
    acme.cloud.add_member(globex.id, "boss@globex.example", owner, key="globex-key")
    acme.cloud.add_member(globex.id, "ada@acme.example", {"organization": [{"role_id": "billing-admin"}]})
    stack.program(COMPONENT.format(ada=', "ada@acme.example": ["billing-admin"]') + ROSTER)
    stack.apply()
    stack.program(COMPONENT.format(ada="") + then)
    stack.apply()
    emails = {acme.cloud.user(one).email for one in acme.cloud.organization(globex.id).members}
    assert emails == {"boss@globex.example", "ada@acme.example"}


def test_one_person_may_be_in_two_organizations_one_of_them_by_a_component(stack: Stack, acme: Acme) -> None:
    globex = acme.cloud.add_organization("globex")
    owner = {"organization": [{"role_id": "organization-admin"}]}
    acme.cloud.add_member(globex.id, "boss@globex.example", owner, key="globex-key")
    stack.program(COMPONENT.format(ada="") + TEAM + 'elastic.Member("here", "ada@acme.example", ["billing-admin"])\n')
    stack.apply()
    assert acme.invited() == {"ada@acme.example"}
    assert {one.email for one in acme.cloud.organization(globex.id).invitations.values()} == {"ada@acme.example"}
