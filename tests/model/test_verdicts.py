"""What the guards say together: every violation at once, less whom an override lets past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_elastic_org.model.changes import Topic
from pulumi_elastic_org.model.guard_settings import Override
from pulumi_elastic_org.model.guards import (
    ALL_GUARDS,
    GUARD_NAMES,
    REFUSED_ROLES,
    demotions,
    judge,
    needs_ownership,
)
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner, Ownership
from pulumi_elastic_org.model.people import Applied, Desired, Invitation, Member, Organization
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.verdicts import Violation, Waiver, override_entries, refusal, refused_people, shared
from tests.model.judging import refused, situation, verdict
from tests.support.builders import (
    ADMIN,
    BILLING,
    NOW,
    applied,
    desired,
    invitation,
    member,
    names,
    organization,
    user_id,
)

ADA, BOB, CY = "ada@acme.io", "bob@acme.io", "cy@acme.io"
SEARCH = CloudResource("deployment", "d1", "search", (Owner(BOB, Evidence.TAG),))
SOC = CloudResource("security", "p1", "soc", (Owner(user_id(BOB), Evidence.CREATED_BY),))
ORPHAN = CloudResource("deployment", "d2", "logs")
KEEP_ADA = desired({ADA: ADMIN})
KEEP_BOTH = desired({ADA: ADMIN, BOB: "no roles"})


class TestOverrides:
    LAST = (member(ADA, ADMIN), member(BOB))

    def test_an_override_lets_one_person_past_one_guard_and_keeps_its_reason(self) -> None:
        override = Override(("unmanaged-people",), "left in January")
        made = verdict(KEEP_ADA, *self.LAST, before=Applied(), overrides={"BOB@acme.io": override})
        assert made.violations == ()
        (waiver,) = made.waivers
        assert str(waiver) == (
            "bob@acme.io: is a member but was never part of this roster [unmanaged-people], overridden: left in January"
        )
        assert waiver.to_json() == {
            "guard": "unmanaged-people",
            "person": BOB,
            "reason": "is a member but was never part of this roster",
            "remedy": "Add them to the roster, or confirm the removal: "
            "override unmanaged-people for bob@acme.io with a reason.",
            "override_reason": "left in January",
        }
        assert Waiver.from_json(waiver.to_json()) == waiver

    def test_an_override_holds_until_the_end_of_its_last_day(self) -> None:
        for last_day, refusing in ((NOW.date(), []), (NOW.date() - timedelta(days=1), [("unmanaged-people", BOB)])):
            override = Override(("unmanaged-people",), "left in January", last_day)
            made = verdict(KEEP_ADA, *self.LAST, before=Applied(), overrides={BOB: override})
            assert [(one.guard, one.person) for one in made.violations] == refusing
        assert [str(report) for report in made.reports] == [
            "bob@acme.io: the override of unmanaged-people ended on 2026-03-01: take it out, or give it a later day"
        ]

    def test_an_override_that_lets_nothing_past_is_told(self) -> None:
        overrides = {
            "Bob@acme.io": Override(("unmanaged-people", "self"), "left in January"),
            CY: Override((REFUSED_ROLES,), "asleep"),
            ADA: Override((REFUSED_ROLES, "owns-resources"), "asleep"),
        }
        made = verdict(KEEP_ADA, *self.LAST, before=Applied(), overrides=overrides)
        assert [(report.person, report.text) for report in made.reports] == [
            (
                "Bob@acme.io",
                "the override of self lets nothing past: take it out, unless it is meant for a later change",
            ),
            (
                ADA,
                "the override of owns-resources lets nothing past: take it out, unless it is meant for a later change",
            ),
        ]

    def test_an_override_lets_past_no_other_guard(self) -> None:
        override = Override(("owns-resources",), "handed over")
        assert refused(KEEP_ADA, *self.LAST, before=Applied(), overrides={BOB: override}) == [("unmanaged-people", BOB)]

    def test_an_override_lets_past_no_other_person(self) -> None:
        override = Override(("unmanaged-people",), "left in January")
        assert refused(KEEP_ADA, *self.LAST, member(CY), before=Applied(), overrides={BOB: override}) == [
            ("unmanaged-people", CY)
        ]

    def test_the_number_of_removals_has_no_override(self) -> None:
        override = Override(GUARD_NAMES, "I know what I do")
        assert refused(KEEP_ADA, *self.LAST, max_removals=0, overrides={BOB: override}) == [("max-removals", None)]


def test_every_violation_is_named_at_once() -> None:
    made = verdict(
        desired({"eve@evil.example": ADMIN}),
        member(ADA, ADMIN),
        member(BOB),
        before=Applied(),
        own_user_id=user_id(ADA),
        ownership=Ownership({user_id(BOB): (SEARCH,)}, ()),
        max_removals=1,
        min_admins=1,
        protected=(BOB,),
        allowed_domains=("acme.io",),
    )
    assert names(made.violations) == [
        ("owns-resources", BOB),
        ("last-admin", ADA),
        ("self", ADA),
        ("max-removals", None),
        ("unmanaged-people", ADA),
        ("unmanaged-people", BOB),
        ("protected-people", BOB),
        ("sole-member-leaves", ADA),
        ("sole-member-leaves", BOB),
        ("allowed-domains", "eve@evil.example"),
    ]


@pytest.mark.parametrize(("ownership", "unowned"), [(Ownership({}, (ORPHAN,)), (ORPHAN,)), (None, ())])
def test_a_verdict_names_what_has_no_known_owner_where_that_was_looked_at(
    ownership: Ownership | None, unowned: tuple[CloudResource, ...]
) -> None:
    assert verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=ownership).unowned == unowned


def test_owners_that_are_not_known_are_reported_when_somebody_would_be_removed() -> None:
    misread = CloudResource("deployment", "d7", "team", (Owner("team-search", Evidence.TAG),))
    owned = Ownership({}, (ORPHAN, misread))
    made = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=owned)
    assert [f"{report.person}: {report.text}" for report in made.reports] == [
        "deployment 'team' (d7; owner tag 'team-search': nobody here): whoever is removed may own it: set its owner tag "
        "with `elastic-org tag-owner`",
        "1 without an owner: whoever is removed may own deployment 'logs' (d2); `elastic-org owners` lists all owners",
    ]
    assert {report.topic for report in made.reports} == {Topic.OWNER_UNKNOWN}


def test_a_name_in_a_tag_that_is_nobody_here_is_reported_although_somebody_else_owns_the_resource() -> None:
    half = CloudResource("deployment", "d7", "team", (Owner("gone@acme.io", Evidence.TAG),))
    made = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=Ownership({}, (), (half,)))
    assert [report.person for report in made.reports] == [half.unfound]


def test_many_resources_without_an_owner_are_counted_and_not_all_listed() -> None:
    many = tuple(CloudResource("deployment", f"d{number}", "logs") for number in range(12))
    (report,) = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), ownership=Ownership({}, many)).reports
    assert report.person == "12 without an owner"
    assert "(d9) and 2 more; `elastic-org owners`" in report.text


def test_an_override_counts_for_the_person_under_a_changed_address() -> None:
    before = applied(ADA, BOB, user_ids={BOB: "u1"})
    people = [member(ADA, ADMIN), member("bob.king@acme.io", user_id="u1")]
    owned = Ownership({"u1": (SEARCH,)}, ())
    override = {BOB: Override(("owns-resources",), "handed over")}
    made = verdict(KEEP_ADA, *people, before=before, ownership=owned, overrides=override)
    assert names(made.violations) == []
    assert [waiver.person for waiver in made.waivers] == ["bob.king@acme.io"]


def test_a_guard_may_be_left_out() -> None:
    others = tuple(guard for guard in ALL_GUARDS if guard.name != "unmanaged-people")
    assert judge(situation(KEEP_ADA, member(ADA, ADMIN), member(BOB), before=Applied()), others).violations == ()


def test_a_violation_as_json() -> None:
    (violation,) = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), max_removals=0).violations
    assert violation.to_json() == {
        "guard": "max-removals",
        "person": None,
        "reason": "1 of 2 people would be taken out and max_removals is 0: bob@acme.io",
        "remedy": "Take fewer people out at a time, or raise max_removals to 1.",
    }
    assert Violation.from_json(violation.to_json()) == violation


def test_a_refusal_says_what_was_done_so_far_each_reason_and_the_override_to_paste() -> None:
    made = verdict(KEEP_ADA, member(ADA, ADMIN), member(BOB), before=Applied(), max_removals=0)
    assert refusal(made, "stopped") == (
        "stopped: 2 reasons to refuse\n"
        f"  - {made.violations[0]}\n"
        f"  - {made.violations[1]}\n"
        "To let somebody past, say why; in a roster file:\n"
        "overrides:\n"
        "  bob@acme.io: {guards: [unmanaged-people], reason: ...}"
    )


def refusing(
    *people: str | None, guard: str = "self", remedy: str = "Ask, or override {} for {} with a reason."
) -> list[Violation]:
    return [Violation(guard, person, "is it", remedy.format(guard, person)) for person in people]


def test_people_who_are_refused_for_one_reason_share_it() -> None:
    many = [f"p{number}@acme.io" for number in range(12)]

    both, all_of_them = shared(refusing(ADA, BOB)), shared(refusing(*many))

    assert [str(one) for one in both] == [
        f"{ADA}, {BOB}: is it [self]. Ask, or override self for each of them with a reason."
    ]
    assert str(all_of_them[0]).startswith(f"{', '.join(many[:10])} and 2 more: is it")
    assert shared(refusing(ADA)) == tuple(refusing(ADA))
    assert shared(refusing(None)) == tuple(refusing(None))


def test_overrides_to_paste_are_one_line_a_person_and_yaml() -> None:
    odd = 'o"brien@acme.io'

    entries = override_entries([*refusing(ADA, odd), *refusing(ADA, guard="owns-resources"), *refusing(None)])

    assert entries == (
        "overrides:",
        f"  {ADA}: {{guards: [self, owns-resources], reason: ...}}",
        '  "o\\"brien@acme.io": {guards: [self], reason: ...}',
    )


def test_no_overrides_are_proposed_for_a_crowd_nor_where_none_lets_anybody_past() -> None:
    assert override_entries(refusing(*(f"p{number}@acme.io" for number in range(11)))) == ()
    assert override_entries(refusing(ADA, remedy="Preview again.")) == ()


@pytest.mark.parametrize(
    ("wanted", "people", "ownership", "demotion"),
    [
        (KEEP_ADA, [member(ADA, ADMIN), member(BOB, ADMIN)], True, True),
        (KEEP_ADA, [member(ADA, ADMIN), member(BOB)], True, False),
        (desired({ADA: BILLING}), [member(ADA, ADMIN)], False, True),
        (desired({ADA: "no roles"}), [member(ADA, BILLING)], False, False),
        (KEEP_ADA, [member(ADA, ADMIN), invitation(BOB)], False, False),
        (KEEP_BOTH, [], False, False),
    ],
    ids=[
        "a removal of an administrator",
        "a removal",
        "a demotion",
        "another role",
        "a cancelled invitation",
        "invitations",
    ],
)
def test_what_the_guards_must_be_told_depends_on_the_plan(
    wanted: Desired, people: list[Member | Invitation], ownership: bool, demotion: bool
) -> None:
    made = plan(wanted, organization(*people), NOW)
    assert (needs_ownership(made), bool(demotions(made))) == (ownership, demotion)


def test_people_who_are_refused_are_those_of_each_reason_and_for_the_whole_plan_whoever_loses_something() -> None:
    wanted = desired({ADA: BILLING, "new@acme.io": "no roles"})
    planned = plan(wanted, Organization("acme", (member(ADA, ADMIN), member(BOB)), ()), NOW)

    assert refused_people(planned, refusing("new@acme.io")) == {"new@acme.io"}
    assert refused_people(planned, refusing(None)) == {ADA, BOB}
    assert refused_people(planned, refusing("somebody@else.io")) == {ADA, BOB}
    assert refused_people(plan(wanted, Organization("acme", (), ()), NOW), refusing(None)) == {ADA, "new@acme.io"}
    assert refused_people(planned, []) == frozenset()
