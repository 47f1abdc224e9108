"""Domain claims, the identity provider, role mappings and settings from their creation to their end, as an engine drives them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator, Fault, Watcher
from elastic_cloud_emulator.model import RoleMapping
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org import kinds
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.properties import UNKNOWN
from pulumi_elastic_org.model.single_sign_on import record_name
from pulumi_elastic_org.review.plan_log import read_plans
from pulumi_elastic_org.variables import DRIFT_REVIEW, PLAN_LOG
from tests.support.certificates import certificate
from tests.support.provided import Provided
from tests.support.sign_on import (
    ANALYSTS,
    BREAK_GLASS,
    DOMAIN,
    DOWN,
    KEY,
    ORGANIZATION,
    OWNER,
    OWNERS,
    PROVIDER,
    UP,
    SignOnStack,
)

WRITES = ("POST", "PUT", "DELETE")


@pytest.fixture(params=["dynamic", "plugin"])
def stack(request: pytest.FixtureRequest) -> Iterator[SignOnStack]:
    """The organization, behind each of the two faces."""
    with Emulator() as emulator:
        stack = SignOnStack(emulator)
        stack.face = request.param
        yield stack


@pytest.fixture
def up(stack: SignOnStack) -> SignOnStack:
    """With everything set up."""
    assert stack.up() is None
    stack.emulator.calls.reset()
    return stack


def writes(stack: SignOnStack) -> list[str]:
    found = [one for one in stack.emulator.calls.all() if one.method in WRITES]
    return [f"{one.method} {one.route.removeprefix('/organizations/{organization_id}')}" for one in found]


def additive(stack: SignOnStack, **mappings: str) -> Provided:
    return Provided("RoleMappings", stack, {"mode": "additive", "mappings": mappings})


def by_hand(stack: SignOnStack, name: str) -> None:
    """Somebody has a mapping that makes nobody an owner."""
    billing = RoleSet(parse_role_assignments({"organization": [{"role_id": "billing-admin"}]}, ORGANIZATION))
    found = stack.cloud.organization(ORGANIZATION).role_mappings
    found[name] = RoleMapping(name, True, "any", [{"group": "x"}], billing)


def test_everything_is_set_up_and_taken_down(stack: SignOnStack) -> None:
    assert stack.up() is None
    assert stack.live == UP
    stack.emulator.calls.reset()
    assert stack.up() is None
    assert writes(stack) == []
    for one in stack.resources:
        one.refresh()
    stack.emulator.calls.reset()
    assert stack.up() is None
    assert writes(stack) == []
    assert stack.down() is None
    assert stack.live == DOWN
    assert stack.watch.violations == []


class TestDomainClaim:
    def test_a_new_claim_tells_what_to_publish_and_does_not_wait(
        self, stack: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack.cloud.txt_records.clear()
        stack.claim.up()
        outputs = stack.claim.outputs
        code = stack.cloud.domain_code(ORGANIZATION, DOMAIN)
        assert (outputs["record"], outputs["verification"], outputs["claimed"]) == (record_name(DOMAIN), code, False)
        said = capsys.readouterr().out
        assert f"publish the TXT record {record_name(DOMAIN)} with the value {code}" in said
        assert "run the same command again" in said

    def test_a_later_update_waits_and_says_how_long(
        self, stack: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack.cloud.txt_records.clear()
        stack.claim.up()
        stack.claim.up()
        assert stack.claim.outputs["claimed"] is False
        assert "retrying in 10 s, for 600 s at most" in capsys.readouterr().out
        stack.cloud.publish_txt_record(record_name(DOMAIN), stack.claim.outputs["verification"])
        stack.claim.up()
        assert stack.claim.outputs["claimed"] is True
        assert stack.live["domains"] == [DOMAIN]

    def test_the_identity_provider_waits_for_the_domains_of_the_program(self, stack: SignOnStack) -> None:
        stack.cloud.txt_records.clear()
        tried: list[str] = []

        def publish(_method: str, path: str) -> None:
            tried.append(path)
            if len([one for one in tried if one.endswith("_verify")]) == 4:
                code = stack.cloud.domain_code(ORGANIZATION, DOMAIN)
                stack.cloud.publish_txt_record(record_name(DOMAIN), code)

        stack.watch.arrived = publish  # type: ignore[assignment,method-assign]
        assert stack.up() is None
        assert stack.live == UP

    def test_the_identity_provider_says_how_to_go_on_when_the_record_is_not_found(self, stack: SignOnStack) -> None:
        stack.cloud.txt_records.clear()
        said = stack.up()
        assert said is not None
        assert f"publish the TXT record {record_name(DOMAIN)} with the value elastic-domain-challenge=" in said
        assert stack.live["provider"] is None
        stack.cloud.publish_txt_record(record_name(DOMAIN), stack.claim.outputs["verification"])
        assert stack.up() is None
        assert stack.live == UP

    def test_a_domain_that_somebody_gave_up_is_claimed_again(self, stack: SignOnStack) -> None:
        stack.claim.up()
        stack.cloud.release_domain(ORGANIZATION, DOMAIN)
        stack.claim.up()
        assert stack.live["domains"] == [DOMAIN]

    def test_what_is_no_domain_and_an_eleventh_are_refused_before_anything_is_done(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match=r"not a domain such as acme\.example") as refused:
            stack.claim.up(domain="https://acme.example", wait="soon")
        assert "wait: must be a number" in str(refused.value)
        stack.cloud.organization(ORGANIZATION).domains += [f"{number}.example" for number in range(10)]
        with pytest.raises(Refused, match="at most 10 domains"):
            stack.claim.up()
        assert writes(stack) == []


class TestIdentityProvider:
    def test_it_needs_a_claimed_domain(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match="declare a DomainClaim"):
            stack.provider.up()

    def test_what_the_other_side_needs_are_outputs(self, up: SignOnStack) -> None:
        outputs = up.provider.outputs
        assert outputs["acs"] in outputs["metadata"]
        assert all(outputs[name] for name in ("sso_login_url", "sp_entity_id", "login_identifier", "metadata_url"))

    def test_what_was_changed_by_hand_is_changed_back(self, up: SignOnStack) -> None:
        up.cloud.identity_provider(ORGANIZATION).sso_url = "https://elsewhere.example"
        assert up.up() is None
        assert up.cloud.identity_provider(ORGANIZATION).sso_url == PROVIDER["sso_url"]

    def test_while_it_is_enforced_it_is_neither_disabled_nor_removed(self, up: SignOnStack) -> None:
        with pytest.raises(Refused, match="single sign-on is enforced"):
            up.provider.up(enabled=False)
        with pytest.raises(Refused, match="it is not removed"):
            up.provider.delete()
        assert up.live == UP
        assert writes(up) == []

    def test_it_is_not_enabled_beside_mappings_of_which_none_makes_owners(self, stack: SignOnStack) -> None:
        stack.claim.up()
        by_hand(stack, "soc")
        with pytest.raises(Refused, match=r"\(soc\), so whoever signs on could lose it \[owner-mapping\]") as refused:
            stack.provider.up()
        assert "ownerMappingFollows: true" in str(refused.value)
        stack.provider.up(enabled=False)
        with pytest.raises(Refused, match="owner-mapping"):
            stack.provider.up()
        assert stack.live["provider"] is False
        assert stack.watch.violations == []

    def test_what_somebody_adds_after_the_plan_is_looked_at_before_it_is_enabled(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider):
            one.up(**({"enabled": False} if one is stack.provider else {}))
        with stack.phase():
            act = stack.provider.planned_within_a_phase()
            by_hand(stack, "soc")
            with pytest.raises(Refused, match="owner-mapping"):
                act()
        assert stack.live["provider"] is False

    def test_it_is_enabled_where_the_program_adds_a_mapping_that_makes_owners(self, stack: SignOnStack) -> None:
        stack.claim.up()
        by_hand(stack, "soc")
        with stack.phase():
            acts = [
                stack.provider.planned_within_a_phase(owner_mapping_follows=True),
                stack.mappings.planned_within_a_phase(),
            ]
            for act in acts:
                act()
        assert stack.live["mappings"] == ["owners"]

    def test_a_mapping_that_makes_owners_is_there_or_was_compared_before(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        stack.provider.up(enabled=False)
        stack.provider.up()
        stack.provider.up(enabled=False)
        by_hand(stack, "owners")
        with stack.phase():  # the mapping is changed, which asks for no enabled provider
            change = stack.mappings.planned_within_a_phase()
            act = stack.provider.planned_within_a_phase()
            change()
            act()
        assert stack.live["provider"] is True
        assert stack.watch.violations == []

    def test_a_certificate_that_has_ended_is_refused_and_one_that_ends_soon_is_told(
        self, stack: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        stack.claim.up()
        with pytest.raises(Refused, match="expired on"):
            stack.provider.up(certificates=[certificate(ends=timedelta(days=-1))])
        stack.provider.up(certificates=[certificate(ends=timedelta(days=9)), certificate()])
        assert "expires on" in capsys.readouterr().out
        assert stack.live["provider"] is True

    def test_every_mistake_is_named_at_once(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused) as refused:
            stack.provider.up(sso_url="http://x", login_identifier_prefix="A", certificates=["x", certificate()])
        said = str(refused.value).replace("_", "").casefold()  # each face names properties as its programs do
        assert all(text in said for text in ("ssourl:", "loginidentifierprefix:", "certificates, 1:"))


class TestRoleMappings:
    def test_they_are_changed_deleted_and_added_in_an_order_that_keeps_an_owner(self, up: SignOnStack) -> None:
        up.mappings.up(mappings={"soc": ANALYSTS, "owners": "group owners => organization-admin"})
        assert up.live["mappings"] == ["owners", "soc"]
        up.mappings.up(mappings={"new": OWNERS})
        assert up.live["mappings"] == ["new"]
        assert up.watch.violations == []
        assert writes(up)[-3:] == ["POST /role_mappings", *["DELETE /role_mappings/{role_names}"] * 2]

    def test_none_is_added_while_the_declared_identity_provider_is_disabled(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        with stack.phase():
            stack.provider.planned_within_a_phase(enabled=False)
            with pytest.raises(Refused, match="need an enabled identity provider: enable the one that is declared"):
                stack.mappings.planned_within_a_phase(mappings={"owners": OWNERS, "soc": ANALYSTS})

    def test_additive_ones_leave_others_alone(self, up: SignOnStack) -> None:
        up.mappings.up(mode="additive", mappings={"soc": ANALYSTS, "owners": OWNERS})
        found = up.cloud.organization(ORGANIZATION).role_mappings
        found["by hand"] = type(found["soc"])("by hand", True, "any", [{"group": "x"}], found["soc"].roles)
        up.mappings.up(mode="additive", mappings={"owners": OWNERS})
        assert up.live["mappings"] == ["by hand", "owners"]

    def test_several_additive_ones_count_with_each_other(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider):
            one.up()
        owners, analysts = additive(stack, owners=OWNERS), additive(stack, soc=ANALYSTS)
        with stack.phase():
            acts = [one.planned_within_a_phase() for one in (owners, analysts)]
            for act in acts:
                act()
        assert stack.live["mappings"] == ["owners", "soc"]
        with stack.phase():  # the owners change hands in one update
            acts = [
                analysts.planned_within_a_phase(mappings={"soc": ANALYSTS, "admins": OWNERS}),
                owners.planned_within_a_phase(mappings={"viewers": "group x => billing-admin"}),
            ]
            for act in acts:
                act()
        assert stack.live["mappings"] == ["admins", "soc", "viewers"]
        assert stack.watch.violations == []

    def test_what_two_of_them_take_away_together_is_refused_when_it_is_planned(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider):
            one.up()
        first, second = additive(stack, first=OWNERS), additive(stack, second=OWNERS)
        for one in (first, second):
            one.up()
        with stack.phase():
            first.planned_within_a_phase(mappings={"soc": ANALYSTS})
            with pytest.raises(Refused, match="owner-mapping"):
                second.planned_within_a_phase(mappings={"more": ANALYSTS})

    def test_two_that_go_at_the_same_time_do_not_both_rest_on_the_other_one(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider):
            one.up()
        first, second = additive(stack, first=OWNERS), additive(stack, second=OWNERS)
        for one in (first, second, additive(stack, soc=ANALYSTS)):
            one.up()
        both_have_looked = threading.Barrier(2)

        class Deletes(Watcher):
            def arrived(self, method: str, path: str) -> None:
                if method == "DELETE" and "role_mappings" in path:
                    with suppress(threading.BrokenBarrierError):  # where one waits for the other
                        both_have_looked.wait(0.5)

        stack.emulator.watchers.append(Deletes())
        with stack.phase(), ThreadPoolExecutor(2) as pool:
            for deleted in [pool.submit(one.delete_within_a_phase) for one in (first, second)]:
                deleted.result()
        assert stack.watch.violations == []

    def test_what_another_one_of_the_program_contradicts_is_refused(self, up: SignOnStack) -> None:
        with up.phase():
            up.mappings.planned_within_a_phase()
            with pytest.raises(Refused, match="an authoritative RoleMappings deletes the mappings of every other one"):
                additive(up, soc=ANALYSTS).planned_within_a_phase()
        with up.phase():
            additive(up, soc=ANALYSTS).planned_within_a_phase()
            with pytest.raises(Refused, match="mappings, soc: is in another RoleMappings of the program too"):
                additive(up, soc=OWNERS).planned_within_a_phase()
        assert writes(up) == []

    def test_the_last_mapping_that_gives_owner_stays(self, up: SignOnStack) -> None:
        with pytest.raises(Refused, match="owner-mapping"):
            up.mappings.up(mappings={"soc": ANALYSTS})
        with pytest.raises(Refused, match="owner-mapping"):
            up.mappings.up(mappings={"owners": f"disabled: {OWNERS}"})
        assert writes(up) == []

    def test_the_first_mapping_gives_owner_and_needs_an_identity_provider(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match="need an enabled identity provider"):
            stack.mappings.up()
        with pytest.raises(Refused, match="owner-mapping"):
            stack.mappings.up(mappings={"soc": ANALYSTS})
        assert writes(stack) == []

    def test_no_way_to_be_an_owner_is_taken_before_another_one_is_seen(self, stack: SignOnStack) -> None:
        """Elastic Cloud answers that it has added the other one, and has not."""
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        stack.emulator.calls.reset()
        with stack.phase():
            act = stack.mappings.planned_within_a_phase(mode="additive", mappings={"owners": ANALYSTS, "more": OWNERS})
            stack.emulator.faults.add(Fault(kind="ignored", method="POST", path="role_mappings"))
            with pytest.raises(Failed, match="does not show another enabled role mapping"):
                act()
        assert writes(stack) == ["POST /role_mappings"]
        stack.mappings.up(mode="additive", mappings={"owners": ANALYSTS, "more": OWNERS})
        assert stack.live["mappings"] == ["more", "owners"]

    def test_the_first_way_to_be_an_owner_is_seen_before_another_mapping_is_added(self, stack: SignOnStack) -> None:
        """Whoever signs on while there are only others gets the roles of those, and is no owner any more."""
        for one in (stack.claim, stack.provider):
            one.up()
        stack.emulator.calls.reset()
        with stack.phase():
            act = stack.mappings.planned_within_a_phase(mappings={"owners": OWNERS, "more": ANALYSTS})
            stack.emulator.faults.add(Fault(kind="ignored", method="POST", path="role_mappings"))
            with pytest.raises(Failed, match="does not show another enabled role mapping"):
                act()
        assert writes(stack) == ["POST /role_mappings"]
        assert stack.live["mappings"] == []

    def test_a_mapping_with_a_comma_is_not_deleted_and_not_declared(self, up: SignOnStack) -> None:
        found = up.cloud.organization(ORGANIZATION).role_mappings
        found["a,owners"] = type(found["owners"])("a,owners", True, "any", [{"group": "x"}], found["owners"].roles)
        with pytest.raises(Refused, match="deletable-names"):
            up.mappings.up()
        with pytest.raises(Refused, match="another list of names"):
            up.mappings.up(mappings={"owners": OWNERS, "b,c": OWNERS})
        assert writes(up) == []

    def test_what_somebody_changes_at_the_same_time_is_planned_anew(self, up: SignOnStack) -> None:
        code = "org.domain_claim.concurrent_organization_modification"
        up.emulator.faults.add(Fault(kind="refused", method="POST", path="role_mappings", status=409, code=code))
        up.mappings.up(mappings={"owners": OWNERS, "soc": ANALYSTS})
        assert up.live["mappings"] == ["owners", "soc"]
        assert up.mappings.outputs["applied"] == ["owners", "soc"]

    def test_what_was_done_before_a_failure_is_known(self, up: SignOnStack) -> None:
        up.emulator.faults.add(Fault(kind="refused", method="POST", path="role_mappings", body="second", times=None))
        with pytest.raises(Failed, match="second"):
            up.mappings.up(mode="additive", mappings={"owners": OWNERS, "first": ANALYSTS, "second": ANALYSTS})
        assert up.mappings.outputs["applied"] == ["first", "owners"]
        up.mappings.up(mode="additive", mappings={"owners": OWNERS})
        assert up.live["mappings"] == ["owners"]

    def test_the_plan_says_whom_it_touches_and_what_becomes_of_roles(
        self, up: SignOnStack, capsys: pytest.CaptureFixture[str]
    ) -> None:
        up.mappings.up(mappings={"owners": OWNERS, "all": f"email *@{DOMAIN} => billing-admin"})
        said = capsys.readouterr().out
        assert f"+ all: email *@{DOMAIN} => billing-admin" in said
        assert f"all: for ada@{DOMAIN} at the next single sign-on; roles given by hand are overwritten then" in said

    def test_a_refresh_shows_what_was_changed_by_hand_and_leaves_out_what_is_not_understood(
        self, up: SignOnStack
    ) -> None:
        found = up.cloud.organization(ORGANIZATION).role_mappings
        found["soc"] = replace(found["owners"], name="soc")
        newer = {"mappings": {"rule": {"none": [{"group": "x"}]}}}
        up.mappings.refresh()
        assert up.mappings.outputs["mappings"] == {"owners": OWNERS, "soc": OWNERS}
        up.emulator.faults.add(Fault(kind="amended", path="role_mappings", amendment=newer, takes_effect=True))
        up.mappings.refresh()
        assert up.mappings.outputs["mappings"] == {}
        assert up.mappings.outputs["applied"] == ["owners"]
        assert up.up() is None
        assert up.live["mappings"] == ["owners"]

    def test_a_map_that_is_not_known_at_all_is_refused_in_words(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match="with outputs inside a mapping's roles"):
            stack.mappings.up(mappings=UNKNOWN)

    def test_they_stay_while_the_program_keeps_the_identity_provider(self, up: SignOnStack) -> None:
        up.settings_of.delete()
        with up.phase():
            up.provider.up_within_a_phase()
            with pytest.raises(Refused, match="keeps its identity provider"):
                up.mappings.delete_within_a_phase()
        assert up.live["mappings"] == ["owners"]

    def test_while_it_is_enforced_they_stay(self, up: SignOnStack) -> None:
        with pytest.raises(Refused, match="single sign-on is enforced"):
            up.mappings.delete()
        assert writes(up) == []

    def test_while_it_is_enforced_a_look_ahead_keeps_them(self, up: SignOnStack) -> None:
        asked = [("RoleMappings", up.mappings), ("IdentityProvider", up.provider), ("DomainClaim", up.claim)]
        phase = Phase(up.settings)
        told = [str(kinds.serve(kind, phase).refused_delete(one.outputs)) for kind, one in asked]
        assert "nobody could come in as an owner" in told[0]
        assert "[enforced-provider]" in told[1]
        phase = Phase(up.settings)
        asked.insert(0, ("OrganizationSettings", up.settings_of))
        assert [kinds.serve(kind, phase).refused_delete(one.outputs) for kind, one in asked] == [None] * 4
        alone = kinds.serve("DomainClaim", Phase(up.settings)).refused_delete(up.claim.outputs)
        assert "Elastic Cloud keeps it while there is an identity provider" in str(alone)

    def test_every_change_is_in_the_audit_trail(
        self, up: SignOnStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        trail = tmp_path / "audit.jsonl"
        monkeypatch.setenv("ELASTIC_ORG_AUDIT_LOG", str(trail))
        up.mappings.up(mappings={"owners": OWNERS, "soc": ANALYSTS})
        up.down()
        entries = [json.loads(line) for line in trail.read_text().splitlines()]
        assert [f"{one['change']} {one['subject']}" for one in entries] == [
            "add role mapping soc",
            "take enforcement off single sign-on",
            "disable identity provider https://idp.acme.example",
            "delete role mapping soc",
            "delete role mapping owners",
            "remove identity provider https://idp.acme.example",
            f"give up domain {DOMAIN}",
        ]
        assert entries[0]["roles"] == "security-t1-analyst on all"


class TestOrganizationSettings:
    def test_what_is_not_declared_is_sent_back(self, stack: SignOnStack) -> None:
        found = stack.cloud.organization(ORGANIZATION)
        found.settings |= {"operational_contacts": ["ops@acme.example"], "default_disk_usage_alerts_enabled": True}
        settings = {**stack.settings_of.settings}
        stack.settings_of.settings = {"name": "Acme Inc", "billing_contacts": ["pay@acme.example"]}
        stack.settings_of.up()
        assert (found.name, found.settings) == (
            "Acme Inc",
            {
                "operational_contacts": ["ops@acme.example"],
                "default_disk_usage_alerts_enabled": True,
                "billing_contacts": ["pay@acme.example"],
            },
        )
        stack.settings_of.settings = settings

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"break_glass_key": None}, "no break-glass key is named"),
            ({"break_glass_key": "unknown-key"}, "was not seen to work"),
            ({"break_glass_key": "key-of-bob"}, "not one of an owner"),
            ({"break_glass_key": "short"}, "in less than 30 days"),
            ({"break_glass_key": "two words"}, "was not seen to work: it contains a space"),
        ],
    )
    def test_it_is_not_enforced_without_a_way_back(self, stack: SignOnStack, change: dict[str, Any], said: str) -> None:
        stack.cloud.add_member(ORGANIZATION, f"bob@{DOMAIN}", key="key-of-bob")
        soon = stack.emulator.clock.now() + timedelta(days=29)
        stack.cloud.add_key(f"ada@{DOMAIN}", "short", organization=ORGANIZATION, expires_at=soon)
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        stack.settings_of.settings = {**stack.settings_of.settings, **change}
        with pytest.raises(Refused, match=said) as refused:
            stack.settings_of.up()
        assert f"{change['break_glass_key']}" not in str(refused.value)
        assert "enforce_authentication_method" not in stack.live["settings"]

    def test_it_is_not_enforced_where_nobody_would_come_in(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused) as refused:
            stack.settings_of.up()
        assert all(text in str(refused.value) for text in ("no enabled identity provider", "no enabled role mapping"))

    def test_a_key_that_does_not_take_enforcement_off_is_refused_right_before(self, stack: SignOnStack) -> None:
        """A preview only looks; what an owner alone may do is tried when it counts."""
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        with stack.phase():
            act = stack.settings_of.planned_within_a_phase()
            stack.emulator.faults.add(Fault(kind="forbidden", method="PUT", body="null"))
            with pytest.raises(Refused, match="not one of an owner"):
                act()
        assert "enforce_authentication_method" not in stack.live["settings"]

    def test_what_was_there_at_the_plan_is_looked_at_again(self, stack: SignOnStack) -> None:
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        with stack.phase():
            act = stack.settings_of.planned_within_a_phase()
            stack.cloud.identity_provider(ORGANIZATION).enabled = False
            with pytest.raises(Refused, match="no enabled identity provider"):
                act()
        assert "enforce_authentication_method" not in stack.live["settings"]

    def test_another_key_is_tried_before_it_counts_as_the_way_back(self, up: SignOnStack) -> None:
        with pytest.raises(Refused, match="was not seen to work"):
            up.settings_of.up(break_glass_key="unknown")
        up.settings_of.up(break_glass_key=KEY)
        assert up.settings_of.outputs["break_glass_key_ends"] == ""

    def test_the_key_is_not_in_the_outputs_and_its_end_is_told_in_time(
        self, up: SignOnStack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert BREAK_GLASS not in json.dumps(up.settings_of.outputs)
        later = up.emulator.clock.now() + timedelta(days=61)
        monkeypatch.setattr("pulumi_elastic_org.kinds.organization_settings.now", lambda: later)
        up.settings_of.up()
        assert "The break-glass key ends on" in capsys.readouterr().out

    def test_enforcement_goes_with_the_line_that_brought_it_and_alone_in_its_call(self, up: SignOnStack) -> None:
        up.settings_of.settings = {"billing_contacts": ["pay@acme.example", "more@acme.example"]}
        up.settings_of.up()
        assert up.live["settings"] == {"billing_contacts": ["pay@acme.example", "more@acme.example"]}
        assert writes(up) == ["PUT ", "PUT "]

    def test_enforcement_by_hand_is_left_alone_where_the_program_says_nothing(self, stack: SignOnStack) -> None:
        stack.settings_of.settings = {"billing_contacts": ["pay@acme.example"]}
        for one in (stack.claim, stack.provider, stack.mappings, stack.settings_of):
            one.up()
        stack.cloud.organization(ORGANIZATION).settings["enforce_authentication_method"] = "sso"
        stack.settings_of.up(billing_contacts=[])
        assert stack.live["settings"] == {"billing_contacts": [], "enforce_authentication_method": "sso"}

    def test_mistakes_are_named_before_anything_is_done(self, stack: SignOnStack) -> None:
        with pytest.raises(Refused, match="'sso' or 'none'"):
            stack.settings_of.up(enforce_authentication_method="password")
        with pytest.raises(Refused, match="2 to 30 characters"):
            stack.settings_of.up(name="A")


def test_another_organization_s_resources_are_refused(up: SignOnStack) -> None:
    up.cloud.add_organization("globex", id="42")
    up.cloud.add_member("42", f"ada@{DOMAIN}", OWNER)
    for one in up.resources:
        with pytest.raises((Refused, Failed), match="belongs to organization 42"):
            one.up(organization_id="42")


def test_a_drift_review_finds_what_was_changed_by_hand_and_what_would_be_refused(
    up: SignOnStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "plans.jsonl"
    monkeypatch.setenv(PLAN_LOG, str(log))
    monkeypatch.setenv(DRIFT_REVIEW, str(log))

    def found() -> list[str]:
        log.unlink(missing_ok=True)
        with up.phase():
            for one in up.resources:
                one.planned_within_a_phase()
        return [f"{one.person}: {one.detail}" for judged in read_plans(log) for one in judged.findings]

    assert found() == []
    organization = up.cloud.organization(ORGANIZATION)
    organization.domains.clear()
    organization.settings["billing_contacts"] = []
    organization.role_mappings["by hand"] = replace(organization.role_mappings["owners"], name="by hand")
    up.cloud.identity_provider(ORGANIZATION).sso_url = "https://elsewhere.example"
    assert found() == [
        "domain acme.example: is not claimed",
        "identity provider, sso_url: is another one: https://elsewhere.example, where the code says https://idp.acme.example/sso",
        "role mapping by hand: is 'group platform => organization-admin', and the code does not have it",
        "setting billing_contacts: is none, and the code says pay@acme.example",
    ]
    organization.role_mappings["a,b"] = replace(organization.role_mappings.pop("by hand"), name="a,b")
    assert any("deletable-names" in one for one in found())
    assert writes(up) == []
