"""What a roster file says when nothing is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pulumi_elastic_org.model.grants import GrantError, format_grants
from pulumi_elastic_org.model.guard_settings import Guards, Override, read_guards, write_guards
from pulumi_elastic_org.model.people import MAX_RESENDS
from pulumi_elastic_org.roster_file.reading import RosterFile, file_inputs, load_roster, parse_roster
from tests.support.builders import roles

SEARCH = "0123456789abcdef0123456789abcdef"
LOGS = "01234567890123456789012345678901"  # nothing but digits, and a zero in front

EVERYTHING = f"""
mode: authoritative
max_resends: 5
guards: {{max_removals: 3, min_admins: 2, protected: [ada@acme.io], allowed_domains: [acme.io, "@acme.de"], owner_tag: lead,
  refuse_unknown_owners: true, refuse_unknown_targets: true, bills_attested: True}}
overrides:
  bob@acme.io: {{guards: [owns-resources, self], reason: "handed over in HR-12", until: 2027-03-31}}
targets:
  search: {SEARCH}
  logs: {LOGS}
bundles:
  support: [deployment-viewer on search, observability-viewer on all]
  everything: [support, billing-admin; deployment-editor on logs]
groups:
  soc:
    roles: [security-t1-analyst on all, support]
    members: [ADA@acme.io, bob@acme.io, ada@acme.io]
  on:
    roles: [deployment-viewer on logs]
    members: [Bob@acme.io]
members:
  ada@acme.io: [organization-admin]
  cy@acme.io: []
"""


def people(text: str, bindings: tuple[str, ...] = ()) -> dict[str, str]:
    """Everybody's roles in text form, of a file that has a mode already."""
    read = parse_roster(f"mode: additive\n{text}", bindings=bindings)
    return {email: format_grants(grants) for email, grants in read.people.items()}


def test_a_file_with_everything() -> None:
    support = f"deployment-viewer on {SEARCH}; observability-viewer on all"
    assert replace(parse_roster(EVERYTHING), places={}) == RosterFile(
        authoritative=True,
        max_resends=5,
        guards=Guards(
            max_removals=3,
            min_admins=2,
            protected=("ada@acme.io",),
            allowed_domains=("acme.io", "@acme.de"),
            owner_tag="lead",
            refuse_unknown_owners=True,
            refuse_unknown_targets=True,
            bills_attested=True,
            overrides={"bob@acme.io": Override(("owns-resources", "self"), "handed over in HR-12", date(2027, 3, 31))},
        ),
        people={
            "ada@acme.io": roles(f"organization-admin; security-t1-analyst on all; {support}"),
            "cy@acme.io": roles("no roles"),
            "bob@acme.io": roles(f"security-t1-analyst on all; {support}; deployment-viewer on {LOGS}"),
        },
        bindings={"ada@acme.io": frozenset(), "cy@acme.io": frozenset(), "bob@acme.io": frozenset()},
        labels={SEARCH: "search", LOGS: "logs"},
    )


@pytest.mark.parametrize("until", [None, date(2027, 3, 31)])
def test_overrides_go_through_state_as_they_are(until: date | None) -> None:
    guards = Guards(overrides={"bob@acme.io": Override(("owns-resources", "self"), "handed over: HR-12", until)})
    mistakes: list[str] = []

    assert read_guards(write_guards(guards), mistakes) == guards
    assert mistakes == []


def test_what_the_file_calls_ids_goes_to_whoever_shows_them() -> None:
    inputs = file_inputs(parse_roster(f"mode: additive\ntargets: {{search: {SEARCH}, logs: {{name: Logs}}}}"))

    assert inputs["target_labels"] == {SEARCH: "search"}
    assert inputs["target_names"] == {"logs": "Logs"}
    assert "target_labels" not in file_inputs(parse_roster("mode: additive"))


def test_an_override_in_state_whose_day_is_none_is_named() -> None:
    mistakes: list[str] = []
    read_guards({"overrides": {"bob@acme.io": "self until soon: x"}}, mistakes)
    assert mistakes == ["overrides, bob@acme.io: until must be a day such as 2027-03-31"]


def test_a_file_says_as_inputs_what_it_says_of_more_than_people() -> None:
    inputs = file_inputs(parse_roster(EVERYTHING))
    assert (inputs["mode"], inputs["max_resends"], inputs["guards"]["owner_tag"]) == ("authoritative", 5, "lead")
    assert inputs["target_labels"] == {SEARCH: "search", LOGS: "logs"}
    assert file_inputs(parse_roster("mode: additive")) == {"mode": "additive", "max_resends": MAX_RESENDS}


def test_a_person_is_found_wherever_the_file_names_them() -> None:
    places = parse_roster(EVERYTHING).places
    assert places["bob@acme.io"] == ("roster.yaml:17:28", "roster.yaml:20:15", "roster.yaml:7:3")


def test_the_least_file_leaves_every_choice_to_the_defaults() -> None:
    assert parse_roster("mode: additive") == RosterFile(
        authoritative=False, max_resends=3, guards=Guards(), people={}, bindings={}
    )


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("TRUE", True), ("false", False), ("False", False)])
def test_true_and_false_are_written_as_in_yaml(written: str, meant: bool) -> None:
    assert parse_roster(f"mode: additive\nguards: {{bills_attested: {written}}}").guards.bills_attested is meant


@pytest.mark.parametrize(("written", "meant"), [("3", 3), ("'3'", 3), ("25%", "25%"), ("0", 0)])
def test_the_most_removals_are_a_number_or_a_share(written: str, meant: int | str) -> None:
    assert parse_roster(f"mode: additive\nguards: {{max_removals: {written}}}").guards.max_removals == meant


def test_sections_may_be_left_empty() -> None:
    empty = "mode: additive\nguards:\noverrides:\ntargets: ~\nbundles: null\ngroups:\nmembers:\n"
    assert parse_roster(empty) == parse_roster("mode: additive")


def test_members_come_in_their_order_and_people_of_groups_after_them() -> None:
    text = """
groups:
  g: {roles: [billing-admin], members: [x@acme.io, b@acme.io]}
members:
  z@acme.io: []
  b@acme.io: []
"""
    assert list(people(text)) == ["z@acme.io", "b@acme.io", "x@acme.io"]


def test_results_are_plain_text() -> None:
    read = parse_roster(EVERYTHING)
    texts = [*read.people, *read.guards.protected, *read.guards.overrides, *read.guards.overrides["bob@acme.io"].guards]
    targets = [grant.target for grants in read.people.values() for grant in grants if grant.target]
    assert {type(text) for text in [*texts, *targets]} == {str}


class TestPeople:
    def test_the_spelling_under_members_wins(self) -> None:
        text = "groups: {g: {roles: [billing-admin], members: [ADA@acme.io]}}\nmembers: {Ada@Acme.io: [organization-admin]}"
        assert people(text) == {"Ada@Acme.io": "billing-admin; organization-admin"}

    def test_else_the_first_spelling_wins(self) -> None:
        text = "groups: {g: {roles: [billing-admin], members: [ADA@acme.io]}, h: {roles: [], members: [ada@acme.io]}}"
        assert people(text) == {"ADA@acme.io": "billing-admin"}

    def test_a_person_of_several_groups_holds_the_roles_of_all(self) -> None:
        text = """
groups:
  g: {roles: [billing-admin, security-viewer on all], members: [ada@acme.io]}
  h: {roles: [security-viewer on all, deployment-viewer on all], members: [ada@acme.io]}
"""
        assert people(text) == {"ada@acme.io": "billing-admin; deployment-viewer on all; security-viewer on all"}


class TestRoles:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("[]", "no roles"),
            ("[no roles]", "no roles"),
            ("[billing-admin, billing-admin]", "billing-admin"),
            ("[billing-admin; organization-admin]", "billing-admin; organization-admin"),
            ("['security-viewer on all as soc, \"tier 2\"']", 'security-viewer on all as soc, "tier 2"'),
            ("[security-viewer on all (console only)]", "security-viewer on all (console only)"),
            ("[deployment:custom on all]", "deployment:custom on all"),
            ("['organization:auditor']", "organization:auditor"),
        ],
    )
    def test_an_entry_is_one_role_or_several(self, written: str, meant: str) -> None:
        assert people(f"members: {{ada@acme.io: {written}}}") == {"ada@acme.io": meant}

    def test_a_bundle_may_use_bundles_that_stand_below_it(self) -> None:
        text = """
bundles:
  top: [middle, billing-admin]
  middle: [base]
  base: [security-viewer on all]
members: {ada@acme.io: [top, base]}
"""
        assert people(text) == {"ada@acme.io": "billing-admin; security-viewer on all"}

    def test_a_long_chain_of_bundles_is_read(self) -> None:
        chain = "\n".join(f"  b{index}: [b{index + 1}]" for index in range(3000))
        assert people(f"bundles:\n{chain}\n  b3000: [billing-admin]\nmembers: {{ada@acme.io: [b0]}}") == {
            "ada@acme.io": "billing-admin"
        }

    def test_a_bundle_may_have_a_name_that_begins_like_a_role(self) -> None:
        text = "bundles: {security-team: [security-viewer on all]}\nmembers: {ada@acme.io: [security-team]}"
        assert people(text) == {"ada@acme.io": "security-viewer on all"}


class TestTargets:
    @pytest.mark.parametrize(
        ("written", "target"),
        [
            ("search", SEARCH),
            (SEARCH, SEARCH),
            (LOGS, LOGS),
            ("abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz012345"),
            ("short", "Short-Id"),
            ("Short-Id", "Short-Id"),
            ('"the big one"', SEARCH),
        ],
    )
    def test_a_target_is_a_name_or_an_id(self, written: str, target: str) -> None:
        text = f"""
targets: {{search: {SEARCH}, short: Short-Id, the big one: {SEARCH}}}
members: {{ada@acme.io: ['deployment-viewer on {written}']}}
"""
        assert people(text) == {"ada@acme.io": f"deployment-viewer on {target}"}

    def test_bindings_stay_names_until_their_ids_are_known(self) -> None:
        read = parse_roster(
            f"""
mode: additive
targets: {{search: {SEARCH}}}
bundles: {{edit: ["deployment-editor on search, blue, green"]}}
members:
  ada@acme.io: [edit, billing-admin]
  bob@acme.io: [deployment-viewer on blue]
  cy@acme.io: [deployment-viewer on search]
""",
            bindings=["blue", "green", "unused"],
        )
        assert read.bindings == {
            "ada@acme.io": {"blue", "green"},
            "bob@acme.io": {"blue"},
            "cy@acme.io": frozenset(),
        }
        ids = {"blue": LOGS, "green": "g1", "unused": "u1"}
        resolved = {email: format_grants(read.resolve(grants, ids)) for email, grants in read.people.items()}
        assert resolved == {
            "ada@acme.io": f"billing-admin; deployment-editor on {LOGS}, {SEARCH}, g1",
            "bob@acme.io": f"deployment-viewer on {LOGS}",
            "cy@acme.io": f"deployment-viewer on {SEARCH}",
        }

    def test_two_names_of_one_target_that_contradict_each_other_are_refused(self) -> None:
        read = parse_roster(
            "mode: additive\nmembers: {ada@acme.io: [deployment-viewer on blue, deployment-viewer on green as soc]}",
            bindings=["blue", "green"],
        )
        with pytest.raises(GrantError, match="deployment-viewer is given twice on d1"):
            RosterFile.resolve(read.people["ada@acme.io"], {"blue": "d1", "green": "d1"})


class TestYaml:
    @pytest.mark.parametrize("name", ["on", "yes", "no", "off", "y", "012", "1e3", "2026-01-01", "0x10", "1:30"])
    def test_words_are_words_whatever_they_look_like(self, name: str) -> None:
        text = f"targets: {{{name}: {SEARCH}}}\nmembers: {{ada@acme.io: ['deployment-viewer on \"{name}\"']}}"
        assert people(text) == {"ada@acme.io": f"deployment-viewer on {SEARCH}"}

    def test_quoted_null_is_a_word(self) -> None:
        text = f"targets: {{'null': {SEARCH}}}\nmembers: {{ada@acme.io: [deployment-viewer on null]}}"
        assert people(text) == {"ada@acme.io": f"deployment-viewer on {SEARCH}"}

    def test_aliases_stand_for_what_their_anchors_mark(self) -> None:
        text = """
groups:
  g: &team {roles: &held [billing-admin], members: [&ada ada@acme.io]}
  h: *team
members:
  *ada : *held
  bob@acme.io: *held
"""
        assert people(text) == {"ada@acme.io": "billing-admin", "bob@acme.io": "billing-admin"}

    def test_an_anchor_may_hold_aliases(self) -> None:
        text = """
bundles:
  base: &base [&role billing-admin]
  more: &more [*role, security-viewer on all]
  most: *more
members: {ada@acme.io: [most]}
"""
        assert people(text) == {"ada@acme.io": "billing-admin; security-viewer on all"}

    def test_an_anchor_that_is_used_twice_stands_for_the_last_value(self) -> None:
        text = "members: {ada@acme.io: [&r billing-admin], bob@acme.io: [&r organization-admin], cy@acme.io: [*r]}"
        assert people(text)["cy@acme.io"] == "organization-admin"

    def test_repeating_a_value_leaves_the_anchors_in_it_where_they_moved_to(self) -> None:
        text = """
members:
  ada@acme.io: &held [&role billing-admin]
  bob@acme.io: [&role organization-admin]
  cy@acme.io: *held
  di@acme.io: [*role]
"""
        assert people(text)["di@acme.io"] == "organization-admin"

    def test_comments_directives_and_an_end_mark_are_read_over(self) -> None:
        assert parse_roster("%YAML 1.2\n---\n# roster\nmode: additive # yet\n...\n") == parse_roster("mode: additive")


class TestLoading:
    def test_a_file_is_read_by_its_path(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_text("mode: additive\nmembers: {ada@acme.io: [deployment-viewer on blue]}", encoding="utf-8")
        meant = parse_roster(path.read_text(encoding="utf-8"), bindings=["blue"])
        assert replace(load_roster(path, bindings=["blue"]), places={}) == replace(meant, places={})

    def test_a_byte_order_mark_and_line_ends_of_another_system_do_not_matter(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.yaml"
        path.write_bytes(b"\xef\xbb\xbfmode: additive\r\nmembers:\r\n  j\xc3\xbcrgen@acme.io: []\r\n")
        assert list(load_roster(str(path)).people) == ["jürgen@acme.io"]

    def test_a_file_that_is_not_there_is_an_error_of_the_system(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            load_roster(tmp_path / "roster.yaml")


def test_an_address_that_nobody_can_be_invited_at_is_warned_of_wherever_it_stands() -> None:
    text = """\
mode: additive
groups: {soc: {roles: [], members: [first..last@docomo.example]}}
members: {ada@acme.io: [], odd.@acme.io: []}
guards: {protected: [x@localhost]}
"""
    assert [(one.line, one.column, one.message.partition(":")[0]) for one in parse_roster(text).warnings] == [
        (2, 37, "'first..last@docomo.example' is not an e-mail address"),
        (3, 28, "'odd.@acme.io' is not an e-mail address"),
        (4, 22, "'x@localhost' is not an e-mail address"),
    ]


def test_every_place_of_an_address_is_known_in_any_spelling() -> None:
    text = "mode: additive\ngroups:\n  g:\n    members: [Ada@acme.io]\nmembers:\n  ada@acme.io: []\n"
    assert parse_roster(text).places == {"ada@acme.io": ("roster.yaml:6:3", "roster.yaml:4:15")}
