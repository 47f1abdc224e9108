"""Who owns a deployment or project, from the best evidence there is."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.roster.ownership import CloudResource, Evidence, Owner, Ownership, ownership
from tests.roster.builders import member, user_id

ADA = member("Ada@acme.io")
HIDDEN = member(None, user_id="u9")


def resource(*owners: str) -> CloudResource:
    return CloudResource("deployment", "d1", "search", tuple(Owner(owner, Evidence.TAG) for owner in owners))


@pytest.mark.parametrize("owner", ["Ada@acme.io", "ada@ACME.io", " ada@acme.io ", user_id("ada@acme.io")])
def test_an_owner_is_found_by_e_mail_address_in_any_spelling_or_by_user_id(owner: str) -> None:
    assert ownership([resource(owner)], [ADA]).by_user_id == {user_id("ada@acme.io"): (resource(owner),)}


def test_a_member_without_an_e_mail_address_owns_by_user_id() -> None:
    assert ownership([resource("u9")], [HIDDEN]).by_user_id == {"u9": (resource("u9"),)}


@pytest.mark.parametrize("owner", ["", "gone@acme.io", "u0"])
def test_nobody_s_and_strangers_resources_have_no_known_owner(owner: str) -> None:
    found = ownership([resource(owner)], [ADA, HIDDEN])
    assert found.unknown == (resource(owner),)
    assert found.by_user_id == {}


def test_a_member_s_resources_are_listed_together_in_their_order() -> None:
    first, second = (
        resource("ada@acme.io"),
        CloudResource("security", "p1", "soc", (Owner("ada@acme.io", Evidence.CREATED_BY),)),
    )
    assert ownership([first, second], [ADA]).by_user_id == {user_id("ada@acme.io"): (first, second)}


def test_evidence_that_names_nobody_here_gives_way_to_the_next() -> None:
    team, creator = Owner("team_search", Evidence.TAG), Owner("u9", Evidence.CREATED_BY)
    found = ownership([CloudResource("security", "p1", "soc", (team, creator))], [HIDDEN])
    assert found.by_user_id == {"u9": (CloudResource("security", "p1", "soc", (creator,)),)}


def test_a_resource_that_names_nobody_has_no_known_owner() -> None:
    assert ownership([resource()], [ADA]).unknown == (resource(),)


def test_resources_under_deletion_are_left_out() -> None:
    kept, gone = CloudResource("deployment", "d1", "search"), CloudResource("security", "p1", "soc")
    assert Ownership({"u1": (kept, gone), "u2": (gone,)}, (gone, kept)).without([gone]) == Ownership(
        {"u1": (kept,)}, (kept,)
    )


def test_a_resource_is_shown_with_kind_name_and_id() -> None:
    assert str(resource()) == "deployment 'search' (d1)"
    assert str(CloudResource("security", "p1", "soc")) == "security project 'soc' (p1)"


def test_all_resources_are_listed_whoever_owns_them() -> None:
    found = ownership([resource("ada@acme.io"), resource("nobody@acme.io")], [ADA])
    assert found.resources == (*found.by_user_id[user_id("ada@acme.io")], *found.unknown)
    assert len(found.resources) == 2
