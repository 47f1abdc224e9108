"""An organization's settings and the enforcement of single sign-on, as an engine drives them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from elastic_cloud_emulator import Fault
from pulumi_elastic_org.lifecycle.interface import Refused
from pulumi_elastic_org.lifecycle.phase import Settings
from tests.support.sign_on import (
    BREAK_GLASS,
    DOMAIN,
    KEY,
    ORGANIZATION,
    SignOnStack,
    writes,
)


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
        up.cloud.remove_key(up.cloud.keys[BREAK_GLASS])
        up.settings_of.up(break_glass_key=KEY)
        assert up.settings_of.outputs["break_glass_key_ends"] == ""

    def test_it_is_not_enforced_where_no_answer_tells_when_the_break_glass_key_ends(self, stack: SignOnStack) -> None:
        """Another key that never expires is listed: it says nothing of this one."""
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        stack.emulator.switches.hide_key_expiration = True
        with pytest.raises(Refused, match="when the break-glass key expires could not be found out"):
            stack.settings_of.up()
        assert "enforce_authentication_method" not in stack.live["settings"]

    def test_a_break_glass_key_without_end_is_known_as_such_where_the_run_s_key_is_told_its_own(
        self, stack: SignOnStack
    ) -> None:
        for one in (stack.claim, stack.provider, stack.mappings):
            one.up()
        with pytest.raises(Refused, match="when the break-glass key expires could not be found out"):
            stack.settings_of.up(break_glass_key=KEY)
        ends = stack.emulator.clock.now() + timedelta(days=9)
        stack.cloud.add_key(f"ada@{DOMAIN}", "of-the-run", organization=ORGANIZATION, expires_at=ends)
        endpoint = stack.emulator.endpoint
        stack.settings = lambda: Settings("of-the-run", endpoint, ORGANIZATION)  # type: ignore[method-assign]
        stack.settings_of.up(break_glass_key=KEY)
        assert stack.settings_of.outputs["break_glass_key_ends"] == ""

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
