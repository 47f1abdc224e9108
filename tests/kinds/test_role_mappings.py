"""Role mappings from their creation to their end, as an engine drives them."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from elastic_cloud_emulator import Fault, Watcher
from pulumi_elastic_org import kinds
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase
from pulumi_elastic_org.lifecycle.properties import UNKNOWN
from tests.support.provided import Provided
from tests.support.sign_on import (
    ANALYSTS,
    DOMAIN,
    ORGANIZATION,
    OWNERS,
    SignOnStack,
    writes,
)


def additive(stack: SignOnStack, **mappings: str) -> Provided:
    return Provided("RoleMappings", stack, {"mode": "additive", "mappings": mappings})


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
