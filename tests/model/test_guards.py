"""Each guard refuses what it is for, allows the rest, and says what to do; overrides let single people past."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pulumi_elastic_org.model.guard_settings import Override, allowed_removals
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner, Ownership
from pulumi_elastic_org.model.people import Applied, Desired
from tests.model.judging import refused, verdict
from tests.support.builders import (
    ADMIN,
    BILLING,
    applied,
    desired,
    invitation,
    lapsed,
    member,
    names,
    user_id,
)

ADA, BOB, CY = "ada@acme.io", "bob@acme.io", "cy@acme.io"
SEARCH = CloudResource("deployment", "d1", "search", (Owner(BOB, Evidence.TAG),))
SOC = CloudResource("security", "p1", "soc", (Owner(user_id(BOB), Evidence.CREATED_BY),))
ORPHAN = CloudResource("deployment", "d2", "logs")

CONSOLE_ONLY = f"{ADMIN} (console only)"
KEEP_ADA = desired({ADA: ADMIN})
KEEP_BOTH = desired({ADA: ADMIN, BOB: "no roles"})


class TestOwnsResources:
    OWNS = Ownership({user_id(BOB): (SEARCH, SOC)}, ())

    def test_an_owner_is_not_removed(self) -> None:
        (violation,) = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=self.OWNS).violations
        assert str(violation) == (
            "bob@acme.io: still owns deployment 'search' (d1) by its owner tag, security project 'soc' (p1) by its creator "
            "[owns-resources]. Hand over (`elastic-org tag-owner RESOURCE PERSON` sets the tag 'owner') or delete, "
            "or override owns-resources for bob@acme.io with a reason."
        )

    def test_the_refusal_names_the_tag_in_use(self) -> None:
        (violation,) = verdict(
            KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=self.OWNS, owner_tag="team-lead"
        ).violations
        assert "the tag 'team-lead'" in violation.remedy

    def test_who_owns_nothing_is_removed(self) -> None:
        owned_by_ada = Ownership({user_id(ADA): (SEARCH,)}, ())
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=owned_by_ada) == []

    def test_an_owner_may_lose_roles(self) -> None:
        assert refused(KEEP_BOTH, member(ADA, ADMIN), member(BOB, BILLING), ownership=self.OWNS) == []

    def test_what_has_no_known_owner_does_not_hinder(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=Ownership({}, (ORPHAN,))) == []

    def test_what_has_no_known_owner_hinders_when_asked(self) -> None:
        made = verdict(
            KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=Ownership({}, (ORPHAN,)), refuse_unknown_owners=True
        )
        (violation,) = made.violations
        assert violation.person == BOB
        assert violation.reason == "may own what has no known owner: deployment 'logs' (d2)"

    def test_a_known_owner_everywhere_satisfies_the_stricter_rule(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB), refuse_unknown_owners=True) == []

    def test_nobody_is_removed_while_nobody_has_looked_who_owns_what(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=None) == [("owns-resources", BOB)]


class TestLastAdmin:
    def test_the_last_administrator_is_not_removed(self) -> None:
        assert refused(desired({BOB: BILLING}), member(ADA, ADMIN), member(BOB, BILLING), min_admins=1) == [
            ("last-admin", ADA)
        ]

    def test_the_last_administrator_does_not_lose_the_role(self) -> None:
        (violation,) = verdict(desired({ADA: BILLING}), member(ADA, f"{ADMIN}; {BILLING}"), min_admins=1).violations
        assert violation.reason == (
            "would leave the organization with 0 of at least 1 accepted members who hold organization-admin"
        )

    def test_an_invited_administrator_does_not_count(self) -> None:
        wanted = desired({ADA: "no roles", BOB: ADMIN})
        assert refused(wanted, member(ADA, ADMIN), invitation(BOB, ADMIN), min_admins=1) == [("last-admin", ADA)]

    def test_a_member_who_is_promoted_in_the_same_plan_counts(self) -> None:
        wanted = desired({ADA: "no roles", BOB: ADMIN})
        assert refused(wanted, member(ADA, ADMIN), member(BOB), min_admins=1) == []

    def test_everybody_who_would_lose_the_role_is_named(self) -> None:
        wanted = desired({ADA: ADMIN, BOB: BILLING})
        people = [member(ADA, ADMIN), member(BOB, f"{ADMIN}; {BILLING}"), member(CY, ADMIN)]
        assert refused(wanted, *people, min_admins=2) == [("last-admin", BOB), ("last-admin", CY)]

    def test_enough_administrators_may_stay(self) -> None:
        wanted = desired({ADA: ADMIN, BOB: ADMIN})
        assert refused(wanted, member(ADA, ADMIN), member(BOB, ADMIN), member(CY, ADMIN), min_admins=2) == []

    def test_too_few_administrators_hinder_no_other_change(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB, BILLING), min_admins=2) == []

    @pytest.mark.parametrize("form", [" (console only)", " as auditor"])
    def test_an_administrator_with_other_application_roles_counts(self, form: str) -> None:
        wanted = desired({ADA: "no roles", BOB: f"{ADMIN}{form}"})
        assert refused(wanted, member(ADA, ADMIN), member(BOB, f"{ADMIN}{form}"), min_admins=1) == []
        assert refused(desired({BOB: BILLING}), member(BOB, f"{ADMIN}{form}"), min_admins=1) == [("last-admin", BOB)]

    def test_the_last_administrator_is_not_without_the_role_while_one_form_takes_the_place_of_another(self) -> None:
        (violation,) = verdict(desired({ADA: CONSOLE_ONLY}), member(ADA, ADMIN), min_admins=1).violations
        assert (violation.guard, violation.person) == ("last-admin", ADA)
        assert "while one form of it takes the place of another, and nobody else holds it meanwhile" in violation.reason

    def test_a_promotion_in_the_same_plan_does_not_stand_in_for_the_role_that_is_exchanged(self) -> None:
        wanted = desired({ADA: CONSOLE_ONLY, BOB: ADMIN})
        assert refused(wanted, member(ADA, ADMIN), member(BOB), min_admins=1) == [("last-admin", ADA)]

    def test_all_administrators_at_once_are_not_exchanged_and_one_beside_another_is(self) -> None:
        people = [member(ADA, ADMIN), member(BOB, ADMIN)]
        everybody = desired({ADA: CONSOLE_ONLY, BOB: CONSOLE_ONLY})
        assert refused(everybody, *people, min_admins=2) == [("last-admin", ADA), ("last-admin", BOB)]
        assert refused(desired({ADA: CONSOLE_ONLY, BOB: ADMIN}), *people, min_admins=2) == []


class TestSelf:
    def test_the_key_s_owner_does_not_remove_themselves(self) -> None:
        (violation,) = verdict(
            desired({ADA: ADMIN}), member(ADA, ADMIN), member(BOB), own_user_id=user_id(BOB)
        ).violations
        assert (violation.guard, violation.reason) == ("self", "owns the API key that would remove them")

    def test_the_key_s_owner_does_not_demote_themselves(self) -> None:
        (violation,) = verdict(KEEP_BOTH, member(ADA, ADMIN), member(BOB, ADMIN), own_user_id=user_id(BOB)).violations
        assert (violation.guard, violation.reason) == (
            "self",
            "owns the API key that would take organization-admin from them",
        )

    def test_the_key_s_owner_does_not_exchange_their_own_role(self) -> None:
        wanted = desired({ADA: ADMIN, BOB: CONSOLE_ONLY})
        assert refused(wanted, member(ADA, ADMIN), member(BOB, ADMIN), own_user_id=user_id(BOB)) == [("self", BOB)]

    def test_the_key_s_owner_may_give_up_another_role(self) -> None:
        assert refused(KEEP_BOTH, member(ADA, ADMIN), member(BOB, BILLING), own_user_id=user_id(BOB)) == []

    @pytest.mark.parametrize("wanted", [KEEP_ADA, KEEP_BOTH], ids=["removed", "demoted"])
    def test_no_administrator_loses_anything_until_it_is_said_whose_key_it_is(self, wanted: Desired) -> None:
        people = member(ADA, ADMIN), member(BOB, f"{ADMIN}; {BILLING}")
        (violation,) = verdict(wanted, *people, own_user_id=None).violations
        assert (violation.guard, violation.person) == ("self", BOB)
        assert "Elastic Cloud does not say whose key it is" in violation.reason
        for said in ("EC_API_KEY_USER", "elastic-org:apiKeyUser", "api_key_user", f"override self for {BOB}"):
            assert said in violation.remedy

    def test_an_administrator_is_let_go_by_a_key_of_somebody_else_or_by_a_reason(self) -> None:
        people = member(ADA, ADMIN), member(BOB, ADMIN)
        assert refused(KEEP_ADA, *people, own_user_id=user_id(ADA)) == []
        assert refused(KEEP_ADA, *people, overrides={BOB: Override(("self",), "agreed")}) == []

    @pytest.mark.parametrize("own_user_id", [None, user_id(ADA)])
    def test_others_may_go(self, own_user_id: str | None) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB), own_user_id=own_user_id) == []


class TestMaxRemovals:
    PEOPLE = (member(ADA, ADMIN), member(BOB), invitation(CY), lapsed("di@acme.io"))

    @pytest.mark.parametrize(("max_removals", "is_refused"), [(2, False), (1, True), ("67%", False), ("33%", True)])
    def test_members_and_open_invitations_count_and_expired_ones_do_not(
        self, max_removals: int | str, is_refused: bool
    ) -> None:
        made = refused(KEEP_ADA, *self.PEOPLE, max_removals=max_removals)
        assert made == ([("max-removals", None)] if is_refused else [])

    def test_the_refusal_names_the_people_and_the_number_to_allow(self) -> None:
        (violation,) = verdict(KEEP_ADA, *self.PEOPLE, max_removals="33%").violations
        assert str(violation) == (
            "2 of 3 people would be taken out and max_removals is 33% (1): bob@acme.io, cy@acme.io [max-removals]. "
            "Take fewer people out at a time, or raise max_removals to 2."
        )

    def test_taking_nobody_out_is_allowed_always(self) -> None:
        assert refused(KEEP_BOTH, member(ADA, ADMIN), member(BOB, BILLING), max_removals=0) == []

    @pytest.mark.parametrize(
        ("max_removals", "headcount", "allowed"),
        [
            (3, 10, 3),
            ("3", 10, 3),
            ("25%", 8, 2),
            ("25%", 9, 3),
            ("25%", 1, 1),
            (" 25 % ", 4, 1),
            ("0%", 10, 0),
            ("100%", 10, 10),
            ("25%", 0, 0),
        ],
    )
    def test_a_share_is_rounded_up(self, max_removals: int | str, headcount: int, allowed: int) -> None:
        assert allowed_removals(max_removals, headcount) == allowed

    @pytest.mark.parametrize("max_removals", ["101%", "-1", "many", "%", "", "2.5%", -1])
    def test_anything_else_is_refused(self, max_removals: int | str) -> None:
        with pytest.raises(ValueError, match="max_removals must be a number or a share such as '25%', not "):
            allowed_removals(max_removals, 10)


class TestUnmanagedPeople:
    STRANGERS = Applied()

    def test_a_member_who_was_never_in_the_roster_is_not_removed_silently(self) -> None:
        (violation,) = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), before=self.STRANGERS).violations
        assert str(violation) == (
            "bob@acme.io: is a member but was never part of this roster [unmanaged-people]. "
            "Add them to the roster, or confirm the removal: override unmanaged-people for bob@acme.io with a reason."
        )

    def test_nor_is_an_invitation_cancelled(self) -> None:
        (violation,) = verdict(KEEP_ADA, member(ADA, ADMIN), invitation(BOB), before=self.STRANGERS).violations
        assert violation.reason == "is invited but was never part of this roster"

    def test_an_expired_invitation_of_a_stranger_may_go(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), lapsed(BOB), before=self.STRANGERS) == []

    def test_a_managed_person_may_go(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB)) == []


class TestProtectedPeople:
    def test_a_protected_person_is_not_removed_in_any_spelling(self) -> None:
        (violation,) = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), protected=("BOB@acme.io",)).violations
        assert (violation.guard, violation.reason) == ("protected-people", "is protected and would be removed")

    def test_a_protected_person_s_invitation_is_not_cancelled(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), invitation(BOB), protected=(BOB,)) == [("protected-people", BOB)]

    def test_a_protected_person_loses_no_role(self) -> None:
        (violation,) = verdict(KEEP_BOTH, member(ADA, ADMIN), member(BOB, BILLING), protected=(BOB,)).violations
        assert violation.reason == "is protected and would lose roles"

    def test_a_protected_person_may_get_roles_and_others_may_go(self) -> None:
        wanted = desired({BOB: BILLING})
        assert refused(wanted, member(BOB), member(CY), protected=(BOB,)) == []

    def test_a_protected_person_is_not_removed_under_a_changed_address(self) -> None:
        married = member("bob.king@acme.io", user_id="u1")
        before = applied(ADA, BOB, user_ids={BOB: "u1"})
        people = [member(ADA, ADMIN), married]
        assert refused(KEEP_ADA, *people, before=before, protected=(BOB,)) == [("protected-people", "bob.king@acme.io")]

    def test_who_is_taken_out_of_protected_and_of_the_roster_in_one_change_is_not_removed(self) -> None:
        before = replace(applied(ADA, BOB), protected=(BOB,))
        (violation,) = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), before=before).violations
        assert violation.reason == "was, when the roster was applied last, protected and would be removed"
        assert violation.remedy.startswith("Take them out of 'protected' in a change of its own")


class TestSoleMemberLeaves:
    def test_the_last_member_stays_while_something_is_left(self) -> None:
        left = Ownership({user_id(ADA): (SEARCH,)}, (ORPHAN,))
        violations = verdict(desired({}), member(ADA), ownership=left).violations
        (violation,) = [one for one in violations if one.guard == "sole-member-leaves"]
        assert violation.reason == "would leave the organization without any member"
        assert violation.remedy == (
            "First delete deployment 'search' (d1), deployment 'logs' (d2) and pay every bill and attest it "
            "(bills_attested; elastic-org offboard shows the invoices), or override sole-member-leaves for ada@acme.io with "
            "a reason."
        )

    def test_the_last_member_stays_until_the_bills_are_attested(self) -> None:
        (violation,) = verdict(desired({}), member(ADA)).violations
        assert violation.remedy.startswith(
            "First pay every bill and attest it (bills_attested; elastic-org offboard shows the invoices), or override"
        )

    def test_attested_bills_are_not_enough_while_something_is_left(self) -> None:
        left = Ownership({}, (ORPHAN,))
        (violation,) = verdict(desired({}), member(ADA), ownership=left, bills_attested=True).violations
        assert violation.remedy.startswith("First delete deployment 'logs' (d2), or override")

    def test_the_last_member_may_leave_an_empty_organization(self) -> None:
        assert refused(desired({}), member(ADA), bills_attested=True) == []

    def test_the_last_member_stays_while_nobody_has_looked_what_is_left(self) -> None:
        assert ("sole-member-leaves", ADA) in refused(desired({}), member(ADA), ownership=None, bills_attested=True)

    def test_while_somebody_stays_nothing_of_this_is_asked(self) -> None:
        assert refused(KEEP_ADA, member(ADA, ADMIN), member(BOB)) == []


class TestAllowedDomains:
    def test_an_address_elsewhere_is_not_invited(self) -> None:
        (violation,) = verdict(
            desired({"eve@evil.example": BILLING}), allowed_domains=("acme.io", "acme.de")
        ).violations
        assert str(violation) == (
            "eve@evil.example: is not at an allowed domain (acme.de, acme.io) [allowed-domains]. "
            "Add the domain to allowed_domains, or override allowed-domains for eve@evil.example with a reason."
        )

    def test_a_subdomain_or_a_longer_domain_is_another_domain(self) -> None:
        people = desired({"a@eu.acme.io": BILLING, "b@notacme.io": BILLING})
        assert names(verdict(people, allowed_domains=("acme.io",)).violations) == [
            ("allowed-domains", "a@eu.acme.io"),
            ("allowed-domains", "b@notacme.io"),
        ]

    def test_an_expired_invitation_elsewhere_is_not_sent_again(self) -> None:
        eve = "eve@evil.example"
        assert refused(desired({eve: "no roles"}), lapsed(eve), allowed_domains=("acme.io",)) == [
            ("allowed-domains", eve)
        ]

    @pytest.mark.parametrize("domain", ["acme.io", "@acme.io", "ACME.io"])
    def test_case_and_a_leading_at_do_not_matter(self, domain: str) -> None:
        assert refused(desired({"Ada@Acme.io": ADMIN}), allowed_domains=(domain,)) == []

    def test_members_elsewhere_stay(self) -> None:
        eve = "eve@evil.example"
        assert refused(desired({eve: BILLING}), member(eve), allowed_domains=("acme.io",)) == []

    def test_without_domains_any_address_may_be_invited(self) -> None:
        assert refused(desired({"eve@evil.example": BILLING})) == []


class TestInvalidAddress:
    ODD = "first..last@docomo.example"

    def test_nobody_is_invited_at_what_is_no_address(self) -> None:
        (violation,) = verdict(desired({self.ODD: BILLING})).violations
        assert str(violation) == (
            f"{self.ODD}: is neither a member nor invited, and is not an e-mail address: 'first..last' begins or ends with a dot, "
            f"or holds two in a row [invalid-address]. Write it as name@example.com, or override invalid-address for {self.ODD} "
            "with a reason."
        )

    def test_who_is_a_member_or_invited_keeps_their_address(self) -> None:
        for known in (member(self.ODD), lapsed(self.ODD, BILLING), invitation(self.ODD)):
            assert refused(desired({self.ODD: BILLING}), known) == []
