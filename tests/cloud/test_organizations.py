"""Reading and changing an organization, over HTTP against the emulator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from elastic_cloud_emulator import Emulator, Fault, Watcher
from pulumi_elastic_org.cloud.errors import (
    AccessDenied,
    ConfigurationError,
    NotFound,
    OrganizationUnclear,
    RequestRefused,
    RolesHidden,
)
from pulumi_elastic_org.cloud.keys import possible_users
from pulumi_elastic_org.cloud.organizations import Organizations
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.grants import Grant
from tests.support.inviting import invited
from tests.support.scripted import KEY, FakeTime

ORG = "2871506934"
OWNER = Grant("organization", "organization-admin")
EDITOR = frozenset({Grant("deployment", "deployment-editor", "d1"), Grant("deployment", "deployment-editor", "d2")})
INVITATIONS = "POST /organizations/{organization_id}/invitations"
REMOVALS = "DELETE /organizations/{organization_id}/members/{user_ids}"
CANCELLATIONS = "DELETE /organizations/{organization_id}/invitations/{invitation_tokens}"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    seed = {
        "organizations": [
            {
                "name": "acme",
                "id": ORG,
                "members": [
                    {
                        "email": "ada@acme.example",
                        "name": "Ada",
                        "id": "u-ada",
                        "keys": [KEY],
                        "roles": {"organization": [{"role_id": "organization-admin"}]},
                    }
                ],
            }
        ]
    }
    with Emulator(seed) as running:
        yield running


@pytest.fixture
def session(emulator: Emulator, time: FakeTime) -> Session:
    return Session(emulator.endpoint, KEY, warn=lambda _: None, patience=time.patience())


@pytest.fixture
def organizations(session: Session) -> Organizations:
    return Organizations(session)


def people(count: int) -> list[str]:
    return [f"person{number:03}@acme.example" for number in range(count)]


def mailed(emulator: Emulator) -> list[str]:
    return [message.to for message in emulator.outbox.messages]


# Finding and reading


def test_the_only_organization_of_a_key_is_found(organizations: Organizations) -> None:
    assert organizations.find_id() == ORG


def test_a_key_without_an_organization_is_told_what_to_do(emulator: Emulator) -> None:
    emulator.cloud.add_user("nobody@acme.example", key="lonely")
    with pytest.raises(OrganizationUnclear, match="no organization"):
        Organizations(Session(emulator.endpoint, "lonely")).find_id()


def test_several_organizations_are_listed(emulator: Emulator) -> None:
    emulator.cloud.add_user("both@acme.example", key="both")
    emulator.cloud.add_organization("globex", id="77")
    for organization in (ORG, "77"):
        emulator.cloud.add_member(organization, "both@acme.example")
    with pytest.raises(OrganizationUnclear, match=r"2871506934 \(acme\), 77 \(globex\): set EC_ORGANIZATION_ID"):
        Organizations(Session(emulator.endpoint, "both")).find_id()


def test_a_list_of_organizations_that_goes_on_is_several(emulator: Emulator) -> None:
    emulator.cloud.add_user("both@acme.example", key="both")
    emulator.cloud.add_organization("globex", id="77")
    for organization in (ORG, "77"):
        emulator.cloud.add_member(organization, "both@acme.example")
    emulator.switches.list_page_size = 1
    with pytest.raises(OrganizationUnclear, match="and more"):
        Organizations(Session(emulator.endpoint, "both")).find_id()


def test_members_and_invitations_are_read_in_two_calls(emulator: Emulator, organizations: Organizations) -> None:
    emulator.cloud.add_member(ORG, "bob@acme.example", {"deployment": [{"role_id": "deployment-viewer", "all": True}]})
    emulator.cloud.invite(ORG, "cy@acme.example", {"organization": [{"role_id": "billing-admin"}]})
    emulator.cloud.invite(ORG, "late@acme.example", expires_in=timedelta(hours=1))
    emulator.clock.advance(timedelta(hours=2))
    found = organizations.read(ORG)
    assert found.id == ORG
    assert {member.email: member.grants for member in found.members} == {
        "ada@acme.example": {OWNER},
        "bob@acme.example": {Grant("deployment", "deployment-viewer")},
    }
    ada = found.members[0]
    assert (ada.user_id, ada.name, ada.unmodelled) == ("u-ada", "Ada", {})
    assert ada.member_since is not None
    assert {invitation.email: invitation.expired for invitation in found.invitations} == {
        "cy@acme.example": False,
        "late@acme.example": True,
    }
    assert found.invitations[0].grants == {Grant("organization", "billing-admin")}
    assert len(emulator.calls.all()) == 2


def test_a_member_without_an_address_is_read(emulator: Emulator, organizations: Organizations) -> None:
    emulator.switches.hide_email = frozenset({"u-ada"})
    assert organizations.read(ORG).members[0].email is None


def test_a_key_that_sees_nobodys_roles_is_refused_rather_than_believed(
    emulator: Emulator, organizations: Organizations
) -> None:
    emulator.switches.hide_role_assignments = True
    with pytest.raises(RolesHidden, match="organization owner"):
        organizations.read(ORG)


def test_the_keys_of_everybody_are_listed_page_by_page(emulator: Emulator, session: Session) -> None:
    emulator.switches.key_page_size = 1
    bob = emulator.cloud.add_user("bob@acme.example", key="key-of-bob").id
    emulator.cloud.add_key(bob, organization=ORG)
    assert possible_users(session) == {"u-ada", bob}


# Inviting


def test_many_people_are_invited_in_few_requests(emulator: Emulator, organizations: Organizations) -> None:
    outcome = invited(organizations, ORG, people(230), EDITOR, expires_in="24h")
    assert list(outcome.invitations) == people(230)
    assert outcome.refused == {}
    invitation = outcome.invitations[people(1)[0]]
    assert invitation.grants == EDITOR
    assert invitation.expires_at - invitation.created_at == timedelta(hours=24)
    assert emulator.calls.counts()[INVITATIONS] == 3


def test_an_invitation_lasts_72_hours_unless_asked_otherwise(organizations: Organizations) -> None:
    (invitation,) = invited(organizations, ORG, people(1), EDITOR).invitations.values()
    assert invitation.expires_at - invitation.created_at == timedelta(hours=72)


def test_an_address_that_appears_twice_counts_once(emulator: Emulator, organizations: Organizations) -> None:
    invited(organizations, ORG, ["cy@acme.example", "CY@acme.example"], EDITOR)
    assert len(mailed(emulator)) == 1


def test_an_outcome_is_by_address_as_given(organizations: Organizations) -> None:
    assert list(invited(organizations, ORG, ["Cy@Acme.Example"], EDITOR).invitations) == ["Cy@Acme.Example"]


def test_a_bad_address_is_named_and_stops_nobody_else(emulator: Emulator, organizations: Organizations) -> None:
    bad = ["not-an-address", "ada@acme.example"]
    outcome = invited(organizations, ORG, [*people(30), *bad, *people(60)[30:]], EDITOR)
    assert sorted(outcome.invitations) == people(60)
    assert sorted(mailed(emulator)) == people(60)
    assert "invitation_invalid_email" in outcome.refused["not-an-address"]
    assert "user_organization_already_belongs" in outcome.refused["ada@acme.example"]
    assert len(outcome.refused) == 2


def test_a_pending_invitation_is_refused_or_refreshed_as_elastic_decides(
    emulator: Emulator, organizations: Organizations
) -> None:
    emulator.cloud.invite(ORG, "cy@acme.example")
    emulator.switches.refresh_pending_invitations = False
    outcome = invited(organizations, ORG, ["cy@acme.example", *people(1)], EDITOR)
    assert "invitation_already_exists" in outcome.refused["cy@acme.example"]
    assert list(outcome.invitations) == people(1)
    emulator.switches.refresh_pending_invitations = True
    assert invited(organizations, ORG, ["cy@acme.example"], EDITOR).invitations["cy@acme.example"].grants == EDITOR


def test_a_fault_of_the_whole_request_is_raised_at_once(emulator: Emulator, organizations: Organizations) -> None:
    with pytest.raises(RequestRefused, match="expires_in"):
        invited(organizations, ORG, people(50), EDITOR, expires_in="soon")
    assert emulator.calls.counts()[INVITATIONS] == 1


@pytest.mark.parametrize("kind", ["connection_dropped", "server_error", "html_page", "invalid_json", "unavailable"])
@pytest.mark.parametrize("takes_effect", [True, False])
def test_nobody_is_invited_twice_when_the_answer_is_lost(
    emulator: Emulator, organizations: Organizations, kind: str, takes_effect: bool
) -> None:
    emulator.faults.add(Fault(kind=kind, method="POST", takes_effect=takes_effect))  # type: ignore[arg-type]
    outcome = invited(organizations, ORG, people(5), EDITOR)
    assert list(outcome.invitations) == people(5)
    assert mailed(emulator) == people(5)


def test_nobody_is_invited_twice_when_the_answer_comes_too_late(emulator: Emulator, time: FakeTime) -> None:
    emulator.faults.add(Fault(kind="delayed", method="POST", seconds=1.0))
    session = Session(emulator.endpoint, KEY, patience=replace(time.patience(), read_timeout=0.3))
    assert list(invited(Organizations(session), ORG, people(3), EDITOR).invitations) == people(3)
    assert mailed(emulator) == people(3)


class TakesEffectLater(Watcher):
    """Keeps back the first request to invite until the client, which has given up waiting, looks for the second time."""

    def __init__(self) -> None:
        self._looks = 0
        self._let_go, self._done = threading.Event(), threading.Event()

    def arrived(self, method: str, path: str) -> None:
        if not path.endswith("/invitations"):
            return
        if method == "POST":
            self._let_go.wait()
            return
        self._looks += 1
        if self._looks >= 2:
            self._let_go.set()
            self._done.wait()

    def worked(self, method: str, path: str) -> None:
        if method == "POST" and path.endswith("/invitations"):
            self._done.set()


def test_nobody_is_invited_twice_when_the_request_takes_effect_after_the_time_out(
    emulator: Emulator, time: FakeTime
) -> None:
    emulator.watchers.append(TakesEffectLater())
    session = Session(emulator.endpoint, KEY, patience=replace(time.patience(), read_timeout=2.0))
    assert list(invited(Organizations(session), ORG, people(3), EDITOR).invitations) == people(3)
    assert mailed(emulator) == people(3)


def test_nobody_is_invited_twice_when_a_lost_answer_and_a_bad_address_meet(
    emulator: Emulator, organizations: Organizations
) -> None:
    emulator.faults.add(Fault(kind="connection_dropped", method="POST", skip=1, takes_effect=True))
    outcome = invited(organizations, ORG, [*people(4), "bad"], EDITOR)
    assert sorted(mailed(emulator)) == people(4)
    assert list(outcome.refused) == ["bad"]


def test_an_open_invitation_with_other_roles_is_not_taken_for_the_lost_one(
    emulator: Emulator, organizations: Organizations
) -> None:
    emulator.cloud.invite(ORG, people(1))
    emulator.faults.add(Fault(kind="connection_dropped", method="POST"))
    assert invited(organizations, ORG, people(1), EDITOR).invitations[people(1)[0]].grants == EDITOR


def test_a_limit_on_invitations_is_waited_for(emulator: Emulator, organizations: Organizations, time: FakeTime) -> None:
    emulator.faults.add(Fault(kind="invitations_rate_limited", retry_after=30))
    invited(organizations, ORG, people(2), EDITOR)
    assert mailed(emulator) == people(2)
    assert time.waits == [30]


def test_only_an_owner_invites(emulator: Emulator) -> None:
    emulator.cloud.add_member(ORG, "bob@acme.example", key="bobs")
    with pytest.raises(AccessDenied, match="organization owner"):
        Organizations(Session(emulator.endpoint, "bobs")).invite(ORG, people(1), EDITOR)


# Cancelling and removing


def invite(emulator: Emulator, count: int) -> list[str]:
    return [invitation.token for invitation in emulator.cloud.invite(ORG, people(count))]


def add_members(emulator: Emulator, count: int) -> list[str]:
    return [emulator.cloud.add_member(ORG, email).user_id for email in people(count)]


def test_invitations_are_cancelled_in_batches_that_fit_a_url(emulator: Emulator, organizations: Organizations) -> None:
    assert organizations.cancel(ORG, invite(emulator, 250)) == {}
    assert emulator.cloud.organization(ORG).invitations == {}
    assert emulator.calls.counts()[CANCELLATIONS] == 3


def test_members_are_removed_in_batches(emulator: Emulator, organizations: Organizations) -> None:
    assert organizations.remove(ORG, add_members(emulator, 120)) == {}
    assert list(emulator.cloud.organization(ORG).members) == ["u-ada"]
    assert emulator.calls.counts()[REMOVALS] == 2


def test_who_is_gone_already_counts_as_removed_and_costs_one_look(
    emulator: Emulator, organizations: Organizations
) -> None:
    user_ids = add_members(emulator, 60)
    emulator.cloud.leave(ORG, *user_ids[10:20])
    assert organizations.remove(ORG, [*user_ids, "a-stranger"]) == {}
    assert list(emulator.cloud.organization(ORG).members) == ["u-ada"]
    assert emulator.calls.counts()[REMOVALS] == 2


def test_invitations_that_are_gone_already_count_as_cancelled(emulator: Emulator, organizations: Organizations) -> None:
    tokens = invite(emulator, 3)
    emulator.cloud.accept(ORG, people(1)[0])
    assert organizations.cancel(ORG, tokens) == {}
    assert emulator.cloud.organization(ORG).invitations == {}


@pytest.mark.parametrize("kind", ["connection_dropped", "server_error", "html_page", "invalid_json"])
def test_a_removal_whose_answer_is_lost_is_done(emulator: Emulator, organizations: Organizations, kind: str) -> None:
    user_ids = add_members(emulator, 5)
    emulator.faults.add(Fault(kind=kind, method="DELETE", takes_effect=True))  # type: ignore[arg-type]
    assert organizations.remove(ORG, user_ids) == {}
    assert emulator.calls.counts()[REMOVALS] == 2


def test_another_organization_is_not_taken_for_done(organizations: Organizations) -> None:
    with pytest.raises(NotFound, match="EC_ORGANIZATION_ID"):
        organizations.remove("1234", ["u-ada"])


def test_a_token_is_in_no_error(emulator: Emulator) -> None:
    (token,) = invite(emulator, 1)
    emulator.cloud.add_member(ORG, "bob@acme.example", key="bobs")
    with pytest.raises(AccessDenied) as refused:
        Organizations(Session(emulator.endpoint, "bobs")).cancel(ORG, [token])
    assert token not in str(refused.value)


@pytest.mark.parametrize("user_id", ["", "..", "../../users", "u-ada,u-bob", "u\n"])
def test_an_id_that_would_reach_something_else_is_never_sent(
    emulator: Emulator, organizations: Organizations, user_id: str
) -> None:
    with pytest.raises(ConfigurationError):
        organizations.remove(ORG, [user_id])
    with pytest.raises(ConfigurationError):
        organizations.add_grants(ORG, user_id, EDITOR)
    assert emulator.calls.all() == []


# Roles


def test_roles_are_added_and_removed_in_one_call_each(emulator: Emulator, organizations: Organizations) -> None:
    (user_id,) = add_members(emulator, 1)
    organizations.add_grants(ORG, user_id, EDITOR | {Grant("security", "security-viewer", None, ("soc",))})
    organizations.remove_grants(ORG, user_id, {Grant("deployment", "deployment-editor", "d1")})
    member = next(one for one in organizations.read(ORG).members if one.user_id == user_id)
    assert member.grants == {
        Grant("deployment", "deployment-editor", "d2"),
        Grant("security", "security-viewer", None, ("soc",)),
    }
    assert len(emulator.calls.all()) == 4


def test_no_roles_are_no_call(emulator: Emulator, organizations: Organizations) -> None:
    organizations.add_grants(ORG, "u-ada", [])
    organizations.remove_grants(ORG, "u-ada", [])
    assert emulator.calls.all() == []


@pytest.mark.parametrize("kind", ["connection_dropped", "server_error", "html_page", "invalid_json"])
@pytest.mark.parametrize("takes_effect", [True, False])
def test_a_change_of_roles_is_repeated_until_it_is_known_to_be_done(
    emulator: Emulator, organizations: Organizations, kind: str, takes_effect: bool
) -> None:
    (user_id,) = add_members(emulator, 1)
    emulator.faults.add(Fault(kind=kind, path="role_assignments", takes_effect=takes_effect))  # type: ignore[arg-type]
    organizations.add_grants(ORG, user_id, EDITOR)
    emulator.faults.add(Fault(kind=kind, path="role_assignments", takes_effect=takes_effect))  # type: ignore[arg-type]
    organizations.remove_grants(ORG, user_id, {Grant("deployment", "deployment-editor", "d1")})
    member = next(one for one in organizations.read(ORG).members if one.user_id == user_id)
    assert member.grants == {Grant("deployment", "deployment-editor", "d2")}


def test_roles_of_somebody_who_is_no_member_are_refused(organizations: Organizations) -> None:
    with pytest.raises(RequestRefused, match="invalid_target_user_id"):
        organizations.add_grants(ORG, "a-stranger", EDITOR)
