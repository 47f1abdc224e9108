"""An invitation that was accepted, or may have been, before an update failed is known: a revert leaves the organization."""

from __future__ import annotations

from pathlib import Path

import pytest

from elastic_cloud_emulator import Fault, Watcher
from pulumi_elastic_org.lifecycle.interface import Failed, Refused
from pulumi_elastic_org.lifecycle.phase import Settings
from pulumi_elastic_org.model.guard_settings import Guards, Override, write_guards
from pulumi_elastic_org.variables import AUDIT_LOG
from tests.procedures.test_acceptance import NO_ADMINISTRATOR, Program, program, refused
from tests.support.provided import Phases, Provided
from tests.support.scripted import FakeTime
from tests.support.two_organizations import ADA, ADA_KEY, World

__all__ = ["program"]  # a fixture

LOST = Fault(kind="unavailable", method="POST", path="_accept$", times=None, takes_effect=True)
DOWN = Fault(kind="unavailable", times=None)
GUARDS = Guards(overrides={ADA: Override(("last-admin",), "holds no such role")})


class Spoiler(Watcher):
    """Has a folder take the place of the audit trail once the invitation is accepted."""

    def __init__(self, trail: Path) -> None:
        self._trail = trail

    def worked(self, method: str, path: str) -> None:  # noqa: ARG002 - as called
        if path.endswith("_accept"):
            self._trail.unlink(missing_ok=True)
            self._trail.mkdir()


@pytest.fixture
def ada(world: World) -> Provided:
    """Ada's acceptance of an invitation to the new organization, by a key that says or does not say whose it is."""
    world.cloud.leave(world.old, ADA)
    return acceptance(world, ADA)


def acceptance(world: World, api_key_user: str | None) -> Provided:
    class Own(Phases):
        patience = FakeTime().patience(attempts=2)

        def settings(self) -> Settings:
            return Settings(ADA_KEY, world.emulator.endpoint, api_key_user=api_key_user)

    inputs = {"organization_id": world.new, "token": world.invite(), **write_guards(GUARDS)}
    return Provided("InvitationAcceptance", Own(), inputs)


@pytest.mark.parametrize("joined", [True, False])
def test_the_next_run_finishes_what_may_have_been_done(world: World, ada: Provided, joined: bool) -> None:
    world.emulator.faults.add(LOST.model_copy(update={"takes_effect": joined}))
    with pytest.raises(Failed):
        ada.up()
    world.emulator.faults.clear()
    assert world.belongs(world.new) is joined
    ada.up()
    assert world.belongs(world.new)
    assert (ada.outputs["user_id"], ada.outputs["email"]) == (world.ada, ADA)


@pytest.mark.parametrize("joined", [True, False])
def test_who_may_have_joined_leaves_with_the_revert(world: World, ada: Provided, joined: bool) -> None:
    world.emulator.faults.add(LOST.model_copy(update={"takes_effect": joined}))
    with pytest.raises(Failed):
        ada.up()
    world.emulator.faults.clear()
    ada.delete()
    assert not world.belongs(world.new)


def test_who_is_not_named_is_known_by_the_invitation(world: World) -> None:
    world.cloud.leave(world.old, ADA)
    ada = acceptance(world, None)
    world.emulator.faults.add(LOST)
    with pytest.raises(Failed):
        ada.up()
    world.emulator.faults.clear()
    ada.up()
    assert ada.outputs["user_id"] == world.ada


def test_a_key_of_another_organization_sees_by_the_invitation_that_it_is_done(world: World) -> None:
    world.cloud.remove_key(world.cloud.keys[ADA_KEY])
    world.cloud.add_key(ADA, ADA_KEY, organization=world.old)
    ada = acceptance(world, ADA)
    world.emulator.faults.add(LOST)
    with pytest.raises(Failed):
        ada.up()
    world.emulator.faults.clear()
    ada.up()
    assert (ada.outputs["user_id"], ada.outputs["email"]) == ("", ADA)


def test_an_acceptance_that_was_refused_is_no_resource(world: World, ada: Provided) -> None:
    world.emulator.faults.add(Fault(kind="forbidden", method="POST", path="_accept$"))
    with pytest.raises(Refused):
        ada.up()
    assert ada.outputs == {}


def test_a_failure_before_anything_was_accepted_is_no_resource(world: World, ada: Provided) -> None:
    world.emulator.faults.add(DOWN)
    with pytest.raises(Failed):
        ada.up()
    assert ada.outputs == {}


def test_who_joined_and_could_not_be_recorded_leaves_with_the_revert(program: Program, world: World) -> None:
    world.cloud.leave(world.old, ADA)
    program.write(acceptance=f"{world.invite()!r}{NO_ADMINISTRATOR}")
    trail = program.stack.directory / "audit.jsonl"
    program.stack.environment[AUDIT_LOG] = str(trail)
    world.emulator.watchers.append(Spoiler(trail))
    refused(program.stack.up(), "audit.jsonl")
    assert world.belongs(world.new)
    del program.stack.environment[AUDIT_LOG]
    program.write()
    program.stack.apply()
    assert not world.belongs(world.new)
