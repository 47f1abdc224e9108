"""What a resource has adopted stays when the one of before it goes, be it under another name, or as a part of another resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.kinds import KINDS, find, serve
from pulumi_elastic_org.lifecycle.interface import Kind
from pulumi_elastic_org.lifecycle.phase import Phase, Settings
from pulumi_elastic_org.model.guard_settings import Guards, Override, write_guards
from tests.kinds.test_api_key import Keys
from tests.kinds.test_role_mappings import additive
from tests.support.provided import FACES, Phases, Provided, emulated
from tests.support.scripted import FakeTime
from tests.support.sign_on import ANALYSTS, DOMAIN, OWNERS, UP, SignOnStack, writes
from tests.support.two_organizations import ADA, ADA_KEY, World

PEOPLE = {"Roster", "Member", "Invitation"}
"""They are claimed (`People.claim`)."""
STAYS = "stays as declared by another resource"


def test_every_kind_says_what_it_holds_that_takes_something_away() -> None:
    silent = {name for name in KINDS if find(name).holds is Kind.holds}
    assert silent == {*PEOPLE, "Restore"}  # deleting a Restore leaves the indices


def again(one: Provided, phases: Phases, **inputs: Any) -> Provided:
    """The same resource under another name."""
    return Provided(one._kind, phases, {**one.settings, **inputs})


def succeed(phases: Phases, old: Provided, new: Provided) -> None:
    """One update of a program in which the one has taken the place of the other."""
    with phases.phase():
        new.up_within_a_phase()
        old.delete_within_a_phase()


SIGN_ON: dict[str, Callable[[SignOnStack], Provided]] = {
    "DomainClaim": lambda stack: stack.claim,
    "IdentityProvider": lambda stack: stack.provider,
    "RoleMappings": lambda stack: stack.mappings,
    "OrganizationSettings": lambda stack: stack.settings_of,
}


class TestSingleSignOn:
    @pytest.mark.parametrize("kind", SIGN_ON)
    def test_it_stays_when_the_resource_gets_another_name(
        self, up: SignOnStack, kind: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        old = SIGN_ON[kind](up)
        new = again(old, up)
        capsys.readouterr()
        succeed(up, old, new)
        assert (up.live, writes(up)) == (UP, [])
        if up.face == "dynamic":
            assert STAYS in capsys.readouterr().out
        new.refresh()
        assert new.outputs

    @pytest.mark.parametrize("kind", SIGN_ON)
    def test_it_stays_when_the_old_resource_is_deleted_by_a_later_update(self, up: SignOnStack, kind: str) -> None:
        old = SIGN_ON[kind](up)
        new = again(old, up)
        new.up()  # and then the update was killed
        succeed(up, old, new)
        assert (up.live, writes(up)) == (UP, [])

    def test_a_domain_in_other_letters_is_the_same_one(self, up: SignOnStack) -> None:
        with up.phase():
            driver = up.driver("DomainClaim", up.claim.urn)
            checked = driver.check(up.claim._inputs, {"domain": DOMAIN.title()})
            found = driver.diff(up.claim._id, up.claim.outputs, checked.inputs)
        assert (found.changes, found.replaces) == (True, [])
        up.claim.up(domain=DOMAIN.title())
        succeed(up, up.claim, again(up.claim, up, domain=DOMAIN.upper()))
        assert (up.live, writes(up)) == (UP, [])

    def test_what_nobody_else_declares_goes(self, up: SignOnStack) -> None:
        with up.phase():
            up.claim.up_within_a_phase()
            up.provider.up_within_a_phase()
            up.mappings.up_within_a_phase()
            up.settings_of.delete_within_a_phase()
        assert "enforce_authentication_method" not in up.live["settings"]

    def test_enforcement_goes_with_a_resource_whose_successor_does_not_declare_it(self, up: SignOnStack) -> None:
        new = Provided("OrganizationSettings", up, {"billing_contacts": ["pay@acme.example"]})
        succeed(up, up.settings_of, new)
        assert "enforce_authentication_method" not in up.live["settings"]

    def test_enforcement_that_another_resource_takes_over_stays(self, up: SignOnStack) -> None:
        other = again(up.settings_of, up)
        up.settings_of.settings = {"billing_contacts": ["pay@acme.example"]}
        with up.phase():
            other.up_within_a_phase()
            up.settings_of.up_within_a_phase()
        assert (up.live, writes(up)) == (UP, [])

    @pytest.mark.parametrize("receiver_first", [True, False], ids=["receiver first", "giver first"])
    def test_a_mapping_stays_that_goes_from_one_resource_to_another(
        self, stack: SignOnStack, receiver_first: bool
    ) -> None:
        for one in (stack.claim, stack.provider):
            one.up()
        giver, receiver = additive(stack, owners=OWNERS, soc=ANALYSTS), additive(stack, more=OWNERS)
        for one in (giver, receiver):
            one.up()
        giver.settings["mappings"], receiver.settings["mappings"] = (
            {"owners": OWNERS},
            {"more": OWNERS, "soc": ANALYSTS},
        )
        with stack.phase():
            for one in (receiver, giver) if receiver_first else (giver, receiver):
                one.up_within_a_phase()
        assert stack.live["mappings"] == ["more", "owners", "soc"]
        giver.delete()
        assert stack.live["mappings"] == ["more", "soc"]

    def test_of_several_mappings_only_those_go_that_nobody_else_declares(self, up: SignOnStack) -> None:
        up.mappings.settings["mode"] = "additive"
        up.mappings.up(mappings={"owners": OWNERS, "soc": ANALYSTS})
        succeed(up, up.mappings, additive(up, owners=OWNERS))
        assert up.live["mappings"] == ["owners"]

    def test_a_look_ahead_refuses_nothing_that_stays(self, up: SignOnStack) -> None:
        phase = Phase(up.settings)
        for kind, of in SIGN_ON.items():
            assert serve(kind, phase).check({}, of(up).settings).failures == ()
            assert serve(kind, phase).refused_delete(of(up).outputs) is None


@pytest.fixture(params=FACES)
def keys(request: pytest.FixtureRequest) -> Iterator[Keys]:
    """The organization 80 days ago, behind each of the two faces."""
    yield from emulated(Keys, request.param, datetime.now(timezone.utc) - timedelta(days=80))


NOT_IN_USE = {"key-in-use": "the run has another key"}


class TestKeys:
    def adopted(self, keys: Keys) -> Provided:
        by_hand = keys.by_hand("pipeline", expires_at=datetime.now(timezone.utc) + timedelta(days=90))
        ci = keys.api_key(adopt=by_hand.id)
        ci.up()
        return ci

    def test_an_adopted_one_stays_when_the_resource_gets_another_name(self, keys: Keys) -> None:
        old = self.adopted(keys)
        new = keys.api_key("acme/prod/pipeline", adopt=old.outputs["key_id"])
        succeed(keys, old, new)
        assert new.outputs["key_id"] in keys.live()

    def test_one_that_two_resources_hold_stays_until_both_are_gone(self, keys: Keys) -> None:
        one = self.adopted(keys)
        other = keys.api_key("acme/prod/pipeline", adopt=one.outputs["key_id"], overrides=NOT_IN_USE)
        other.up()
        with keys.phase():
            other.up_within_a_phase()
            one.delete_within_a_phase()
        assert other.outputs["key_id"] in keys.live()
        other.delete()
        assert keys.live() == {}

    def test_one_that_another_resource_adopts_is_not_deleted_as_superseded(self, keys: Keys) -> None:
        one = keys.api_key(rotate_before="1d")
        one.up()
        other = keys.api_key(
            "acme/prod/pipeline", rotate_before="1d", adopt=one.outputs["key_id"], overrides=NOT_IN_USE
        )
        other.up()
        one.settings["description"] = "deployments"
        one.up()
        with keys.phase():  # 80 days later: the overlap is over
            other.up_within_a_phase()
            one.up_within_a_phase()
        assert keys.live().keys() == {one.outputs["key_id"], other.outputs["key_id"]}
        other.delete()
        assert keys.live().keys() == {one.outputs["key_id"]}

    def test_a_key_that_is_made_anew_takes_the_old_one_along(self, keys: Keys) -> None:
        old, new = keys.api_key(), keys.api_key("acme/prod/pipeline")
        old.up()
        succeed(keys, old, new)
        assert [*keys.live()] == [new.outputs["key_id"]]


GUARDS = Guards(overrides={ADA: Override(("last-admin",), "holds no such role")})


class Own(Phases):
    """Where somebody accepts by their own key."""

    patience = FakeTime().patience(attempts=2)

    def __init__(self, emulator: Emulator) -> None:
        self.emulator, self.world = emulator, World(emulator)

    def settings(self) -> Settings:
        return Settings(ADA_KEY, self.emulator.endpoint, api_key_user=ADA)


@pytest.mark.parametrize("face", FACES)
def test_who_has_accepted_stays_when_the_resource_gets_another_name(face: str) -> None:
    for own in emulated(Own, face):
        world = own.world
        world.cloud.leave(world.old, ADA)
        inputs = {"organization_id": world.new, "token": world.invite(), **write_guards(GUARDS)}
        old, new = (Provided("InvitationAcceptance", own, inputs) for _ in range(2))
        old.up()
        succeed(own, old, new)
        assert world.belongs(world.new)
        new.delete()
        assert not world.belongs(world.new)
