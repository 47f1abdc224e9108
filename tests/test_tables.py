"""The class that Python programs use and the table of its kind say the same."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import pulumi_elastic_org
from pulumi_elastic_org.kinds import KINDS, find
from pulumi_elastic_org.lifecycle.properties import Type, Where

OTHERWISE: dict[str, dict[str, str]] = {
    "guards": {"overrides": "guards"},
    "connection": dict.fromkeys(("url", "api_key", "username", "password", "ca_file"), "connection"),
    "Snapshot": {"name": "snapshot"},
    "SnapshotRepository": {"name": "repository"},
    "Restore": {"expected": "snapshot"},
    "OrganizationSettings": {"name": "organization_name"},
    "RoleMappings": {"target_names": "mappings"},
    "Roster": {"until": "from_file", "target_names": "from_file"},
}
"""By a kind's name, or an argument that it has: properties that a program gives by an argument of another name."""

FOUND_IN_THE_PROGRAM = ("role_mappings", "owner_mapping_follows")
NAMED_AFTER_THE_RESOURCE = {("ApiKey", "description")}


def arguments(cls: type[Any]) -> dict[str, inspect.Parameter]:
    given = dict(inspect.signature(cls.__init__).parameters)
    for name in ("self", "opts"):
        given.pop(name)
    return {"from_file" if name == "name" else name: one for name, one in given.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_every_input_of_a_kind_has_an_argument_with_its_default(kind: str) -> None:
    given = arguments(getattr(pulumi_elastic_org, kind))
    otherwise = {name: arg for key, names in OTHERWISE.items() if key in (kind, *given) for name, arg in names.items()}
    for one in find(kind).properties:
        if not one.is_input or one.internal or one.name in FOUND_IN_THE_PROGRAM:
            continue
        argument = given.get(otherwise.get(one.name, one.name))
        assert argument is not None, one.name
        if one.name in given and one.default is not None and one.type is not Type.OBJECT:
            assert argument.default == one.default, one.name
        if one.name in given and one.required and (kind, one.name) not in NAMED_AFTER_THE_RESOURCE:
            assert argument.default is inspect.Parameter.empty, one.name


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_class_has_to_give_is_in_the_table(kind: str) -> None:
    cls = getattr(pulumi_elastic_org, kind)
    table = {one.name for one in find(kind).properties if one.where is not Where.INPUT}
    assert cls.__annotations__.keys() <= table


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_is_described_in_a_sentence(kind: str) -> None:
    for one in find(kind).properties:
        assert one.description[0].isupper() or one.description.startswith("`"), one.name
        assert one.description.endswith("."), one.name
