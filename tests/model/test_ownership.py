"""Who owns a deployment or project, from the best evidence there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_elastic_org.model.guard_settings import tag_command
from pulumi_elastic_org.model.matching import Accounts
from pulumi_elastic_org.model.ownership import (
    CloudResource,
    Evidence,
    Owner,
    Ownership,
    called,
    handed_over,
    owned_by,
    ownership,
    tag_value,
    tagged_names,
    tagged_owners,
)
from pulumi_elastic_org.model.people import Member
from tests.support.builders import member, user_id

ADA = member("Ada@acme.io")
HIDDEN = member(None, user_id="u9")


def resource(*owners: str) -> CloudResource:
    return CloudResource("deployment", "d1", "search", tuple(Owner(owner, Evidence.TAG) for owner in owners))


@pytest.mark.parametrize("owner", ["Ada@acme.io", "ada@ACME.io", " ada@acme.io ", user_id("ada@acme.io")])
def test_an_owner_is_found_by_e_mail_address_in_any_spelling_or_by_user_id(owner: str) -> None:
    assert ownership([resource(owner)], Accounts.of([ADA])).by_user_id == {user_id("ada@acme.io"): (resource(owner),)}


def test_a_member_without_an_e_mail_address_owns_by_user_id() -> None:
    assert ownership([resource("u9")], Accounts.of([HIDDEN])).by_user_id == {"u9": (resource("u9"),)}


@pytest.mark.parametrize("owner", ["", "gone@acme.io", "u0"])
def test_nobody_s_and_strangers_resources_have_no_known_owner(owner: str) -> None:
    found = ownership([resource(owner)], Accounts.of([ADA, HIDDEN]))
    assert found.unknown == (resource(owner),)
    assert found.by_user_id == {}


def test_a_member_s_resources_are_listed_together_in_their_order() -> None:
    first, second = (
        resource("ada@acme.io"),
        CloudResource("security", "p1", "soc", (Owner("ada@acme.io", Evidence.CREATED_BY),)),
    )
    assert ownership([first, second], Accounts.of([ADA])).by_user_id == {user_id("ada@acme.io"): (first, second)}


def test_evidence_that_names_nobody_here_gives_way_to_the_next() -> None:
    team, creator = Owner("team_search", Evidence.TAG), Owner("u9", Evidence.CREATED_BY)
    found = ownership([CloudResource("security", "p1", "soc", (team, creator))], Accounts.of([HIDDEN]))
    assert found.by_user_id == {"u9": (CloudResource("security", "p1", "soc", (creator,)),)}


def test_a_resource_that_names_nobody_has_no_known_owner() -> None:
    assert ownership([resource()], Accounts.of([ADA])).unknown == (resource(),)


def test_resources_under_deletion_are_left_out() -> None:
    kept, gone = CloudResource("deployment", "d1", "search"), CloudResource("security", "p1", "soc")
    assert Ownership({"u1": (kept, gone), "u2": (gone,)}, (gone, kept)).without([gone]) == Ownership(
        {"u1": (kept,)}, (kept,)
    )


def test_a_resource_is_shown_with_kind_name_and_id() -> None:
    assert str(resource()) == "deployment 'search' (d1)"
    assert str(CloudResource("security", "p1", "soc")) == "security project 'soc' (p1)"


def test_all_resources_are_listed_whoever_owns_them() -> None:
    nobody_s = replace(resource("nobody@acme.io"), id="d2")
    assert ownership([resource("ada@acme.io"), nobody_s], Accounts.of([ADA])).resources == (
        resource("ada@acme.io"),
        nobody_s,
    )


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("ada@acme.io", ["ada@acme.io"]),
        ("ada@acme.io, bob@acme.io", ["ada@acme.io", "bob@acme.io"]),
        ("ada@acme.io;bob@acme.io\ncy@acme.io", ["ada@acme.io", "bob@acme.io", "cy@acme.io"]),
        ("ada@acme.io bob@acme.io", ["ada@acme.io", "bob@acme.io"]),
        ("Ada Lovelace <ada@acme.io>, Bob (bob@acme.io)", ["ada@acme.io", "bob@acme.io"]),
        ("mailto:ada@acme.io?subject=search", ["ada@acme.io"]),
        ("<MAILTO:ada@acme.io>", ["ada@acme.io"]),
        ("ada@acme.io, Team Search", ["ada@acme.io", "Team Search"]),
        ("ada@acme.io,, ada@acme.io", ["ada@acme.io"]),
        ("u-17", ["u-17"]),
        (" , ", []),
        ("", []),
    ],
)
def test_an_owner_tag_names_whoever_is_meant(value: str, names: list[str]) -> None:
    assert [owner.name for owner in tagged_owners([("owner", value)], "owner")] == names


def test_the_key_of_the_owner_tag_is_read_in_any_letter_case_and_more_than_once() -> None:
    tags = [("Owner", "ada@acme.io"), ("team", "cy@acme.io"), (" OWNER ", "bob@acme.io")]
    assert tagged_owners(tags, "owner") == (Owner("ada@acme.io", Evidence.TAG), Owner("bob@acme.io", Evidence.TAG))


def test_everybody_whom_the_best_evidence_names_is_an_owner() -> None:
    ada, bob = Owner("ada@acme.io", Evidence.TAG), Owner("bob@acme.io", Evidence.TAG)
    creator = Owner("u9", Evidence.CREATED_BY)
    search = CloudResource("deployment", "d1", "search", (ada, bob, creator))
    found = ownership([search], Accounts.of([ADA, member("bob@acme.io"), HIDDEN]))
    assert {user_id: owned[0].owners for user_id, owned in found.by_user_id.items()} == {
        user_id("ada@acme.io"): (ada,),
        user_id("bob@acme.io"): (bob,),
    }
    assert len(found.resources) == 1


def test_a_tag_with_a_former_address_counts_for_the_account() -> None:
    who = Accounts.of([member("ada.king@acme.io", user_id="u1")], {"ada@acme.io": "u1"})
    assert ownership([resource("ada@acme.io")], who).by_user_id == {"u1": (resource("ada@acme.io"),)}


def test_whom_a_tag_names_beside_an_owner_and_who_is_nobody_here_is_kept_to_be_told() -> None:
    found = ownership([resource("ada@acme.io", "gone@acme.io")], Accounts.of([ADA]))
    assert found.unclear == (resource("gone@acme.io"),)
    assert found.without(found.unclear).unclear == ()


def test_what_cannot_be_established_about_a_resource_and_its_owners_is_shown_with_it() -> None:
    doubtful = CloudResource("security", "p1", "soc", (Owner("gone@acme.io", Evidence.TAG),), doubt="no status")
    assert str(doubtful) == "security project 'soc' (p1; no status)"
    assert doubtful.unfound == "security project 'soc' (p1; no status; owner tag 'gone@acme.io': nobody here)"
    assert CloudResource("deployment", "d1", "search").unfound == "deployment 'search' (d1)"


class TestHandedOver:
    def test_the_new_owner_has_the_place_of_the_old_one_and_all_else_stays(self) -> None:
        tags = [("Owner", "Ada <ADA@x.io>; bada@x.io, ada@x.io.uk u1"), ("team", "ada@x.io")]
        assert handed_over(tags, "owner", ["ada@x.io", "u1"], "new@x.io") == (
            ("Owner", "Ada <new@x.io>; bada@x.io, ada@x.io.uk new@x.io"),
            ("team", "ada@x.io"),
        )

    def test_who_owns_without_a_tag_gets_one(self) -> None:
        assert handed_over([("team", "s")], "owner", ["ada@x.io"], "new@x.io") == (("team", "s"), ("owner", "new@x.io"))


class TestOwnedBy:
    def test_the_owner_tag_names_one_owner_in_whatever_letter_case_it_was_and_all_else_stays(self) -> None:
        tags = [("Owner", "ada@x.io"), ("team", "ada@x.io"), (" OWNER ", "bob@x.io")]
        assert owned_by(tags, "owner", "new@x.io") == (("team", "ada@x.io"), ("owner", "new@x.io"))

    @pytest.mark.parametrize(
        ("kind", "owner", "others", "value"),
        [
            ("deployment", ADA, [], "Ada@acme.io"),
            ("deployment", ADA, [member("ada@acme.io", user_id="u2")], ADA.user_id),
            ("deployment", HIDDEN, [], "u9"),
            ("security", ADA, [], ADA.user_id),
        ],
    )
    def test_a_tag_says_what_names_one_member(self, kind: str, owner: Member, others: list[Member], value: str) -> None:
        assert tag_value(CloudResource(kind, "i1", "search"), owner, [owner, *others]) == value

    def test_whom_the_tag_names_is_told_without_those_whom_the_cloud_names(self) -> None:
        both = (Owner("ada@x.io", Evidence.TAG), Owner("u1", Evidence.OWNER_ID))
        assert tagged_names(CloudResource("deployment", "d1", "search", both)) == ("ada@x.io",)

    @pytest.mark.parametrize(
        ("wanted", "ids"), [("d1", ["d1"]), ("logs", ["d2", "p1"]), ("production", ["d2"]), ("none", []), ("LOGS", [])]
    )
    def test_an_id_goes_before_a_name_and_a_name_may_be_that_of_the_roster_file(
        self, wanted: str, ids: list[str]
    ) -> None:
        there = [
            CloudResource("deployment", "d1", "search"),
            CloudResource("deployment", "d2", "logs"),
            CloudResource("security", "p1", "logs"),
            CloudResource("security", "p2", "d1"),
        ]
        assert [one.id for one in called(wanted, there, {"d2": "production"})] == ids

    def test_the_command_that_sets_a_tag_can_be_pasted(self) -> None:
        assert tag_command("owner") == "elastic-org tag-owner RESOURCE PERSON"
        assert tag_command("the lead") == "elastic-org tag-owner RESOURCE PERSON --owner-tag 'the lead'"
