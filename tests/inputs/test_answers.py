"""Answers of the API are not trusted: each leads to what was declared, or to one clear error, and never to anybody's loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from tests.inputs.altering import Proxy, altering_proxy
from tests.inputs.answers import Alteration, alterations, recorded, try_alteration
from tests.inputs.campaign import altered_answers
from tests.inputs.organization import ADA, BOB, DECLARED, LEAVER, NEW, REWRITTEN, Acme, found, harm
from tests.inputs.tally import shown_well
from tests.support.acme import emulator

__all__ = ["emulator"]  # fixtures

MEMBERS = "GET /api/v1/organizations/*/members"
INVITATIONS = "GET /api/v1/organizations/*/invitations"


@pytest.fixture
def acme(emulator: Emulator) -> Acme:
    return found(emulator)


@pytest.fixture
def proxy(emulator: Emulator) -> Iterator[Proxy]:
    with altering_proxy(emulator) as proxy:
        yield proxy


def altering(proxy: Proxy, call: str, change: Any) -> None:
    """Has a function change the JSON of every answer to a call."""

    def alter(body: bytes) -> bytes:
        content = json.loads(body)
        change(content)
        return json.dumps(content).encode()

    proxy.alterations[call] = (None, alter)


def of(content: Any, email: str) -> Any:
    """The entry of a list of members or invitations that is about a person."""
    return next(one for entries in content.values() for one in entries if one.get("email") == email)


def test_the_update_that_is_altered_does_everything_that_an_update_can_do(acme: Acme, proxy: Proxy) -> None:
    before = acme.members
    assert acme.update(proxy)[0] is None
    assert list(harm(acme, before)) == []
    assert {**dict(acme.invitations), **acme.members}.keys() == DECLARED.keys()
    assert {method for method, _ in proxy.received} == {"GET", "POST", "DELETE"}


def test_harm_is_seen(acme: Acme) -> None:
    before = acme.members
    cloud = acme.emulator.cloud
    cloud.leave(acme.id, ADA)
    cloud.set_roles(acme.id, BOB, {"organization": [{"role_id": "organization-admin"}]})
    cloud.invite(acme.id, "stranger@acme.example")
    cloud.add_member(acme.id, "intruder@acme.example")
    seen = " ".join(harm(acme, before))
    for what in ("ada@acme.example was removed", "bob@acme.example was given", "bob@acme.example lost"):
        assert what in seen
    for what in ("stranger@acme.example was invited", "intruder@acme.example was let in"):
        assert what in seen


def test_altered_answers_do_no_harm() -> None:
    tally = altered_answers(sample=60, seed=1)
    assert tally.violations == []
    assert tally.accepted
    assert tally.refused


def test_every_value_of_every_answer_is_altered(emulator: Emulator, proxy: Proxy) -> None:
    answers = recorded(emulator, proxy)
    altered = {(one.call, one.path) for one in alterations(answers)}
    calls = {call for call, _ in altered}
    assert calls == {answer.call for answer in answers}
    for field in ("user_id", "email", "name", "member_since", "role_assignments"):
        assert (MEMBERS, ("members", 0, field)) in altered
    for field in ("token", "email", "created_at", "expires_at", "expired", "role_assignments"):
        assert (INVITATIONS, ("invitations", 0, field)) in altered


def test_a_second_account_with_the_address_of_a_declared_person_is_left_alone_and_told(
    acme: Acme, proxy: Proxy
) -> None:
    altering(proxy, MEMBERS, lambda answer: of(answer, LEAVER).update(email=ADA.upper()))
    refused, said = acme.update(proxy)
    assert refused is None
    assert "a second account has this e-mail address (user" in said
    assert LEAVER in acme.members


def test_an_account_whose_address_has_changed_is_known_again(acme: Acme, proxy: Proxy) -> None:
    altering(proxy, MEMBERS, lambda answer: of(answer, ADA).update(email="countess@acme.example"))
    refused, said = acme.update(proxy)
    assert refused is None
    assert "now has the e-mail address countess@acme.example" in said
    assert ADA in acme.members
    assert all(message.to != ADA for message in acme.emulator.outbox.messages)


def test_a_stranger_who_looks_like_a_member_is_named_as_such(acme: Acme, proxy: Proxy) -> None:
    def appear(answer: Any) -> None:
        answer["members"].append(of(answer, ADA) | {"user_id": "4711", "email": "\u0430da@acme.example"})

    altering(proxy, MEMBERS, appear)
    refused, said = acme.update(proxy)
    assert refused is not None
    assert "\u0430da@acme.example: is a member but was never part of this roster" in refused
    assert r"reads like ada@acme.example and is another address: \u0430da@acme.example" in said


def test_a_second_invitation_to_an_address_is_told(acme: Acme, proxy: Proxy) -> None:
    def appear(answer: Any) -> None:
        answer["invitations"].append(of(answer, REWRITTEN) | {"token": "another"})

    altering(proxy, INVITATIONS, appear)
    _, said = acme.update(proxy)
    assert "a second invitation to this e-mail address is open (billing-admin)" in said


@pytest.mark.parametrize("roles", [None, [], {}, "x", {"organization": "x"}, {"organization": [{"role_id": 3}]}])
def test_roles_that_cannot_be_read_take_none_away(acme: Acme, proxy: Proxy, roles: Any) -> None:
    before = acme.members
    altering(proxy, MEMBERS, lambda answer: of(answer, ADA).update(role_assignments=roles))
    acme.update(proxy)
    assert acme.members[ADA] == before[ADA]


def test_an_error_of_the_api_cannot_command_a_terminal(acme: Acme, proxy: Proxy) -> None:
    acme.emulator.cloud.add_organization("other \x1b[2J\u202e\n::error::gone")
    acme.emulator.cloud.add_member("other \x1b[2J\u202e\n::error::gone", "root@acme.example")
    altering(
        proxy,
        "GET /api/v1/organizations",
        lambda answer: answer["organizations"].append({"id": "2", "name": "\x1b[2J\u202e\n::error::gone"}),
    )
    refused, _ = acme.update(proxy)
    assert refused is not None
    assert r"2 (\x1b[2J\u202e\n\x3a:error\x3a:gone)" in refused
    assert shown_well(refused) is None


def test_a_search_that_never_ends_is_given_up(emulator: Emulator, proxy: Proxy) -> None:
    pages = iter(range(10_000))

    def endless(_: bytes) -> bytes:
        number = next(pages)
        return json.dumps({"deployments": [{"id": f"d{number}"}], "cursor": f"c{number}"}).encode()

    accepted, wrong = try_alteration(emulator, proxy, "POST /api/v1/deployments/_search", None, endless)
    assert (accepted, wrong) == (False, [])


def test_a_person_is_invited_once_where_the_answer_to_the_invitation_is_lost(acme: Acme, proxy: Proxy) -> None:
    proxy.alterations["POST /api/v1/organizations/*/invitations"] = (0, lambda _: b"{")
    assert acme.update(proxy)[0] is None
    assert len(acme.emulator.outbox.to(NEW)) == 1


def test_an_alteration_says_where_it_is() -> None:
    assert str(Alteration(MEMBERS, 2, ("members", 0, "email"), None, "is None")) == (
        "GET /api/v1/organizations/*/members, answer 3: members.0.email is None"
    )
