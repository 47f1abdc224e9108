"""Role mappings as values: their text, whom they match, what differs, in which order it is changed, and what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_elastic_org.model.grants import parse_grants
from pulumi_elastic_org.model.mapping_changes import (
    MappingChange,
    after,
    change_effects,
    enabling_violations,
    mapping_violations,
    plan_mappings,
)
from pulumi_elastic_org.model.people import Member
from pulumi_elastic_org.model.role_mappings import (
    Condition,
    RoleMapping,
    RoleMappingError,
    Rule,
    given_at_sign_on,
    may_give,
    name_mistake,
    parse_mapping,
    read_mapping,
    signed_on,
)

OWNER = "group platform => organization-admin"
VIEWER = "group view* => deployment-viewer on all"


def mapping(name: str, text: str = VIEWER) -> RoleMapping:
    return parse_mapping(name, text)


@pytest.mark.parametrize(
    ("given", "gives"),
    {
        "email *@acme.io => billing-admin": True,
        "email *@globex.io => billing-admin": False,
        "group finance => billing-admin": None,
        "email *@acme.io => organization-admin": False,
        "disabled: email *@acme.io => billing-admin": False,
    }.items(),
)
def test_which_mapping_may_give_a_role(given: str, gives: bool | None) -> None:
    [billing] = parse_grants("billing-admin")
    assert may_give(mapping("m", given), billing, "ada@acme.io") is gives


def test_a_mapping_whose_rule_is_newer_may_give_its_roles_to_anybody() -> None:
    [billing] = grants = parse_grants("billing-admin")
    assert may_give(RoleMapping("m", None, grants), billing, "ada@acme.io") is None


def member(email: str | None, roles: str = "no roles") -> Member:
    return Member(f"u-{email}", email, parse_grants(roles))


def rule(match: Any, *conditions: tuple[str, str]) -> Rule:
    return Rule.of(match, [Condition(*one) for one in conditions])


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "group platform => organization-admin",
            "group a or group b => billing-admin",
            "email *@acme.example and group soc-* => security-t1-analyst on all",
            'disabled: group "two words" => deployment-viewer on all; security-viewer on all as soc',
            'group "a=b" => no roles',
        ],
    )
    def test_the_canonical_form_is_what_it_was_read_from(self, text: str) -> None:
        assert str(mapping("x", text)) == text

    def test_equal_rules_are_equal_values(self) -> None:
        one = mapping("x", "group b or group a or group b => billing-admin")
        assert one == mapping("x", "group a or group b => billing-admin")
        assert rule("all", ("group", "a")) == rule("any", ("group", "a"))
        assert rule("all", ("group", "a"), ("group", "b")) != rule("any", ("group", "a"), ("group", "b"))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "group platform",
            "=> billing-admin",
            "platform => billing-admin",
            "group a or => billing-admin",
            "group a group b => billing-admin",
            "group a and group b or group c => billing-admin",
            "not group a => billing-admin",
            "group a => unknown-role",
            "email nobody => billing-admin",
            'group "a\\q" => billing-admin',
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_name_of_the_mapping(self, text: str) -> None:
        with pytest.raises(RoleMappingError, match=r"^owners: "):
            parse_mapping("owners", text)

    def test_a_rule_of_a_newer_form_is_shown_as_such(self) -> None:
        assert str(RoleMapping("x", None, frozenset())) == "a rule of a newer form => no roles"


class TestReading:
    def test_a_dictionary_is_read(self) -> None:
        given = {"any": [{"group": "platform"}, {"email": "*@acme.example"}], "roles": ["organization-admin"]}
        assert read_mapping("x", given) == mapping("x", "group platform or email *@acme.example => organization-admin")
        both = {
            "all": ({"group": "a"}, {"group": "b"}),
            "roles": "billing-admin; security-viewer on all",
            "enabled": False,
        }
        assert str(read_mapping("x", both)) == "disabled: group a and group b => billing-admin; security-viewer on all"
        assert read_mapping("x", {"any": {"group": "a"}, "roles": {"billing-admin"}}).rule == rule(
            "any", ("group", "a")
        )

    def test_a_text_and_a_mapping_are_taken_as_they_are(self) -> None:
        assert read_mapping("x", OWNER) == mapping("x", OWNER)
        assert read_mapping("x", mapping("y", OWNER)) == mapping("x", OWNER)

    def test_every_mistake_is_named_at_once(self) -> None:
        given = {"any": [{"group": ""}], "all": [], "role": 1, "roles": ["nothing"], "enabled": "yes"}
        with pytest.raises(RoleMappingError) as refused:
            read_mapping("a,b", given)
        said = "\n".join(refused.value.mistakes)
        assert all(
            text in said
            for text in (
                "'role' is not a key",
                "one group or one email",
                "'nothing' is not a known",
                "true or false",
                "',' would",
            )
        )

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (3, "a dictionary"),
            ({"roles": ["billing-admin"]}, "one of any and all"),
            ({"any": [{"group": "a"}], "all": [{"group": "b"}], "roles": ["billing-admin"]}, "one of any and all"),
            ({"any": [{"group": "a", "email": "b@x.io"}], "roles": ["billing-admin"]}, "one group or one email"),
            ({"any": ["a"], "roles": ["billing-admin"]}, "one group or one email"),
            ({"any": [{"team": "a"}], "roles": ["billing-admin"]}, "one group or one email"),
            ({"any": [{"email": "nobody"}], "roles": ["billing-admin"]}, "not an e-mail address"),
            ({"any": [{"group": "a"}]}, "needs roles"),
            ({"any": [{"group": "a"}], "roles": []}, "needs roles"),
            (
                {"any": [{"group": "a"}], "roles": ["deployment-viewer on all; deployment-viewer on d1"]},
                "already covers",
            ),
            (
                {"any": [{"group": "a"}], "roles": ["deployment-viewer on all", "deployment-viewer on d1"]},
                "already covers",
            ),
            ({"any": [{"group": "a"}], "roles": ['deployment-viewer on "a b"']}, "not the id of"),
        ],
    )
    def test_what_is_wrong_is_said(self, given: object, said: str) -> None:
        with pytest.raises(RoleMappingError, match=said):
            read_mapping("x", given)

    @pytest.mark.parametrize("name", ["", " ", " a", "a ", ".", "..", "a,b", "a/b", "a\\b", "a\nb", "a\u202eb"])
    def test_names_that_cannot_stand_alone_in_an_address_are_refused(self, name: str) -> None:
        assert name_mistake(name) is not None

    @pytest.mark.parametrize("name", ["owners", "Platform owners", "größe", "a.b"])
    def test_names_that_people_give_are_taken(self, name: str) -> None:
        assert name_mistake(name) is None


class TestMatching:
    @pytest.mark.parametrize(
        ("pattern", "text", "matches"),
        [
            ("a", "a", True),
            ("a", "ab", False),
            ("a*", "ab", True),
            ("a*", "ba", False),
            ("*a", "ba", True),
            ("*a", "ab", False),
            ("a*a", "a", False),
            ("a*a", "aa", True),
            ("a*b*c", "a-b-b-c", True),
            ("a*b*c", "a-c-b", False),
            ("*x*", "abc", False),
            ("*", "", True),
            ("**", "abc", True),
            ("a.c", "abc", False),
        ],
    )
    def test_a_star_stands_for_zero_or_more_characters(self, pattern: str, text: str, matches: bool) -> None:
        assert Condition("group", pattern).holds("ada@x.io", [text]) is matches

    @given(st.text("ab*", max_size=12), st.text("ab", max_size=12))
    def test_matching_is_that_of_a_regular_expression(self, pattern: str, text: str) -> None:
        import re

        expected = re.fullmatch(re.sub(r"\*+", ".*", pattern), text) is not None
        assert Condition("group", pattern).holds("", [text]) is expected

    def test_addresses_match_in_any_letter_case_and_groups_as_they_are(self) -> None:
        assert rule("any", ("email", "*@ACME.example")).holds("Ada@acme.example") is True
        assert rule("any", ("group", "SOC")).holds("ada@x.io", ["soc"]) is False

    @pytest.mark.parametrize(
        ("match", "email", "holds"),
        [
            ("any", "ada@acme.io", True),
            ("any", "bob@x.io", None),
            ("all", "ada@acme.io", None),
            ("all", "bob@x.io", False),
        ],
    )
    def test_what_groups_decide_is_not_known_without_them(self, match: Any, email: str, holds: bool | None) -> None:
        assert rule(match, ("email", "*@acme.io"), ("group", "soc")).holds(email) is holds

    def test_what_groups_decide_is_known_with_them(self) -> None:
        both = rule("all", ("email", "*@acme.io"), ("group", "soc*"))
        assert both.holds("ada@acme.io", ["soc-1"]) is True
        assert both.holds("ada@acme.io", []) is False
        assert rule("any", ("group", "a"), ("group", "b")).holds("ada@acme.io", ["c"]) is False


class TestPlan:
    def test_nothing_is_done_where_nothing_differs(self) -> None:
        assert plan_mappings([mapping("a")], ["a"], [mapping("a")], authoritative=True) == ()

    def test_what_is_not_declared_is_deleted_by_an_authoritative_plan_and_where_it_was_applied(self) -> None:
        live = [mapping("by hand"), mapping("applied"), mapping("a")]
        additive = plan_mappings([mapping("a")], ["applied"], live, authoritative=False)
        assert [str(one) for one in additive] == [f"- applied: {VIEWER}"]
        authoritative = plan_mappings([mapping("a")], ["applied"], live, authoritative=True)
        assert [one.name for one in authoritative] == ["applied", "by hand"]

    def test_what_gives_owner_comes_first_and_what_takes_it_last(self) -> None:
        live = [mapping("old owners", OWNER), mapping("changed"), mapping("becomes owner"), mapping("was owner", OWNER)]
        declared = [
            mapping("new"),
            mapping("owners", OWNER),
            mapping("changed", "group other => billing-admin"),
            mapping("becomes owner", OWNER),
            mapping("was owner"),
        ]
        plan = plan_mappings(declared, [], live, authoritative=True)
        assert [one.name for one in plan] == ["owners", "becomes owner", "new", "changed", "was owner", "old owners"]
        assert str(plan[0]) == f"+ owners: {OWNER}"
        assert str(plan[3]) == f"~ changed: {VIEWER} becomes group other => billing-admin"
        assert {one.name: one for one in after(live, plan)} == {one.name: one for one in declared}

    def test_a_changed_mapping_keeps_what_is_not_modelled(self) -> None:
        kept = RoleMapping("a", mapping("a").rule, mapping("a").grants, True, {"new": [1]})
        [change] = plan_mappings([mapping("a", OWNER)], [], [kept], authoritative=False)
        assert change.after is not None
        assert change.after.unmodelled == {"new": [1]}
        assert plan_mappings([mapping("a")], [], [kept], authoritative=False) == ()


def violations(live: Sequence[RoleMapping], *declared: RoleMapping) -> list[str]:
    return [one.guard for one in mapping_violations(live, plan_mappings(declared, [], live, authoritative=True))]


class TestOwnerMapping:
    def test_the_last_mapping_that_gives_owner_stays(self) -> None:
        live = [mapping("owners", OWNER), mapping("viewers")]
        assert violations(live, mapping("viewers")) == ["owner-mapping"]
        assert violations(live) == ["owner-mapping"]
        assert violations(live, mapping("owners"), mapping("viewers")) == ["owner-mapping"]
        assert violations(live, mapping("owners", f"disabled: {OWNER}"), mapping("viewers")) == ["owner-mapping"]

    def test_the_first_mapping_gives_owner(self) -> None:
        assert violations([], mapping("viewers")) == ["owner-mapping"]
        assert violations([]) == ["owner-mapping"]
        assert violations([], mapping("viewers"), mapping("owners", OWNER)) == []

    def test_one_takes_the_place_of_another(self) -> None:
        live = [mapping("owners", OWNER)]
        assert violations(live, mapping("new owners", OWNER)) == []
        assert violations(live, mapping("owners", "group other => organization-admin (console only)")) == []

    def test_no_call_in_between_leaves_none(self) -> None:
        live = (mapping("a", OWNER), mapping("b"))
        in_order = plan_mappings([mapping("a"), mapping("b", OWNER)], [], live, authoritative=True)
        assert [*mapping_violations(live, in_order)] == []
        [violation] = mapping_violations(live, in_order[::-1])
        assert "after 'a' is changed" in violation.reason

    def test_what_comes_to_give_owner_is_changed_before_another_one_is_added(self) -> None:
        live = (mapping("z"),)
        in_order = plan_mappings([mapping("a"), mapping("z", OWNER)], [], live, authoritative=True)
        assert [change.name for change in in_order] == ["z", "a"]
        assert [*mapping_violations(live, in_order)] == []

    def test_a_rule_that_is_not_understood_gives_nothing(self) -> None:
        newer = RoleMapping("new", None, parse_grants("organization-admin"))
        assert violations([newer, mapping("owners", OWNER)], newer) == ["owner-mapping"]


class TestEnabling:
    def test_beside_mappings_of_which_none_makes_owners_it_is_refused(self) -> None:
        disabled = mapping("owners", f"disabled: {OWNER}")
        [violation] = enabling_violations([mapping("viewers"), disabled], owner_mapping_follows=False)
        assert violation.guard == "owner-mapping"
        assert "gives organization-admin (owners, viewers), so whoever signs on could lose it" in violation.reason

    def test_what_takes_nobody_s_role_may_be_done(self) -> None:
        assert [*enabling_violations([], owner_mapping_follows=False)] == []
        assert [*enabling_violations([mapping("viewers"), mapping("a", OWNER)], owner_mapping_follows=False)] == []
        assert [*enabling_violations([mapping("viewers")], owner_mapping_follows=True)] == []


class TestDeletableNames:
    def test_what_cannot_be_deleted_alone_is_not_deleted(self) -> None:
        owners = mapping("owners", OWNER)
        by_hand = RoleMapping("a,b", owners.rule, owners.grants)
        assert violations([owners, by_hand], owners) == ["deletable-names"]
        assert violations([owners, by_hand], owners, by_hand) == []


class TestEffects:
    def test_people_are_named_as_far_as_addresses_tell(self) -> None:
        change = MappingChange(None, mapping("x", "email *@acme.io => billing-admin"))
        people = [member("bob@acme.io"), member("ada@acme.io"), member("cy@x.io"), member(None)]
        assert list(change_effects([change], people)) == [
            "x: for ada@acme.io, bob@acme.io at the next single sign-on; roles given by hand are overwritten then"
        ]

    def test_those_whom_groups_may_mean_are_counted(self) -> None:
        before, then = (
            mapping("x", "group a and email *@acme.io => billing-admin"),
            mapping("x", "email cy@x.io => billing-admin"),
        )
        [touched, possible] = change_effects([MappingChange(before, then)], [member("ada@acme.io"), member("cy@x.io")])
        assert "for cy@x.io at" in touched
        assert "up to 1 of the present members" in possible

    def test_many_are_cut_and_a_disabled_mapping_touches_nobody(self) -> None:
        people = [member(f"{number:02}@acme.io") for number in range(12)]
        [text] = change_effects([MappingChange(mapping("x", "email *@acme.io => billing-admin"), None)], people)
        assert "09@acme.io and 2 more at" in text
        disabled = mapping("x", "disabled: email *@acme.io => billing-admin")
        assert list(change_effects([MappingChange(disabled, None)], people)) == []

    def test_a_rule_that_is_not_understood_may_mean_anybody(self) -> None:
        [text] = change_effects([MappingChange(RoleMapping("x", None, frozenset()), None)], [member("ada@acme.io")])
        assert "up to 1 of the present members" in text


class TestGivenAtSignOn:
    MAPPINGS = (
        mapping("all", "email *@acme.io => billing-admin"),
        mapping("some", "group soc => security-viewer on all"),
        mapping("off", "disabled: email *@acme.io => organization-admin"),
        RoleMapping("newer", None, parse_grants("organization-admin")),
    )

    @pytest.mark.parametrize(
        ("email", "roles", "given"),
        [
            ("ada@acme.io", "billing-admin", True),
            ("ada@acme.io", "billing-admin; security-viewer on all", True),
            ("ada@acme.io", "security-viewer on all", False),
            ("ada@acme.io", "billing-admin; organization-admin", False),
            ("ada@acme.io", "no roles", False),
            ("bob@x.io", "security-viewer on all", True),
            ("bob@x.io", "billing-admin", False),
            ("bob@x.io", "no roles", False),
            (None, "billing-admin", False),
        ],
    )
    def test_roles_are_those_of_a_sign_on_where_mappings_explain_all_of_them(
        self, email: str | None, roles: str, given: bool
    ) -> None:
        assert given_at_sign_on(member(email, roles), self.MAPPINGS) is given

    def test_those_who_have_them_are_named_and_nobody_is_without_mappings(self) -> None:
        people = [member("Ada@acme.io", "billing-admin"), member("bob@acme.io"), member(None)]
        assert signed_on(people, self.MAPPINGS) == {"ada@acme.io"}
        assert signed_on(people, ()) == frozenset()
