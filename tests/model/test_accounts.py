"""Who is this: by every address that an account has or had, and by no address alone where the account is known."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.model.changes import AddGrants, Invite, RemoveGrants, RemoveMember, Topic
from pulumi_elastic_org.model.matching import Accounts, known_accounts
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member
from pulumi_elastic_org.model.plan import plan
from tests.model.judging import refused, verdict
from tests.model.test_plan import Case
from tests.support.builders import ADMIN, BILLING, NOW, applied, desired, member, organization, roles

People = list[Member | Invitation]

ALICE, BOB, NEW = "alice@acme.io", "bob@acme.io", "alice.married@acme.io"
KNOWN = applied(ALICE, BOB, user_ids={ALICE: "u1", BOB: "u2"})
WANTED = desired({ALICE: ADMIN, BOB: BILLING})
CONFIRMED = desired({ALICE: ADMIN, BOB: BILLING}, changed_accounts=frozenset({ALICE, BOB}))
SWAPPED: People = [member(BOB, ADMIN, user_id="u1"), member(ALICE, BILLING, user_id="u2")]
TAKEN_OVER: People = [member(NEW, ADMIN, user_id="u1"), member(ALICE, user_id="u3")]
RECREATED: People = [member(ALICE, user_id="u3")]

CASES = {
    "two accounts that swap addresses keep their roles": Case(
        WANTED, SWAPPED, reports=[(ALICE, Topic.ACCOUNT_CHANGED), (BOB, Topic.ACCOUNT_CHANGED)], before=KNOWN
    ),
    "accounts whose swap is confirmed are who has the address now": Case(
        CONFIRMED,
        SWAPPED,
        [
            AddGrants(ALICE, "u2", roles(ADMIN)),
            RemoveGrants(ALICE, "u2", roles(BILLING)),
            AddGrants(BOB, "u1", roles(BILLING)),
            RemoveGrants(BOB, "u1", roles(ADMIN)),
        ],
        [(ALICE, Topic.ACCOUNT_CHANGED), (BOB, Topic.ACCOUNT_CHANGED)],
        KNOWN,
    ),
    "a new account with a known address gets nothing while the known account is there": Case(
        desired({ALICE: ADMIN}),
        TAKEN_OVER,
        reports=[(ALICE, Topic.ACCOUNT_CHANGED)],
        before=applied(ALICE, user_ids={ALICE: "u1"}),
    ),
    "a confirmed new account takes over, and the known one is no longer declared": Case(
        desired({ALICE: ADMIN}, changed_accounts=frozenset({ALICE})),
        TAKEN_OVER,
        [AddGrants(ALICE, "u3", roles(ADMIN)), RemoveMember(NEW, "u1", roles(ADMIN), managed=True)],
        [(ALICE, Topic.ACCOUNT_CHANGED)],
        applied(ALICE, user_ids={ALICE: "u1"}),
    ),
    "who has the address of a known account that is gone is reported with what they would get": Case(
        desired({ALICE: ADMIN}),
        RECREATED,
        [AddGrants(ALICE, "u3", roles(ADMIN))],
        [(ALICE, Topic.ACCOUNT_CHANGED)],
        applied(ALICE, user_ids={ALICE: "u1"}),
    ),
    "who is declared by their new address keeps it, whoever has the old one": Case(
        desired({NEW: ADMIN}),
        TAKEN_OVER,
        [RemoveMember(ALICE, "u3", roles("no roles"), managed=False)],
        [(ALICE, Topic.ACCOUNT_CHANGED)],
        applied(ALICE, user_ids={ALICE: "u1"}),
    ),
    "additive: who has come by the address of somebody managed is nobody managed": Case(
        desired({}, authoritative=False),
        RECREATED,
        reports=[(ALICE, Topic.ACCOUNT_CHANGED)],
        before=applied(ALICE, user_ids={ALICE: "u1"}),
    ),
    "who has come by the address of somebody known and not managed is a stranger": Case(
        desired({}),
        RECREATED,
        [RemoveMember(ALICE, "u3", roles("no roles"), managed=False)],
        before=applied(user_ids={ALICE: "u1"}),
    ),
    "an address whose account is declared by another line is invited": Case(
        desired({ALICE: ADMIN, BOB: BILLING}),
        [member(BOB, BILLING, user_id="u1")],
        [Invite(ALICE, roles(ADMIN))],
        before=applied(ALICE, user_ids={ALICE: "u1"}),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_an_address_never_beats_the_known_account(case: Case) -> None:
    made = plan(case.wanted, organization(*case.people), NOW, case.before)
    assert list(made.changes) == case.changes
    assert [(report.person, report.topic) for report in made.reports] == case.reports


def test_the_report_names_both_accounts() -> None:
    before = applied(ALICE, user_ids={ALICE: "u1"})
    told = {
        plan(desired({ALICE: ADMIN}), organization(*people), NOW, before).reports[0].text
        for people in (TAKEN_OVER, RECREATED, [member(None, user_id="u1"), *RECREATED])
    }
    other = "this address belongs to another account now (user u3); the account known by it (user u1)"
    assert told == {
        f"{other} has {NEW} now",
        f"{other} is no longer a member",
        f"{other} has an address that is not shown now",
    }


class TestChangedAccount:
    def test_nothing_is_given_to_another_account_than_the_known_one(self) -> None:
        (violation,) = verdict(desired({ALICE: ADMIN}), *RECREATED, before=KNOWN).violations
        assert (violation.guard, violation.person) == ("changed-account", ALICE)
        assert violation.reason.startswith("this address belongs to another account now (user u3)")
        assert violation.remedy == (
            "Find out who has the address. For the account that was known, declare the address that it has now; for the other "
            "one, override changed-account for alice@acme.io with a reason."
        )

    def test_nor_is_the_known_one_changed_while_the_address_is_another_s(self) -> None:
        assert refused(desired({ALICE: BILLING}), *TAKEN_OVER, before=KNOWN) == [("changed-account", ALICE)]

    def test_who_has_no_account_any_more_is_not_invited_under_an_address_that_another_line_s_account_has(self) -> None:
        people = [member(ALICE, BILLING, user_id="u2")]
        assert refused(WANTED, *people, before=KNOWN) == [("changed-account", ALICE)]

    def test_what_changes_nothing_is_not_refused(self) -> None:
        assert refused(WANTED, *SWAPPED, before=KNOWN) == []


@pytest.mark.parametrize(
    ("wanted", "people", "known"),
    [
        (WANTED, SWAPPED, {ALICE: "u1", BOB: "u2"}),
        (CONFIRMED, SWAPPED, {ALICE: "u2", BOB: "u1"}),
        (desired({ALICE: ADMIN}), TAKEN_OVER, {ALICE: "u1", NEW: "u1"}),
        (desired({ALICE: ADMIN}, changed_accounts=frozenset({ALICE})), TAKEN_OVER, {ALICE: "u3"}),
        (desired({ALICE: ADMIN}), RECREATED, {ALICE: "u1"}),
        (WANTED, [member(ALICE, BILLING, user_id="u2")], {ALICE: "u1", BOB: "u2"}),
        (desired({ALICE: ADMIN}), [], {}),
        (desired({NEW: ADMIN}), [member(NEW, user_id="u1")], {ALICE: "u1", NEW: "u1"}),
        (desired({NEW: ADMIN, ALICE: ADMIN}), [member(NEW, user_id="u1")], {NEW: "u1"}),
        (desired({ALICE: ADMIN}), [member(None, user_id="u1")], {ALICE: "u1"}),
    ],
    ids=[
        "a swap that nobody has confirmed",
        "a swap that is confirmed",
        "an address that was taken over",
        "an address that was taken over, confirmed",
        "an account that was made anew",
        "an account that is gone while its address has passed to another line's",
        "a member who has left and will be invited",
        "a person declared by their new address keeps the old one",
        "until that is declared for somebody else",
        "an address that is not shown",
    ],
)
def test_which_account_is_known_from_now_on(wanted: Desired, people: People, known: dict[str, str]) -> None:
    assert known_accounts(wanted.people, organization(*people), KNOWN, wanted.changed_accounts) == known


def test_people_whom_guards_name_are_known_by_the_address_that_they_have() -> None:
    actual = organization(member("Boss@acme.io", user_id="u9"), member(BOB, user_id="u2"))
    assert known_accounts([], actual, Applied(), others=["boss@ACME.io"]) == {"boss@acme.io": "u9"}


class TestAccounts:
    WHO = Accounts.of(
        [member(NEW, user_id="u1"), member(BOB, user_id="u2")], {ALICE: "u1", "gone@acme.io": "u0", BOB: "u1"}
    )

    @pytest.mark.parametrize("name", [ALICE, "Alice@ACME.io", NEW, "u1"])
    def test_a_person_is_found_by_every_address_that_the_account_has_or_had(self, name: str) -> None:
        assert self.WHO.named(name) == {"u1"}

    @pytest.mark.parametrize("name", ["gone@acme.io", "u0", "nobody@acme.io", ""])
    def test_who_is_no_member_is_nobody(self, name: str) -> None:
        assert self.WHO.named(name) == set()

    def test_an_address_that_two_accounts_have_or_had_names_both(self) -> None:
        assert self.WHO.named(BOB) == {"u1", "u2"}
