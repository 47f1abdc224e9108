"""Answers that are narrower, wider or other than the emulator's."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from pulumi_elastic_org.cloud.bills import costs
from pulumi_elastic_org.cloud.deployments import deployments
from pulumi_elastic_org.cloud.errors import IncompleteList, OutcomeUnknown, UnreadableAnswer
from pulumi_elastic_org.cloud.keys import may_do_all_that_its_user_may, possible_users
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.projects import is_active, projects
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.people import Member
from tests.support.inviting import invited
from tests.support.scripted import Reply, Scripted, key, refusal

SINCE = "2025-06-01T10:00:00.123Z"
INVITED = {"token": "t0ken", "email": "cy@acme.example", "created_at": SINCE, "expires_at": SINCE}
MEMBER = {"user_id": "u1", "role_assignments": {}}
NO_MEMBER = refusal(404, "organization.membership_not_found")


def read_members(server: Scripted, session: Session, *members: Any) -> tuple[Member, ...]:
    server.will(Reply(json={"members": list(members)}))
    return Organizations(session)._members("1")


def test_a_member_needs_an_id_and_no_more(server: Scripted, session: Session) -> None:
    nulls = {"user_id": "u1", "email": None, "name": None, "member_since": None, "role_assignments": None}
    member, other = read_members(server, session, nulls, {"user_id": 42, "role_assignments": {}, "photo": [1]})
    assert member == Member("u1", None, frozenset())
    assert other.user_id == "42"


def test_a_null_list_of_invitations_is_empty(server: Scripted, session: Session) -> None:
    answer = {"members": [MEMBER], "invitations": None}
    server.will(Reply(json=answer), Reply(json=answer))
    assert Organizations(session).read("1").invitations == ()


@pytest.mark.parametrize("members", [None, []])
def test_an_organization_without_members_is_an_answer_that_is_not_whole(
    server: Scripted, session: Session, members: Any
) -> None:
    answer = {"members": members, "invitations": []}
    server.will(Reply(json=answer), Reply(json=answer))
    with pytest.raises(IncompleteList, match="every organization has an owner"):
        Organizations(session).read("1")


def test_a_member_who_is_listed_twice_counts_once(server: Scripted, session: Session) -> None:
    assert [one.user_id for one in read_members(server, session, MEMBER, MEMBER)] == ["u1"]


def test_a_member_who_is_listed_twice_with_other_roles_is_an_error(server: Scripted, session: Session) -> None:
    other = MEMBER | {"role_assignments": {"organization": [{"role_id": "billing-admin"}]}}
    with pytest.raises(UnreadableAnswer, match="lists user u1 twice, with different data"):
        read_members(server, session, MEMBER, other)


@pytest.mark.parametrize(
    "answer",
    [{}, [], None, {"members": {}}, {"members": [None]}, {"members": [{"email": "ada@acme.example"}]}],
)
def test_an_answer_that_lacks_what_is_needed_is_not_an_empty_organization(
    server: Scripted, session: Session, answer: Any
) -> None:
    server.will(Reply(json=answer))
    with pytest.raises(UnreadableAnswer, match="not what Elastic Cloud's API describes") as refused:
        Organizations(session)._members("1")
    assert "ada@acme.example" not in str(refused.value)


def test_an_invitation_may_lack_what_is_not_needed_and_an_accepted_one_is_not_open(
    server: Scripted, session: Session
) -> None:
    accepted = INVITED | {"token": "t2", "accepted_at": SINCE}
    answer = {"members": [MEMBER], "invitations": [INVITED | {"expired": None, "surplus": 1}, accepted]}
    server.will(Reply(json=answer), Reply(json=answer))
    (invitation,) = Organizations(session).read("1").invitations
    assert (invitation.token, invitation.expired, invitation.grants) == ("t0ken", None, frozenset())
    assert invitation.created_at.utcoffset() is not None


def test_a_time_without_a_zone_is_utc(server: Scripted, session: Session) -> None:
    (member,) = read_members(
        server, session, {"user_id": "u1", "member_since": "2025-06-01T10:00:00", "role_assignments": {}}
    )
    assert member.member_since is not None
    assert member.member_since.isoformat() == "2025-06-01T10:00:00+00:00"


def test_an_answer_without_the_invitation_is_looked_up_and_not_sent_again(server: Scripted, session: Session) -> None:
    server.will(Reply(201, {"invitations": []}), Reply(json={"invitations": [INVITED]}))
    outcome = invited(Organizations(session), "1", ["cy@acme.example"], frozenset())
    assert outcome.invitations["cy@acme.example"].token == "t0ken"
    assert [request.method for request in server.received] == ["POST", "GET"]


def test_an_address_that_elastic_forgot_is_refused_and_not_sent_again(server: Scripted, session: Session) -> None:
    server.will(Reply(201, {"invitations": []}), *[Reply(json={"invitations": []})] * 6)
    outcome = invited(Organizations(session), "1", ["cy@acme.example"], frozenset())
    assert "made no invitation" in outcome.refused["cy@acme.example"]
    assert [request.method for request in server.received] == ["POST", *["GET"] * 6]


@pytest.mark.parametrize("reply", [Reply(201), Reply(201, {"done": True})])
def test_an_answer_that_does_not_tell_is_followed_by_a_look(server: Scripted, session: Session, reply: Reply) -> None:
    server.will(reply, Reply(json={"invitations": [INVITED]}))
    assert invited(Organizations(session), "1", ["cy@acme.example"], frozenset()).refused == {}


def test_an_expired_invitation_is_not_taken_for_the_lost_one(server: Scripted, session: Session) -> None:
    expired = {"invitations": [INVITED | {"expired": True}]}
    server.will(Reply(503), Reply(json=expired), Reply(201, {"invitations": [INVITED | {"token": "t2"}]}))
    outcome = invited(Organizations(session), "1", ["cy@acme.example"], frozenset())
    assert outcome.invitations["cy@acme.example"].token == "t2"


def test_invitations_whose_fate_stays_unknown_are_an_error_after_as_many_looks(
    server: Scripted, session: Session
) -> None:
    for _ in range(6):
        server.will(Reply(503), Reply(json={"invitations": []}))
    with pytest.raises(OutcomeUnknown, match=r"invite cy@acme\.example to organization 1"):
        invited(Organizations(session), "1", ["cy@acme.example"], frozenset())
    assert [request.method for request in server.received].count("POST") == 6


def test_a_member_who_is_listed_and_yet_refused_as_gone_stops_nobody_else(server: Scripted, session: Session) -> None:
    listed = Reply(json={"members": [{"user_id": user_id, "role_assignments": {}} for user_id in ("a", "b", "c")]})
    server.will(NO_MEMBER, listed, NO_MEMBER, listed, Reply(json={}), Reply(json={}))
    assert (
        Organizations(session).remove("1", ["a", "b", "c"]) == {}
    )  # whether they are gone is looked at when all is done
    assert [request.path.rpartition("/")[2] for request in server.received if request.method == "DELETE"] == [
        "a,b,c",
        "a",
        "b,c",
    ]


def deployment(number: int, **metadata: Any) -> dict[str, Any]:
    return {"id": f"d{number}", "name": None, "metadata": metadata or None}


def test_a_search_that_repeats_itself_is_incomplete(server: Scripted, session: Session) -> None:
    page = {"deployments": [deployment(1)], "cursor": "again"}
    server.will(Reply(json=page), Reply(json=page))
    with pytest.raises(IncompleteList, match="repeats itself"):
        deployments(session, "1", "owner")
    assert server.received[1].json["cursor"] == "again"


def test_a_search_that_finds_less_than_there_is_is_incomplete(server: Scripted, session: Session) -> None:
    server.will(Reply(json={"deployments": [deployment(1), deployment(1)], "match_count": 2}))
    with pytest.raises(IncompleteList, match="1 of 2 deployments"):
        deployments(session, "1", "owner")


def test_hidden_deployments_and_those_of_others_are_left_out(server: Scripted, session: Session) -> None:
    page = [deployment(1, hidden=True), deployment(2, organization_id="2"), deployment(3, tags=None), deployment(4)]
    server.will(Reply(json={"deployments": page}))
    assert [found.id for found in deployments(session, "1", "owner")] == ["d3", "d4"]


def test_a_project_may_lack_all_but_its_id(server: Scripted, session: Session) -> None:
    server.will(Reply(json={"items": [{"id": "p1", "metadata": {"tags": None}}, {"id": "p2"}], "next_page": None}))
    assert [found.owners for found in projects(session, "1", "security", "owner")] == [(), ()]


def test_whether_a_project_is_active_is_unknown_where_its_status_is_not_shown(
    server: Scripted, session: Session
) -> None:
    server.will(refusal(404, "project.not_found"))
    assert is_active(session, "security", "p1") is None
    assert server.received[0].path == "/api/v1/serverless/projects/security/p1/status"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(json={"keys": []}),
        Reply(json={"keys": [key()]}),
        refusal(403, "root.invalid_authentication"),
        refusal(404, "user.not_found"),
    ],
)
def test_a_list_of_keys_may_say_nothing_of_the_calling_key(server: Scripted, session: Session, reply: Reply) -> None:
    server.will(reply)
    assert possible_users(session) == frozenset()


END = "2027-03-01T12:00:00Z"
KEYS = (
    key(user_id="a", expiration_date="2027-03-01T12:00:00.512Z"),
    key(user_id="b", expiration_date="2027-04-01T12:00:00Z"),
    key(user_id="c"),
)


@pytest.mark.parametrize(
    ("headers", "users"),
    [
        ({}, {"a", "b", "c"}),
        ({"X-Elastic-Api-Key-Expiration": END}, {"a"}),
        ({"X-Elastic-Api-Key-Expiration": "2027-05-01T00:00:00Z"}, set()),
    ],
    ids=["not told", "told", "listed nowhere"],
)
def test_the_calling_key_may_be_one_of_the_keys_on_any_page_that_end_when_it_does(
    server: Scripted, session: Session, headers: dict[str, str], users: set[str]
) -> None:
    server.will(
        Reply(json={"keys": KEYS[:1], "next_page": "p2"}, headers=headers),
        Reply(json={"keys": KEYS[1:], "next_page": ""}, headers=headers),
    )
    assert possible_users(session) == users
    assert [one.path.partition("?")[2] for one in server.received] == ["", "next_page=p2"]


@pytest.mark.parametrize(
    ("keys", "unlimited"),
    [
        ([key(user_id="a", expiration_date=END)], True),
        ([key(user_id="a", expiration_date=END), key(user_id="a")], True),
        ([key(user_id="a", expiration_date=END), key(user_id="b")], False),
        ([key(user_id="a", expiration_date=END), key(user_id="a", role_assignments={})], False),
        ([key(user_id="a")], False),
        ([], False),
    ],
    ids=["the only one", "one of two", "another's", "a limited one", "none that ends then", "none"],
)
def test_a_key_may_do_all_that_its_user_may_only_where_every_listed_key_says_so(
    server: Scripted, session: Session, keys: list[dict[str, Any]], unlimited: bool
) -> None:
    server.will(Reply(json={"keys": keys}, headers={"X-Elastic-Api-Key-Expiration": END}))
    assert may_do_all_that_its_user_may(session, "a") is unlimited


def test_a_page_that_comes_again_ends_the_list_of_keys(server: Scripted, session: Session) -> None:
    server.will(*[Reply(json={"keys": KEYS[:1], "next_page": "p2"})] * 2)
    assert possible_users(session) == {"a"}
    assert len(server.received) == 2


def test_costs_without_a_balance_have_nothing_remaining(server: Scripted, session: Session) -> None:
    server.will(Reply(json={"costs": {"total": 3}, "balance": None}))
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert costs(session, "1", now, now).remaining is None
