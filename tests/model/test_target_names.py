"""Deployments and projects by name: one is found, none and several are refused with what to write instead."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.model.ownership import CloudResource
from pulumi_elastic_org.model.targets import TargetNames, unique_labels, with_names
from pulumi_elastic_org.roster_file.reading import parse_roster
from tests.support.builders import mistakes, roles

LIVE = (
    CloudResource("deployment", "d1", "Search production"),
    CloudResource("deployment", "d2", "logs"),
    CloudResource("deployment", "d3", "twins"),
    CloudResource("deployment", "d4", "twins"),
    CloudResource("security", "s1", "logs"),
)


def resolved(text: str, **names: str) -> tuple[str, list[str]]:
    found = TargetNames(names, LIVE)
    grants = found.resolve(roles(text))
    return format_grants(grants), list(found.mistakes.values())


def test_a_file_names_a_deployment_by_the_name_that_elastic_shows() -> None:
    read = parse_roster(
        "mode: additive\ntargets: {search: {name: Search production}}\nmembers: {a@b.io: [deployment-editor on search]}"
    )

    assert read.names == {"search": "Search production"}
    assert format_grants(TargetNames(read.names, LIVE).resolve(read.people["a@b.io"])) == "deployment-editor on d1"


def test_ids_beside_names_and_roles_on_all_stay_as_they_are() -> None:
    assert resolved("deployment-editor on x9, search; billing-admin; security-viewer on all", search="logs") == (
        "billing-admin; deployment-editor on d2, x9; security-viewer on all",
        [],
    )


def test_a_name_is_looked_for_among_what_the_role_is_for() -> None:
    assert resolved("deployment-viewer on logs; security-viewer on logs", logs="logs") == (
        "deployment-viewer on d2; security-viewer on s1",
        [],
    )


@pytest.mark.parametrize(
    ("role", "name", "mistake"),
    [
        (
            "deployment-viewer on t",
            "twins",
            "targets, t: 2 deployments are named 'twins' (d3, d4); write the id of the one you want",
        ),
        (
            "deployment-viewer on t",
            "Serch production",
            "targets, t: no deployment is named 'Serch production'; did you mean 'Search production'?",
        ),
        (
            "security-viewer on t",
            "nothing like it",
            "targets, t: no security project is named 'nothing like it'; there are logs",
        ),
        ("elasticsearch-viewer on t", "x", "targets, t: no elasticsearch project is named 'x'; there is none"),
        (
            "vectordb:viewer on t",
            "x",
            "targets, t: what roles of the scope 'vectordb' are for cannot be found by name; write the id",
        ),
    ],
)
def test_what_cannot_be_found(role: str, name: str, mistake: str) -> None:
    assert resolved(role, t=name) == ("no roles", [mistake])


def test_a_name_in_place_of_an_id_is_told_how_to_be_one() -> None:
    assert mistakes("mode: additive\ntargets: {search: Search production}") == [
        "2:11: 'Search production' is not an id; to find what has that name, write {name: Search production}"
    ]


def test_a_target_has_nothing_but_a_name() -> None:
    assert mistakes("mode: additive\ntargets: {a: {nam: x}, b: {name: x, kind: deployment}, c: {}}") == [
        "2:11: 'a' needs 'name'; write {name: ...}",
        "2:15: 'nam' is not a key here; did you mean 'name'?",
        "2:37: 'kind' is not a key here; write one of name",
        "2:56: 'c' needs 'name'; write {name: ...}",
    ]


ONE, TWO, THREE = ("1" * 32, "2" * 32, "3" * 32)


def test_names_that_several_have_come_with_the_id() -> None:
    assert unique_labels({ONE: "logs", TWO: "logs", THREE: "search"}) == {
        ONE: f"logs ({ONE})",
        TWO: f"logs ({TWO})",
        THREE: "search",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"deployment-viewer on {ONE}, {TWO}", f'deployment-viewer on "All logs", {TWO}'),
        (f"+ deployment-viewer on {THREE} as soc", "+ deployment-viewer on search as soc"),
        (
            f"still owns deployment 'search' ({THREE}) by its owner tag",
            f"still owns deployment 'search' ({THREE}) by its owner tag",
        ),
        (f"a{ONE} {ONE}b {ONE}.5 {THREE}.", f"a{ONE} {ONE}b {ONE}.5 search."),
        ("billing-admin", "billing-admin"),
    ],
)
def test_names_stand_for_ids_but_behind_a_name(text: str, shown: str) -> None:
    assert with_names(text, {ONE: "All logs", THREE: "search"}) == shown


def test_without_names_text_stays() -> None:
    assert with_names(f"deployment-viewer on {ONE}", {}) == f"deployment-viewer on {ONE}"


def test_what_stands_for_a_name_is_remembered_by_its_id() -> None:
    names = TargetNames({"s": "search"}, [CloudResource("deployment", ONE, "search")])
    names.resolve(roles("deployment-viewer on s"))
    assert names.labels == {ONE: "s"}
