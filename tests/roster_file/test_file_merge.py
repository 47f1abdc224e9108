"""Several files make one roster: sections and lists add up, and contradictions name both places."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_elastic_org.model.grants import format_grants
from pulumi_elastic_org.roster_file.reading import RosterFileError, load_roster, parse_rosters

BASE = """
mode: authoritative
guards: {min_admins: 2}
targets: {logs: 0123456789abcdef0123456789abcdef}
bundles: {support: [deployment-viewer on logs]}
members: {ada@acme.io: [organization-admin]}
"""
SEARCH = """
groups:
  search: {roles: [support, billing-admin], members: [bob@acme.io, ada@acme.io]}
members: {cy@acme.io: []}
"""


def contradictions(**texts: str) -> list[str]:
    with pytest.raises(RosterFileError) as caught:
        parse_rosters({f"{name}.yaml": text for name, text in texts.items()})
    return str(caught.value).splitlines()


def test_a_team_s_file_uses_what_another_file_names() -> None:
    read = parse_rosters({"base.yaml": BASE, "search.yaml": SEARCH})

    assert {email: format_grants(grants) for email, grants in read.people.items()} == {
        "ada@acme.io": "billing-admin; deployment-viewer on 0123456789abcdef0123456789abcdef; organization-admin",
        "cy@acme.io": "no roles",
        "bob@acme.io": "billing-admin; deployment-viewer on 0123456789abcdef0123456789abcdef",
    }
    assert read.authoritative
    assert read.guards.min_admins == 2


def test_the_order_of_the_files_changes_nobody_s_roles() -> None:
    one = parse_rosters({"base.yaml": BASE, "search.yaml": SEARCH})
    other = parse_rosters({"search.yaml": SEARCH, "base.yaml": BASE})

    assert dict(one.people) == dict(other.people)


def test_files_may_say_the_same_setting_alike() -> None:
    assert parse_rosters({"a": "mode: additive", "b": "mode: additive"}).authoritative is False


def test_lists_of_several_files_add_up() -> None:
    people = "members: {ada@acme.io: [], bob@acme.io: [], cy@acme.io: []}"
    read = parse_rosters(
        {
            "base.yaml": f"mode: additive\n{people}\nsingle_sign_on: [ada@acme.io]",
            "search.yaml": "single_sign_on: [bob@acme.io]",
            "soc.yaml": "single_sign_on: [cy@acme.io]",
        }
    )
    assert read.single_sign_on == ("ada@acme.io", "bob@acme.io", "cy@acme.io")


def test_a_mistake_in_a_list_that_grew_is_in_the_file_that_holds_it() -> None:
    assert contradictions(
        a="mode: additive\nmembers: {ada@acme.io: []}\nsingle_sign_on: [ada@acme.io]", b="single_sign_on: [nobody]"
    )[0].startswith("b.yaml:1:18:")


CONTRADICTIONS = {
    "another mode": (
        {"a": "mode: additive", "b": "mode: authoritative"},
        "b.yaml:1:1: 'mode' is something else on line 1 of a.yaml; keep one of the two",
    ),
    "a person twice": (
        {"a": "mode: additive\nmembers: {ada@acme.io: []}", "b": "members: {ada@acme.io: []}"},
        "b.yaml:1:11: 'ada@acme.io' is already on line 2 of a.yaml; keep one of the two",
    ),
    "a person twice in two spellings": (
        {"a": "mode: additive\nmembers: {ada@acme.io: []}", "b": "members: {Ada@acme.io: []}"},
        "b.yaml:1:11: 'Ada@acme.io' is already on line 2 of a.yaml as 'ada@acme.io'; keep one of the two",
    ),
    "a group twice": (
        {"a": "mode: additive\ngroups: {soc: {}}", "b": "groups:\n  soc: {}"},
        "b.yaml:2:3: 'soc' is already on line 2 of a.yaml; keep one of the two",
    ),
    "a guard twice": (
        {"a": "mode: additive\nguards: {min_admins: 1}", "b": "guards: {min_admins: 3}"},
        "b.yaml:1:10: 'min_admins' is already on line 2 of a.yaml; keep one of the two",
    ),
    "a section of another form": (
        {"a": "mode: additive\nmembers: {ada@acme.io: []}", "b": "members: [bob@acme.io]"},
        "b.yaml:1:1: 'members' is something else on line 2 of a.yaml; keep one of the two",
    ),
}


@pytest.mark.parametrize(("texts", "mistake"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_what_contradicts_another_file(texts: dict[str, str], mistake: str) -> None:
    assert contradictions(**texts) == [mistake]


def test_mistakes_of_all_files_are_named_at_once_in_the_order_of_the_files() -> None:
    found = contradictions(z="mode: additive\nmembers: {bob: []}", a="members: {cy@acme.io: [suport]}")

    assert [line.split(" ")[0] for line in found] == ["z.yaml:2:11:", "a.yaml:1:24:"]


def test_no_mode_in_any_file_is_a_mistake_of_the_first() -> None:
    assert contradictions(a="members: {}", b="members: {}") == [
        "a.yaml:1:1: 'mode' is missing; write 'mode: authoritative' or 'mode: additive'"
    ]


def test_a_file_that_cannot_be_read_hides_no_other_that_cannot_be_read() -> None:
    assert [line.split(" ")[0] for line in contradictions(a="[", b="mode: &x", c="}")] == ["a.yaml:1:2:", "c.yaml:1:1:"]


def test_files_are_read_by_their_paths(tmp_path: Path) -> None:
    paths = [tmp_path / "base.yaml", tmp_path / "search.yaml"]
    for path, text in zip(paths, (BASE, SEARCH), strict=True):
        path.write_text(text, encoding="utf-8")

    assert load_roster(paths) == parse_rosters({str(paths[0]): BASE, str(paths[1]): SEARCH})
