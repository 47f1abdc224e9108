"""Which deployments and projects a plan gives roles on, and what is said of those that are not there."""

from __future__ import annotations

from dataclasses import replace

from pulumi_elastic_org.model.changes import RevokeKeys, Topic
from pulumi_elastic_org.model.guards import judge
from pulumi_elastic_org.model.plan import plan
from pulumi_elastic_org.model.targets import Target, TargetSearch, given_targets, target_reports, touched_targets
from tests.model.judging import situation
from tests.support.builders import NOW, desired, invitation, lapsed, member, organization

ADA, BOB, CY, DI = (f"{name}@acme.io" for name in ("ada", "bob", "cy", "di"))
LOGS, SOC = Target("deployment", "logs"), Target("security", "soc")


def test_what_is_given_is_asked_for_once_a_person_and_what_is_kept_or_taken_is_not() -> None:
    wanted = desired(
        {
            ADA: "deployment-viewer on logs; deployment-editor on logs; security-viewer on soc; billing-admin",
            BOB: "deployment-viewer on old, logs",
            CY: "deployment-viewer on old, logs",
            DI: "deployment-viewer on old",
        }
    )
    actual = organization(
        member(BOB, "deployment-viewer on old; deployment-editor on gone"),
        invitation(CY, "deployment-viewer on old"),
        lapsed(DI, "deployment-viewer on old"),
        member("eve@acme.io", "deployment-viewer on gone"),
    )
    assert list(given_targets(plan(wanted, actual, NOW))) == [(ADA, LOGS), (ADA, SOC), (BOB, LOGS), (CY, LOGS)]


def test_what_a_plan_gives_or_takes_is_touched() -> None:
    wanted = desired({ADA: "deployment-viewer on a", BOB: "security-viewer on b", CY: "deployment-viewer on c"})
    actual = organization(
        member(BOB, "deployment-viewer on d; billing-admin"),
        invitation(CY, "deployment-viewer on e"),
        member(DI, "deployment-viewer on f"),
        invitation("eve@acme.io", "deployment-viewer on g"),
    )
    touched = touched_targets(plan(wanted, actual, NOW).changes)
    assert sorted(target.id for target in touched) == ["a", "b", "c", "d", "e", "f", "g"]
    assert Target("security", "b") in touched
    assert touched_targets([RevokeKeys(ADA, "u1", ())]) == frozenset()


def test_what_is_not_there_and_what_could_not_be_checked_is_reported() -> None:
    made = plan(desired({ADA: "deployment-viewer on logs, x; security-viewer on soc"}), organization(), NOW)
    found = TargetSearch(frozenset({LOGS}), {SOC: "cannot list"})
    assert [(one.person, one.topic, one.text) for one in target_reports(made, found)] == [
        (ADA, Topic.UNKNOWN_TARGET, "would get a role on deployment logs, which the organization does not have"),
        (
            ADA,
            Topic.UNKNOWN_TARGET,
            "would get a role on security project soc, which could not be checked: cannot list",
        ),
    ]


class TestUnknownTargets:
    WANTED = desired({ADA: "deployment-viewer on logs, x; security-viewer on soc"})
    FOUND = TargetSearch(frozenset({LOGS}), {SOC: "cannot list"})

    def test_a_role_on_what_is_not_there_is_refused_where_the_setting_says_so(self) -> None:
        made = replace(situation(self.WANTED, refuse_unknown_targets=True), targets=self.FOUND)
        first, second = judge(made).violations
        assert str(first) == (
            f"{ADA}: would get a role on deployment logs, which the organization does not have [unknown-targets]. "
            f"Write the id of one that is there, or override unknown-targets for {ADA} with a reason."
        )
        assert second.reason == "would get a role on security project soc, which could not be checked: cannot list"

    def test_without_the_setting_it_is_only_reported(self) -> None:
        assert judge(replace(situation(self.WANTED), targets=self.FOUND)).violations == ()


def test_revoked_keys_touch_no_target() -> None:
    assert touched_targets([RevokeKeys(ADA, "1", ())]) == frozenset()
