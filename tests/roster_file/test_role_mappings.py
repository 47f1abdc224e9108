"""Role mappings in a roster file: rules, roles in the file's own words, and every mistake where it stands."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.roster_file.reading import RosterFile, parse_roster, parse_rosters
from tests.support.builders import mistakes

OWNERS = "  owners: {any: [{group: platform}], roles: [organization-admin]}\n"


def texts(read: RosterFile) -> dict[str, str]:
    return {one.name: str(one) for one in read.role_mappings}


def test_mappings_are_read_with_bundles_targets_and_names() -> None:
    read = parse_roster(
        "mode: authoritative\n"
        "targets: {search: 0123456789abcdef0123456789abcdef, logs: {name: Central logs}}\n"
        "bundles: {support: [deployment-viewer on search, billing-admin]}\n"
        "role_mappings:\n"
        f"{OWNERS}"
        '  soc analysts: {all: [{group: soc-*}, {email: "*@acme.io"}], roles: [security-t1-analyst on all], enabled: false}\n'
        "  support: {any: [{group: b}, {group: a}], roles: [support, deployment-editor on logs, deployment-admin on bound]}\n",
        bindings=["bound"],
    )
    assert texts(read) == {
        "owners": "group platform => organization-admin",
        "soc analysts": "disabled: email *@acme.io and group soc-* => security-t1-analyst on all",
        "support": "group a or group b => billing-admin; deployment-admin on bound; deployment-editor on logs; "
        "deployment-viewer on 0123456789abcdef0123456789abcdef",
    }
    assert read.people == {}


def test_a_file_without_mappings_has_none_and_several_files_add_up() -> None:
    assert parse_roster("mode: additive\nrole_mappings:").role_mappings == ()
    other = "role_mappings:\n  soc: {any: [{group: soc}], roles: [billing-admin]}"
    read = parse_rosters({"a.yaml": f"mode: additive\nrole_mappings:\n{OWNERS}", "b.yaml": other})
    assert list(texts(read)) == ["owners", "soc"]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("x: {roles: [billing-admin]}", "a role mapping has conditions under one of any and all"),
        ("x: {any: [{group: a}], all: [{group: b}], roles: [billing-admin]}", "conditions under one of any and all"),
        ("x: {any: [{group: a}]}", "a role mapping gives roles"),
        ("x: {any: [{group: a, email: b@x.io}], roles: [billing-admin]}", "each condition is one group or one email"),
        ("x: {any: [{}], roles: [billing-admin]}", "each condition is one group or one email"),
        ("x: {any: [{email: nobody}], roles: [billing-admin]}", "'nobody' is not an e-mail address"),
        ("x: {any: [{team: a}], roles: [billing-admin]}", "'team' is not a key here; write one of group, email"),
        ("x: {some: [{group: a}], roles: [billing-admin]}", "'some' is not a key here"),
        ("x: {any: {group: a}, roles: [billing-admin]}", "'any' takes a list"),
        ("x: {any: [{group: a}], roles: [biling-admin]}", "did you mean 'billing-admin'?"),
        ("x: {any: [{group: a}], roles: [billing-admin], enabled: maybe}", "write true or false"),
        ('"a,b": {any: [{group: a}], roles: [billing-admin]}', "'a,b' cannot be a mapping's name"),
        ("x: 3", "'x' takes lines such as 'name: value'"),
    ],
)
def test_each_mistake_is_told_where_it_stands(mapping: str, said: str) -> None:
    found = mistakes(f"mode: additive\nrole_mappings:\n  {mapping}\n")
    assert any(one.startswith("3:") and said in one for one in found), found
