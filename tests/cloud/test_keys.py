"""API keys of an organization: listed, created and deleted, against the emulator and against answers that it does not give."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cloud.errors import AccessDenied, IncompleteList, NotFound, OutcomeUnknown, UnreadableAnswer
from pulumi_elastic_org.cloud.keys import create_key, delete_key, find_key, read_keys
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import parse_grants
from tests.support.acme import OWNER
from tests.support.scripted import FakeTime, Reply, Scripted, key, refusal

ORG, OWNER_KEY, MEMBER_KEY = "1234", "key-of-ada", "key-of-bob"
BILLING = parse_grants("billing-admin")


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.cloud.add_organization("acme", id=ORG)
        running.cloud.add_member(ORG, "ada@acme.example", OWNER, key=OWNER_KEY)
        running.cloud.add_member(ORG, "bob@acme.example", {}, key=MEMBER_KEY)
        yield running


@pytest.fixture
def acme(emulator: Emulator, time: FakeTime) -> Session:
    return Session(emulator.endpoint, OWNER_KEY, patience=time.patience())


def test_a_created_key_has_the_roles_and_the_lifetime_that_were_asked_for_and_works(
    emulator: Emulator, acme: Session
) -> None:
    grants = parse_grants("organization-admin; deployment-viewer on all; security-viewer on all as soc")
    created = create_key(acme, ORG, "pipeline", grants, "30d")
    assert created.key.grants == grants
    assert created.key.expires_at is not None
    assert (created.key.expires_at - created.key.created_at).days == 30
    assert created.key in read_keys(Session(emulator.endpoint, created.secret), ORG)


def test_a_secret_shows_in_no_representation(acme: Session) -> None:
    created = create_key(acme, ORG, "pipeline", BILLING, "30d")
    assert created.secret not in f"{created!r} {created} {created.key.to_json()}"


def test_all_pages_are_read_and_each_key_counts_once(emulator: Emulator, acme: Session) -> None:
    emulator.switches.key_page_size = 1
    assert len(read_keys(acme, ORG)) == 2


def test_keys_of_other_organizations_are_not_listed(server: Scripted, session: Session) -> None:
    server.will(
        Reply(json={"keys": [key("here", organization_id=ORG), key("there", organization_id="9"), key("unsaid")]})
    )
    assert [one.id for one in read_keys(session, ORG)] == ["here", "unsaid"]


ENDS = {"X-Elastic-Api-Key-Expiration": "2027-03-01T12:00:00Z"}


@pytest.mark.parametrize(
    ("keys", "headers"),
    [
        ([], {}),
        (None, {}),
        ([key(organization_id="9")], {}),
        ([key(expiration_date="2027-03-01T12:00:01Z"), key("endless")], ENDS),
    ],
    ids=["empty", "null", "another organization's", "without one that ends when the calling key does"],
)
def test_a_list_without_the_key_that_asks_is_not_the_whole_list(
    server: Scripted, session: Session, keys: object, headers: dict[str, str]
) -> None:
    server.will(Reply(json={"keys": keys}, headers=headers))
    with pytest.raises(IncompleteList, match="does not hold the key that asks for it"):
        read_keys(session, ORG)


def test_fractions_of_a_second_tell_no_keys_apart(server: Scripted, session: Session) -> None:
    server.will(Reply(json={"keys": [key(expiration_date="2027-03-01T11:59:59.512Z")]}, headers=ENDS))
    assert len(read_keys(session, ORG)) == 1


def test_a_key_is_found_by_its_id_and_only_no_such_key_means_none(
    emulator: Emulator, acme: Session, server: Scripted, session: Session
) -> None:
    created = create_key(acme, ORG, "pipeline", BILLING, "30d")
    assert find_key(acme, ORG, created.key.id) == created.key
    assert find_key(Session(emulator.endpoint, MEMBER_KEY), ORG, created.key.id) is None
    assert find_key(acme, ORG, "nothing") is None
    server.will(refusal(404, "root.resource_not_found"))
    with pytest.raises(NotFound):
        find_key(session, ORG, "k1")


def test_a_list_without_an_end_is_no_list(server: Scripted, session: Session) -> None:
    server.will(*[Reply(json={"keys": [key()], "next_page": "p2"})] * 2)
    with pytest.raises(IncompleteList):
        read_keys(session, ORG)


def test_a_list_that_is_refused_is_an_error(server: Scripted, session: Session) -> None:
    server.will(refusal(403, "root.invalid_authentication"))
    with pytest.raises(AccessDenied):
        read_keys(session, ORG)


@pytest.mark.parametrize("hidden", ["id", "description", "creation_date"])
def test_a_key_needs_what_the_description_requires(server: Scripted, session: Session, hidden: str) -> None:
    server.will(Reply(json={"keys": [{name: value for name, value in key().items() if name != hidden}]}))
    with pytest.raises(UnreadableAnswer, match=hidden):
        read_keys(session, ORG)


def test_roles_of_a_newer_kind_are_noticed(server: Scripted, session: Session) -> None:
    server.will(Reply(json={"keys": [key(role_assignments={"cluster": [{"role_id": "cluster-admin"}]})]}))
    (found,) = read_keys(session, ORG)
    assert (found.grants, found.has_more) == (frozenset(), True)


def test_a_call_whose_outcome_is_unknown_is_not_made_again(emulator: Emulator, acme: Session) -> None:
    emulator.faults.add(Fault(kind="connection_dropped", method="POST", path="/auth/keys", takes_effect=True))
    with pytest.raises(OutcomeUnknown):
        create_key(acme, ORG, "pipeline", BILLING, "30d")
    assert [one.description for one in read_keys(acme, ORG)].count("pipeline") == 1


def test_an_answer_without_the_key_is_an_error_that_shows_no_value(server: Scripted, session: Session) -> None:
    server.will(Reply(201, key(key=None, description="looks-like-a-secret")))
    with pytest.raises(UnreadableAnswer) as caught:
        create_key(session, ORG, "pipeline", BILLING, "30d")
    assert "key: " in str(caught.value)
    assert "looks-like-a-secret" not in str(caught.value)


def test_a_deleted_key_is_gone_and_deleting_it_again_changes_nothing(acme: Session) -> None:
    created = create_key(acme, ORG, "pipeline", BILLING, "30d")
    delete_key(acme, created.key.id)
    delete_key(acme, created.key.id)
    assert created.key not in read_keys(acme, ORG)


def test_a_404_of_something_else_is_an_error(server: Scripted, session: Session) -> None:
    server.will(refusal(404, "root.resource_not_found"))
    with pytest.raises(NotFound):
        delete_key(session, "k1")
