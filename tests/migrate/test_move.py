"""The whole move of a person and their deployment: two organizations, two real clusters."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.procedures.errors import PreconditionsUnmet, ProcedureError
from pulumi_elastic_org.procedures.move import SHUT_DOWN
from pulumi_elastic_org.procedures.procedure import run
from pulumi_elastic_org.procedures.route import Leave
from tests.migrate.moving import CREDENTIALS, MIGRATION, Place, journal
from tests.support.elasticsearch_node.node import Node
from tests.support.nodes import fill
from tests.support.two_organizations import ADA, World


@pytest.fixture
def world() -> Iterator[World]:
    """Elastic Cloud as it was until April 2026, where a move is hardest."""
    with Emulator() as emulator:
        emulator.switches.one_organization_per_user = True
        yield World(emulator)


@pytest.fixture
def place(world: World, old: Node, new: Node) -> Place:
    fill(old, "books", 300, aliases={"library": {}}, shards=2)
    return Place(
        world.emulator.endpoint,
        world.old,
        world.new,
        old.url,
        new.url,
        world.cloud.add_deployment(world.old, "shop", owner=ADA, elasticsearch_url=old.url).id,
        world.cloud.add_deployment(world.new, "shop", elasticsearch_url=new.url).id,
    )


def arrived(world: World, place: Place, new: Node) -> bool:
    """Whether Ada and her documents are where they should be, and the old deployment is stopped."""
    assert world.cloud.organization(world.old).deployments[place.old_deployment].hidden
    assert new.client.count(index="library")["count"] == 300
    return world.belongs(world.new) and not world.belongs(world.old)


def test_where_an_account_may_belong_to_several_organizations_leaving_comes_last(
    place: Place, world: World, new: Node, tmp_path: Path
) -> None:
    world.emulator.switches.one_organization_per_user = False
    with journal(tmp_path) as opened:
        taken = [one.name for one in run(place.whole_move(leave=Leave.AFTER), opened)]
    assert taken == [
        *("register-source", "snapshot", "invite", "accept", "register-destination", "restore", "verify"),
        *(SHUT_DOWN, "leave"),
    ]
    assert arrived(world, place, new)


def test_a_whole_move_goes_in_the_order_of_the_guide(place: Place, world: World, new: Node, tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        taken = [one.name for one in run(place.whole_move(), opened)]
    assert taken == [
        *("register-source", "snapshot", SHUT_DOWN),
        *("invite", "accept", "leave", "accept"),  # the first attempt shows that the old organization must be left
        *("register-destination", "restore", "verify"),
    ]
    assert arrived(world, place, new)
    for organization, deployment in ((world.old, place.old_deployment), (world.new, place.new_deployment)):
        kept = world.cloud.organization(organization).deployments[deployment].keystore
        assert {name: secret.value for name, secret in kept.items()} == CREDENTIALS
    assert "hush" not in (tmp_path / "journal.jsonl").read_text()


@pytest.mark.parametrize(
    "step",
    [
        *("register-source", "snapshot", SHUT_DOWN),
        *("invite", "leave", "accept"),
        *("register-destination", "restore", "verify"),
    ],
)
def test_a_move_that_is_killed_after_a_step_ends_in_the_same_place(
    place: Place, world: World, new: Node, tmp_path: Path, step: str
) -> None:
    command = [sys.executable, "-m", "tests.migrate.moving", place.as_json(), str(tmp_path), step]
    died = subprocess.run(command, cwd=Path(__file__).parents[2], check=False, timeout=120)
    assert died.returncode == -9
    with journal(tmp_path) as opened:
        list(run(place.whole_move(), opened))
    assert arrived(world, place, new)


def test_an_owner_whose_deployment_stays_is_refused_before_anything_is_changed(
    place: Place, world: World, tmp_path: Path
) -> None:
    with journal(tmp_path) as opened, pytest.raises(PreconditionsUnmet) as refused:
        list(run(place.whole_move(shut_down_source=False), opened))
    assert "still owns deployment 'shop'" in str(refused.value)
    assert world.writes() == []


def test_problems_of_the_person_and_of_the_data_are_told_together(
    place: Place, world: World, new: Node, tmp_path: Path
) -> None:
    fill(new, "books", 1)
    world.cloud.add_deployment(world.old, "logs", owner=ADA)
    with journal(tmp_path) as opened, pytest.raises(PreconditionsUnmet) as refused:
        place.whole_move().check(opened)
    problems = str(refused.value)
    assert "books: the destination has an index of this name" in problems
    assert "still owns deployment 'logs'" in problems
    assert "'shop'" not in problems
    assert world.writes() == []


def test_a_deployment_that_cannot_be_found_is_told_at_the_start(place: Place, tmp_path: Path) -> None:
    place.old_deployment = "0" * 32
    with journal(tmp_path) as opened, pytest.raises(PreconditionsUnmet) as refused:
        place.whole_move().check(opened)
    problems = str(refused.value)
    assert f"cannot read deployment {'0' * 32}" in problems
    assert f"cannot read the keystore of deployment {'0' * 32}" in problems


def test_replaced_keystore_entries_are_told_before(place: Place, tmp_path: Path) -> None:
    with journal(tmp_path) as opened:
        list(run(place.whole_move(), opened))
    with journal(tmp_path) as opened:
        lines = place.whole_move().check(opened).lines
    assert any("replaced in the keystore of the destination" in line for line in lines)


@pytest.mark.parametrize("leave", [Leave.AFTER, Leave.BEFORE])
def test_a_deployment_that_was_restored_since_an_earlier_run_is_shut_down_again_before_its_owner_leaves(
    place: Place, world: World, new: Node, tmp_path: Path, leave: Leave
) -> None:
    world.emulator.switches.one_organization_per_user = leave is Leave.BEFORE
    world.emulator.faults.add(Fault(kind="forbidden", method="DELETE", path="members", times=None))
    with journal(tmp_path) as opened, pytest.raises(ProcedureError, match="leave: "):
        list(run(place.whole_move(leave=leave), opened))
    world.emulator.faults.clear()
    world.cloud.organization(world.old).deployments[place.old_deployment].hidden = False

    with journal(tmp_path) as opened:
        taken = [one.name for one in run(place.whole_move(leave=leave), opened)]

    assert taken.index(SHUT_DOWN) < taken.index("leave")
    assert arrived(world, place, new)


@pytest.mark.parametrize("leave", [Leave.AFTER, Leave.BEFORE])
def test_whose_deployment_is_restored_right_after_it_was_shut_down_does_not_leave(
    place: Place, world: World, tmp_path: Path, leave: Leave
) -> None:
    world.emulator.switches.one_organization_per_user = leave is Leave.BEFORE
    with journal(tmp_path) as opened:
        steps = run(place.whole_move(leave=leave), opened)
        while next(steps).name != SHUT_DOWN:
            pass
        world.cloud.organization(world.old).deployments[place.old_deployment].hidden = False
        with pytest.raises(ProcedureError, match="still owns deployment 'shop'"):
            list(steps)

    assert world.belongs(world.old)


@pytest.mark.parametrize(
    ("leave", "lost"),
    [(Leave.AFTER, "books is not on the destination any more"), (Leave.BEFORE, "snapshot .* is gone")],
)
def test_a_deployment_whose_data_is_gone_elsewhere_since_an_earlier_run_is_not_shut_down_before_it_is_moved_anew(
    place: Place, world: World, old: Node, new: Node, tmp_path: Path, leave: Leave, lost: str
) -> None:
    world.emulator.switches.one_organization_per_user = leave is Leave.BEFORE
    world.emulator.faults.add(Fault(kind="forbidden", path="_shutdown", times=None))
    with journal(tmp_path) as opened, pytest.raises(ProcedureError, match="cannot shut down"):
        list(run(place.whole_move(leave=leave), opened))
    world.emulator.faults.clear()
    if leave is Leave.AFTER:
        new.client.indices.delete(index="books")
    else:
        old.client.snapshot.delete(repository=MIGRATION.repository.name, snapshot=MIGRATION.snapshot)

    with journal(tmp_path) as opened, pytest.raises(ProcedureError, match=lost):
        list(run(place.whole_move(leave=leave), opened))
    assert not world.cloud.organization(world.old).deployments[place.old_deployment].hidden
    assert world.belongs(world.old)

    (tmp_path / "journal.jsonl").unlink()
    with journal(tmp_path) as opened:
        list(run(place.whole_move(leave=leave, migration=replace(MIGRATION, snapshot="another")), opened))
    assert arrived(world, place, new)


@pytest.mark.parametrize("again", [False, True], ids=["in one run", "in the next run"])
@pytest.mark.parametrize("leave", [Leave.AFTER, Leave.BEFORE])
def test_whoever_has_the_address_after_hours_of_a_snapshot_is_neither_invited_nor_lost(
    place: Place, world: World, tmp_path: Path, leave: Leave, again: bool
) -> None:
    world.emulator.switches.one_organization_per_user = leave is Leave.BEFORE
    with journal(tmp_path) as opened:
        steps = run(place.whole_move(leave=leave), opened)
        assert [next(steps).name, next(steps).name][-1] == "snapshot"
        world.cloud.change_email(ADA, "ada.married@acme.example")
        other = world.cloud.add_member(world.old, ADA).user_id
        if not again:
            with pytest.raises(ProcedureError, match=f"{ADA} is not the address of"):
                list(steps)
    with journal(tmp_path) as opened, pytest.raises(ProcedureError, match=f"{ADA} is not the address of"):
        list(run(place.whole_move(leave=leave), opened))

    assert not world.invited()
    assert world.belongs(world.old)
    assert world.belongs(world.old, other)


def test_what_is_done_is_told_where_it_cannot_be_seen_where_the_person_is(
    place: Place, world: World, tmp_path: Path
) -> None:
    with journal(tmp_path) as opened:
        steps = run(place.whole_move(), opened)
        assert [next(steps).name, next(steps).name][-1] == "snapshot"
        world.emulator.faults.add(Fault(kind="forbidden", path="_shutdown", times=None))
        world.emulator.faults.add(Fault(kind="unavailable", path="members", times=None))
        with pytest.raises(ProcedureError, match="cannot shut down") as stopped:
            list(steps)

    assert "Completed steps: register-source, snapshot" in str(stopped.value)
    assert "Where things are cannot be seen: cannot read the members" in str(stopped.value)
