"""An API key from its creation over its rotations to its end, as an engine drives it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator, Fault
from elastic_cloud_emulator.model import ApiKey as LiveKey
from elastic_cloud_emulator.roles import RoleSet, parse_role_assignments
from pulumi_elastic_org import kinds
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.keys import Concern, fingerprint
from pulumi_elastic_org.review.plan_log import read_plans
from pulumi_elastic_org.variables import DRIFT_REVIEW, PLAN_LOG
from tests.support.acme import ADMIN_KEY
from tests.support.provided import FACES, Cloud, Provided, emulated

RESOURCE = "acme/prod/ci"
OWNER, BILLING = "organization-admin", "billing-admin"
KEYS = "/users/auth/keys"


class Keys(Cloud):
    """The organization, on a day 80 days ago that only moves when a test moves it."""

    needed: dict[str, str]
    user: str | None = None

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator)
        self.needed = {}

    def settings(self) -> Settings:
        return Settings(self.key, self.emulator.endpoint, self.id, api_key_user=self.user, needed=self.needed)

    def api_key(self, resource: str = RESOURCE, **inputs: Any) -> Provided:
        given = {"description": "pipeline", "roles": BILLING, "rotate_before": "14d", "overlap": "2d", **inputs}
        made = Provided("ApiKey", self, {"resource": resource, **given})
        project, stack, name = resource.split("/")
        made.urn = f"urn:pulumi:{stack}::{project}::elastic-org:index:ApiKey::{name}"  # what a plugin is told
        return made

    def live(self) -> dict[str, LiveKey]:
        """The keys that were created by a resource, by id."""
        return {key.id: key for key in self.cloud.keys.values() if key.secret != ADMIN_KEY}

    def by_hand(self, description: str, **more: Any) -> LiveKey:
        """A key that somebody created in the console."""
        roles = RoleSet(parse_role_assignments({"organization": [{"role_id": BILLING, "organization_id": self.id}]}))
        return self.cloud.add_key(
            "root@acme.example", organization=self.id, description=description, **{"roles": roles, **more}
        )

    def later(self, days: float) -> None:
        self.emulator.clock.advance(timedelta(days=days))

    def calls(self) -> list[str]:
        """What was asked since this was called last."""
        found = [f"{call.method} {call.route}" for call in self.emulator.calls.all()]
        self.emulator.calls.reset()
        return found

    def works(self, secret: str) -> bool:
        return secret in self.cloud.keys


@pytest.fixture(params=FACES)
def acme(request: pytest.FixtureRequest) -> Iterator[Keys]:
    """The organization 80 days ago, behind each of the two faces."""
    yield from emulated(Keys, request.param, datetime.now(timezone.utc) - timedelta(days=80))


def test_a_key_is_created_with_what_was_declared_and_works(acme: Keys) -> None:
    ci = acme.api_key(roles=OWNER)
    ci.up()

    (live,) = acme.live().values()
    assert live.description.startswith("pipeline [elastic-org acme/prod/ci ")
    assert (live.secret, live.id) == (ci.outputs["key"], ci.outputs["key_id"])
    assert Session(acme.emulator.endpoint, ci.outputs["key"]).call("GET", "organizations", action="look")
    assert live.expires_at is not None
    assert ci.outputs["expires_at"][:19] == live.expires_at.isoformat()[:19]
    assert live.expires_at - live.created_at == timedelta(days=90)


def test_without_changes_a_preview_makes_one_call_however_many_keys_are_declared(acme: Keys) -> None:
    keys = [acme.api_key(f"acme/prod/{number}", rotate_before="1d") for number in range(3)]
    for one in keys:
        one.up()
    acme.calls()
    with acme.phase():
        for one in keys:
            one.planned_within_a_phase()
    assert acme.calls() == ["GET /users/auth/keys"]


def test_a_preview_says_what_an_update_would_do_and_shows_no_secret(
    acme: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    ci = acme.api_key()
    with acme.phase():
        act = ci.planned_within_a_phase()
        assert acme.live() == {}
        assert capsys.readouterr().out == (
            "API key 'pipeline'\n  + creates a key with billing-admin: there is none yet\n"
        )
        act()
    said = capsys.readouterr().out
    assert f"created {ci.outputs['key_id']}" in said
    assert ci.outputs["key"] not in said


class TestRotation:
    def test_the_next_key_is_created_in_time_and_the_old_one_works_for_the_overlap(self, acme: Keys) -> None:
        ci = acme.api_key()
        ci.up()
        old = ci.outputs["key"]
        acme.later(78)
        ci.up()
        new = ci.outputs["key"]
        assert new != old
        assert (acme.works(old), acme.works(new)) == (True, True)
        assert len(acme.live()) == 2

    def test_once_the_overlap_is_over_the_old_one_is_deleted(self, acme: Keys) -> None:
        ci = acme.api_key(overlap="1h")
        ci.up()
        old = ci.outputs["key"]
        acme.later(77)
        ci.up()
        ci.up()
        assert (acme.works(old), len(acme.live())) == (False, 1)
        acme.calls()
        ci.up()
        assert acme.calls() == ["GET /users/auth/keys"]

    @pytest.mark.parametrize("change", [{"roles": OWNER}, {"description": "deployer"}, {"expiration": "60d"}])
    def test_what_cannot_be_changed_is_another_key(self, acme: Keys, change: dict[str, str]) -> None:
        ci = acme.api_key(rotate_before="1d")
        ci.up()
        old = ci.outputs["key_id"]
        ci.up(**change)
        assert old != ci.outputs["key_id"]
        assert acme.live().keys() == {old, ci.outputs["key_id"]}

    def test_when_a_key_is_rotated_is_changed_without_another_key(self, acme: Keys) -> None:
        ci = acme.api_key(rotate_before="1d")
        ci.up()
        ci.up(overlap="5d", rotate_before="2d")
        assert (len(acme.live()), ci.outputs["overlap"]) == (1, "5d")

    def test_a_key_that_somebody_deleted_is_created_anew_also_after_a_refresh(self, acme: Keys) -> None:
        ci = acme.api_key()
        for refreshed in (False, True):
            ci.up()
            acme.cloud.remove_key(acme.live()[ci.outputs["key_id"]])
            if refreshed:
                ci.refresh()
                assert ci.outputs == {}
            ci.up()
            assert acme.works(ci.outputs["key"])
            assert len(acme.live()) == 1
            ci.delete()

    def test_a_superseded_key_that_makes_the_calls_is_kept(
        self, acme: Keys, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ci = acme.api_key(roles=OWNER, overlap="1h")
        ci.up()
        acme.key = old = ci.outputs["key"]
        acme.later(77)
        ci.up()
        ci.up()
        assert acme.works(old)
        assert "is the key that would delete it [key-in-use]" in capsys.readouterr().out
        acme.key = ci.outputs["key"]
        ci.up()
        assert not acme.works(old)


class TestKilled:
    """A run that is killed at a call: whatever became of the call, the answer is lost, and with it the state."""

    @pytest.mark.parametrize("takes_effect", [True, False])
    def test_while_a_key_is_created_leaves_nothing_that_the_next_runs_do_not_clear_away(
        self, acme: Keys, takes_effect: bool
    ) -> None:
        ci = acme.api_key(overlap="1h")
        acme.later(80)
        acme.emulator.faults.add(Fault(kind="connection_dropped", method="POST", path=KEYS, takes_effect=takes_effect))
        with pytest.raises(Failed):
            ci.up()
        assert len(acme.live()) == takes_effect
        ci.up()
        assert acme.works(ci.outputs["key"])
        acme.live()[ci.outputs["key_id"]].created_at -= timedelta(hours=2)
        ci.up()
        assert acme.live().keys() == {ci.outputs["key_id"]}

    @pytest.mark.parametrize("takes_effect", [True, False])
    def test_while_a_key_is_rotated_leaves_the_old_one_in_state_working(self, acme: Keys, takes_effect: bool) -> None:
        ci = acme.api_key(overlap="1h")
        ci.up()
        old = ci.outputs["key"]
        acme.later(77)
        acme.emulator.faults.add(Fault(kind="connection_dropped", method="POST", path=KEYS, takes_effect=takes_effect))
        with pytest.raises(Failed):
            ci.up()
        assert ci.outputs["key"] == old
        assert acme.works(old)
        ci.up()
        assert (acme.works(old), acme.works(ci.outputs["key"])) == (True, True)
        ci.up()
        assert acme.live().keys() == {ci.outputs["key_id"]}

    @pytest.mark.parametrize("takes_effect", [True, False])
    def test_while_old_keys_are_deleted_leaves_the_current_one_working(self, acme: Keys, takes_effect: bool) -> None:
        ci = acme.api_key(overlap="1h")
        ci.up()
        acme.later(77)
        ci.up()
        acme.emulator.faults.add(Fault(kind="forbidden", method="DELETE", path=KEYS, takes_effect=takes_effect))
        with pytest.raises(Failed):
            ci.up()
        assert acme.works(ci.outputs["key"])
        ci.up()
        assert acme.live().keys() == {ci.outputs["key_id"]}


class TestAnsweredWithoutEffect:
    """Elastic Cloud answers that something was done, and did not do it."""

    def test_a_key_that_is_not_there_takes_nobody_s_place(self, acme: Keys) -> None:
        ci = acme.api_key()
        ci.up()
        kept = ci.outputs["key"]
        acme.later(77)
        acme.emulator.faults.add(Fault(kind="ignored", method="POST", path=KEYS))
        with pytest.raises(Failed, match="does not show the API key"):
            ci.up()
        assert ci.outputs["key"] == kept
        assert acme.works(kept)
        ci.up()
        assert acme.works(ci.outputs["key"])

    def test_a_key_that_is_still_there_keeps_its_resource(self, acme: Keys) -> None:
        ci = acme.api_key()
        ci.up()
        acme.emulator.faults.add(Fault(kind="ignored", method="DELETE", path=KEYS))
        with pytest.raises(Failed, match="does not show that the keys are deleted"):
            ci.delete()
        ci.delete()
        assert acme.live() == {}


class TestDeleting:
    def test_with_the_resource_go_its_keys_those_a_killed_run_left_behind_included(self, acme: Keys) -> None:
        ci = acme.api_key()
        ci.up()
        acme.later(77)
        acme.emulator.faults.add(Fault(kind="connection_dropped", method="POST", path=KEYS, takes_effect=True))
        with pytest.raises(Failed):
            ci.up()
        assert len(acme.live()) == 2
        ci.delete()
        assert acme.live() == {}

    def test_keys_of_others_stay(self, acme: Keys) -> None:
        by_hand, other = acme.by_hand("pipeline"), acme.api_key("acme/prod/other")
        other.up()
        ci = acme.api_key()
        ci.up()
        ci.delete()
        assert acme.live().keys() == {by_hand.id, other.outputs["key_id"]}

    def test_the_key_that_makes_the_calls_is_not_deleted_unless_somebody_says_why(self, acme: Keys) -> None:
        ci = acme.api_key(roles=OWNER)
        ci.up()
        acme.key = ci.outputs["key"]
        with pytest.raises(Refused, match="key-in-use"):
            ci.delete()
        # The plugin's provider is configured with that key; the dynamic one's is told of no configuration here.
        ci.up(overrides=dict.fromkeys(("key-in-use", "stack-needs-key"), "the organization is closed"))
        ci.delete()
        assert acme.live() == {}

    def test_a_key_that_the_stack_is_configured_with_is_not_deleted(
        self, acme: Keys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ci = acme.api_key()
        ci.up()
        monkeypatch.setenv("SECOND_KEY", ci.outputs["key"])
        acme.needed = {fingerprint(ci.outputs["key"]): "the Pulumi configuration people:secondKey"}
        with pytest.raises(
            Refused, match=r"is the key in (the Pulumi configuration people:secondKey|SECOND_KEY in the environment)"
        ):
            ci.delete()
        assert acme.works(ci.outputs["key"])

    def test_the_last_key_of_an_owner_is_not_deleted(self, acme: Keys) -> None:
        ci = acme.api_key(roles=OWNER)
        ci.up()
        acme.cloud.set_roles(acme.id, "root@acme.example", {})  # so the key without roles of its own has none
        acme.key = ci.outputs["key"]
        with pytest.raises(Refused, match="is the last key with the role organization-admin"):
            ci.delete()
        assert acme.works(ci.outputs["key"])

    def test_a_look_ahead_judges_keys_together(self, acme: Keys) -> None:
        first, second = acme.api_key("acme/prod/a", roles=OWNER), acme.api_key("acme/prod/b", roles=OWNER)
        for one in (first, second):
            one.up()
        acme.cloud.set_roles(acme.id, "root@acme.example", {})  # so the key without roles of its own has none
        acme.key = second.outputs["key"]
        kind = kinds.serve("ApiKey", Phase(acme.settings))
        assert kind.refused_delete(first.outputs) is None
        assert "is the last key with the role organization-admin" in str(kind.refused_delete(second.outputs))
        assert kind.refused_delete(first.outputs) is not None


class TestNotTold:
    """What Elastic Cloud does not tell of keys opens no guard, and takes no secret out of state."""

    def test_the_run_s_own_key_is_not_deleted_where_no_answer_tells_when_it_ends(self, acme: Keys) -> None:
        ends = acme.emulator.clock.now() + timedelta(days=90)
        own = acme.cloud.add_key("root@acme.example", "own", organization=acme.id, description="own", expires_at=ends)
        acme.key = "own"
        ci = acme.api_key(adopt=own.id, description="own", roles=OWNER)
        ci.up()
        acme.emulator.switches.hide_key_expiration = True
        with pytest.raises(Refused, match="Elastic Cloud does not tell when that one expires"):
            ci.delete()
        assert acme.works("own")

    def test_where_the_key_in_state_is_told_its_end_a_calling_key_without_an_answer_is_endless(
        self, acme: Keys
    ) -> None:
        by_hand = acme.by_hand("pipeline", expires_at=acme.emulator.clock.now() + timedelta(days=90))
        ci = acme.api_key(adopt=by_hand.id, overlap="1h", rotate_before="1d")
        ci.up(rotate_before="14d")
        acme.later(77)
        acme.emulator.switches.hide_key_expiration = True
        ci.up()
        assert by_hand.id in acme.live()
        acme.emulator.switches.hide_key_expiration = False
        ci.up()
        assert acme.live().keys() == {ci.outputs["key_id"]}

    def test_a_key_of_others_may_go_where_it_is_said_whose_key_the_run_has(self, acme: Keys) -> None:
        acme.join("ada@acme.example")
        adas = acme.cloud.add_key("ada@acme.example", organization=acme.id, description="hers", roles=RoleSet([]))
        acme.user = "root@acme.example"
        ci = acme.api_key(adopt=adas.id, description="hers")
        ci.up()
        ci.delete()
        assert adas.id not in acme.live()

    def test_a_member_s_key_does_not_see_others_and_takes_none_out_of_state(self, acme: Keys) -> None:
        ci = acme.api_key(rotate_before="1d")
        ci.up()
        before = dict(ci.outputs)
        acme.cloud.add_member(acme.id, "bob@acme.example", {"organization": [{"role_id": BILLING}]}, key="bobs-key")
        acme.key = "bobs-key"
        for run in (ci.refresh, ci.up, ci.delete):
            with pytest.raises((Refused, Failed), match="use the key of an organization owner"):
                run()
        assert (ci.outputs, acme.works(before["key"])) == (before, True)

    @pytest.mark.parametrize("listed", [None, []])
    def test_a_list_that_lacks_the_run_s_key_takes_none_out_of_state(self, acme: Keys, listed: object) -> None:
        ci = acme.api_key(rotate_before="1d")
        ci.up()
        before = dict(ci.outputs)
        acme.emulator.faults.add(Fault(kind="amended", path=f"{KEYS}$", amendment={"keys": listed}, times=None))
        for run in (ci.refresh, ci.up, ci.delete):
            with pytest.raises(Failed, match="does not hold the key that asks for it"):
                run()
        assert (ci.outputs, acme.works(before["key"])) == (before, True)

    def test_a_list_that_lacks_the_key_in_state_is_not_believed(self, acme: Keys) -> None:
        others = acme.by_hand("another")
        ci = acme.api_key(rotate_before="1d")
        ci.up()
        before = dict(ci.outputs)
        listed = [{"id": others.id, "description": "another", "creation_date": "2026-09-01T00:00:00Z"}]
        acme.emulator.faults.add(Fault(kind="amended", path=f"{KEYS}$", amendment={"keys": listed}, times=None))
        ci.refresh()
        ci.up()
        assert (ci.outputs, acme.works(before["key"])) == (before, True)
        acme.emulator.faults.clear()
        acme.cloud.remove_key(acme.live()[before["key_id"]])
        ci.up()
        assert ci.outputs["key_id"] != before["key_id"]

    def test_a_key_that_was_created_and_cannot_be_looked_for_is_kept_with_its_secret(self, acme: Keys) -> None:
        ci = acme.api_key(rotate_before="1d")
        with acme.phase():
            act = ci.planned_within_a_phase()
            acme.emulator.faults.add(
                Fault(kind="amended", method="GET", path=f"{KEYS}$", amendment={"keys": []}, skip=1, times=None)
            )
            with pytest.raises(Failed, match="does not hold the key that asks for it"):
                act()
        acme.emulator.faults.clear()
        secret = ci.outputs["key"]
        ci.up()
        assert (ci.outputs["key"], acme.works(secret), len(acme.live())) == (secret, True, 1)


class TestOfTheSameName:
    def test_a_key_that_is_older_than_a_killed_run_may_be_somebody_elses_and_is_left_alone(
        self, acme: Keys, capsys: pytest.CaptureFixture[str]
    ) -> None:
        theirs = acme.by_hand("pipeline [elastic-org acme/prod/ci 01234567]")
        ci = acme.api_key(overlap="1h")
        acme.later(78)
        ci.up()
        acme.later(2)
        ci.up()
        assert theirs.id in acme.live()
        assert "leaves 'pipeline [elastic-org acme/prod/ci 01234567]'" in capsys.readouterr().out

    def test_a_resource_of_another_name_is_the_same_and_knows_its_keys(self, acme: Keys) -> None:
        ci = acme.api_key(overlap="1h")
        ci.up()
        ci.settings["resource"], ci.urn = "acme/prod/deployer", ci.urn.replace("::ci", "::deployer")
        acme.later(77)
        ci.up()
        ci.up()
        assert acme.live().keys() == {ci.outputs["key_id"]}

    def test_a_resource_that_is_replaced_takes_its_own_keys_with_it_and_not_the_new_ones(self, acme: Keys) -> None:
        old, new = acme.api_key(), acme.api_key()
        acme.later(80)
        old.up()
        new.up()
        old.delete()
        assert acme.live().keys() == {new.outputs["key_id"]}


class TestAdopting:
    def test_a_key_that_exists_is_taken_over_and_rotated_in_time(self, acme: Keys) -> None:
        ends = acme.emulator.clock.now() + timedelta(days=90)
        by_hand = acme.by_hand("pipeline", expires_at=ends)
        ci = acme.api_key(adopt=by_hand.id, overlap="1h")
        acme.calls()
        ci.up(rotate_before="1d")
        assert acme.calls() == ["GET /users/auth/keys"] * 2
        assert (ci.outputs["key_id"], ci.outputs["key"]) == (by_hand.id, "")
        acme.later(77)
        ci.up()
        assert acme.works(ci.outputs["key"])
        assert by_hand.id in acme.live()
        ci.up()
        assert acme.live().keys() == {ci.outputs["key_id"]}

    def test_a_key_is_imported_by_its_id_and_stays_as_it_is(self, acme: Keys) -> None:
        """As `pulumi import` does, which reads an id and checks the inputs that were read."""
        by_hand = acme.by_hand("pipeline", expires_at=acme.emulator.clock.now() + timedelta(days=90))
        ci = acme.api_key()
        with acme.phase():
            driver = acme.driver("ApiKey", ci.urn)
            read = driver.read(by_hand.id, {})
            inputs, outputs = dict(read.inputs or {}), dict(read.outs or {})
            assert (inputs["description"], inputs["roles"], inputs["expiration"]) == ("pipeline", BILLING, "90d")
            checked = driver.check(inputs, {**inputs, "resource": RESOURCE}).inputs
            assert not driver.diff(str(read.id), outputs, checked).changes
            assert outputs["key_id"] == by_hand.id
            assert not driver.read("nothing", {}).id

    def test_one_that_differs_is_superseded(self, acme: Keys) -> None:
        by_hand = acme.by_hand("by hand")
        ci = acme.api_key(adopt=by_hand.id, overlap="1h")
        ci.up()
        assert ci.outputs["key_id"] != by_hand.id
        assert by_hand.id in acme.live()

    def test_one_that_is_not_there_is_a_mistake(self, acme: Keys) -> None:
        with pytest.raises(Refused, match="there is no API key nothing that works"):
            acme.api_key(adopt="nothing").up()
        assert acme.live() == {}


def test_a_drift_review_finds_a_key_that_is_gone_and_those_of_people_who_left(
    acme: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = acme.api_key(rotate_before="1d"), acme.api_key("acme/prod/other", rotate_before="1d")
    for one in (first, second):
        one.up()
    acme.cloud.remove_key(acme.live()[first.outputs["key_id"]])
    acme.cloud.add_key(acme.join("eve@acme.example"), organization=acme.id, description="of eve")
    acme.cloud.leave(acme.id, "eve@acme.example")
    log = tmp_path / "plans.jsonl"
    monkeypatch.setenv(PLAN_LOG, str(log))
    monkeypatch.setenv(DRIFT_REVIEW, str(log))
    with acme.phase():
        for one in (first, second):
            one.planned_within_a_phase()
    details = [one.detail for judged in read_plans(log) for one in judged.findings]
    of_eve, *gone = sorted(details, key=lambda one: "'of eve'" not in one)
    assert Concern.ORPHANED.value in of_eve
    # A plugin is read first: for its engine a key that is gone is no resource any more.
    told = ["API key 'pipeline' does not work: the one in state has expired or was deleted"]
    assert gone == (told if acme.face == "dynamic" else [])


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"description": " "}, "description: is blank"),
        ({"description": "a\u202eb"}, "description: is blank or holds what cannot be shown"),
        ({"roles": ""}, "roles: "),
        ({"roles": "no roles"}, "roles: name at least one"),
        ({"roles": "organisation-admin"}, "did you mean"),
        ({"expiration": "never"}, "expiration: must be a number of hours or days"),
        ({"overlap": "0d"}, "overlap: must be a number of hours or days"),
        ({"rotate_before": "90d"}, ": is less than the 90d that a key lives, not 90d"),
        ({"overrides": {"self": "x"}}, "overrides: there is no guard self; there are key-in-use, "),
        ({"overrides": {"key-in-use": " "}}, "give a reason in words"),
        ({"organization_id": "9"}, "belongs to organization 9"),
        ({"description": 3.0}, "description: must be text"),
    ],
)
def test_mistakes_are_told_before_anything_is_sent(acme: Keys, inputs: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        acme.api_key(**inputs).up()
    assert reason in str(caught.value)
    assert acme.calls() == []


def test_every_mistake_is_told_at_once(acme: Keys) -> None:
    with pytest.raises(Refused) as caught:
        acme.api_key(description="", expiration="never", overlap="soon").up()
    assert all(f"{name}: " in str(caught.value) for name in ("description", "expiration", "overlap"))


def test_what_was_done_is_in_the_audit_trail_without_secrets(
    acme: Keys, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.jsonl"
    monkeypatch.setenv("ELASTIC_ORG_AUDIT_LOG", str(path))
    ci = acme.api_key()
    ci.up()
    secret = ci.outputs["key"]
    ci.delete()
    lines = path.read_text().splitlines()
    assert ['"change":"create API key"' in lines[0], '"change":"delete API key"' in lines[1]] == [True, True]
    assert secret not in path.read_text()
