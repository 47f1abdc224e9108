"""The schema is made from the tables of kinds, and what languages see of it changes only on purpose."""

from __future__ import annotations

import json
import re

from pulumi_elastic_org.kinds import KINDS, find
from pulumi_elastic_org.plugin.names import camel, token
from pulumi_elastic_org.plugin.schema import schema
from tests.plugin.pinned import PINNED, pinned_text


def test_the_schema_is_the_pinned_one() -> None:
    assert pinned_text() == PINNED.read_text("utf-8"), "look what the change does to programs, then run make schema"


def test_every_kind_with_all_its_properties_is_a_resource() -> None:
    resources = schema()["resources"]
    assert resources.keys() == {token(name) for name in KINDS}
    for name in KINDS:
        here = resources[token(name)]
        for one in find(name).properties:
            if not one.internal:
                assert (camel(one.name) in here["inputProperties"]) == one.is_input, (name, one.name)
                assert one.description


def test_secrets_are_secret_wherever_they_are() -> None:
    assert schema()["config"]["variables"]["apiKey"]["secret"]
    assert schema()["provider"]["inputProperties"]["apiKey"]["secret"]
    for name in KINDS:
        for one in find(name).properties:
            if one.secret:
                resource = schema()["resources"][token(name)]
                sides = (resource["inputProperties"], resource["properties"])
                assert all(side[camel(one.name)]["secret"] for side in sides if camel(one.name) in side)


def test_descriptions_are_markdown() -> None:
    assert not re.search("(?<!`)``(?!`)", json.dumps(schema()))


def test_the_generated_python_package_does_not_have_the_name_of_this_one() -> None:
    assert schema()["language"]["python"]["packageName"] == "pulumi_elastic_org_sdk"


def test_known_roles_are_offered_and_others_are_not_refused() -> None:
    made = schema()
    roles = made["resources"][token("Member")]["inputProperties"]["roles"]["oneOf"][0]["items"]["oneOf"]
    assert {"type": "string"} in roles
    assert {"name": "OrganizationAdmin", "value": "organization-admin", "description": "Organization owner"} in made[
        "types"
    ][token("Role")]["enum"]
