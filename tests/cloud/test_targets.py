"""Deployments and projects that roles are for are looked up in few calls, and what could not be found out is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.cloud.targets import TargetIndex
from pulumi_elastic_org.model.targets import Target
from tests.support.scripted import KEY, FakeTime

ORG = "2871506934"
RUNNING, STOPPED, ELSEWHERE, NOWHERE, PROJECT = (digit * 32 for digit in "12345")
SEARCH = "POST /deployments/_search"
LOOK_UP = "GET /deployments/{deployment_id}"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        cloud = running.cloud
        for organization in (ORG, "2871507001"):
            cloud.add_organization(f"org-{organization}", id=organization)
        cloud.add_user("ada@acme.example", id="u-ada", key=KEY)
        cloud.add_member(ORG, "u-ada")
        cloud.add_deployment(ORG, "running", id=RUNNING)
        cloud.add_deployment(ORG, "stopped", id=STOPPED, hidden=True)
        cloud.add_deployment("2871507001", "elsewhere", id=ELSEWHERE)
        cloud.add_project(ORG, "soc", "security", owner="u-ada", id=PROJECT)
        yield running


@pytest.fixture
def index(emulator: Emulator, time: FakeTime) -> TargetIndex:
    return TargetIndex(Session(emulator.endpoint, KEY, patience=time.patience()), ORG)


def deployments(*ids: str) -> list[Target]:
    return [Target("deployment", id_) for id_ in ids]


def test_a_stopped_deployment_is_there_and_what_is_nowhere_or_elsewhere_is_missing(
    emulator: Emulator, index: TargetIndex
) -> None:
    found = index.search(deployments(RUNNING, STOPPED, ELSEWHERE, NOWHERE))
    assert found.missing == {*deployments(ELSEWHERE, NOWHERE)}
    assert found.unchecked == {}
    assert emulator.calls.counts() == {SEARCH: 1, LOOK_UP: 3}


def test_what_was_found_once_is_not_looked_up_again(emulator: Emulator, index: TargetIndex) -> None:
    index.search(deployments(RUNNING, STOPPED))
    emulator.calls.reset()
    assert not index.search(deployments(RUNNING, STOPPED)).missing
    assert emulator.calls.counts() == {}


def test_what_was_made_since_is_found(emulator: Emulator, index: TargetIndex) -> None:
    assert index.search(deployments(NOWHERE)).missing
    emulator.cloud.add_deployment(ORG, "new", id=NOWHERE)
    assert not index.search(deployments(NOWHERE)).missing


def test_each_kind_is_listed_by_itself(emulator: Emulator, index: TargetIndex) -> None:
    missing = Target("security", NOWHERE)
    assert index.search([Target("security", PROJECT), missing]).missing == {missing}
    assert emulator.calls.counts() == {
        "GET /serverless/projects/{project_type}": 1,
        "GET /serverless/projects/{project_type}/{project_id}": 1,
    }


@pytest.mark.parametrize("kind", ["forbidden", "unavailable"])
def test_what_cannot_be_listed_is_unchecked_with_the_reason(emulator: Emulator, index: TargetIndex, kind: str) -> None:
    emulator.faults.add(Fault(kind=kind, path="/deployments/_search", times=None))  # type: ignore[arg-type]
    found = index.search([*deployments(RUNNING, NOWHERE), Target("security", PROJECT)])
    assert not found.missing
    assert set(found.unchecked) == {*deployments(RUNNING, NOWHERE)}
    assert all("cannot list the deployments" in reason for reason in found.unchecked.values())


def test_what_cannot_be_looked_up_is_unchecked_and_the_others_are_told_apart(
    emulator: Emulator, index: TargetIndex
) -> None:
    emulator.faults.add(Fault(kind="forbidden", path=f"/deployments/{STOPPED}", times=None))
    found = index.search(deployments(STOPPED, NOWHERE))
    assert found.missing == {*deployments(NOWHERE)}
    assert set(found.unchecked) == {*deployments(STOPPED)}


def test_a_kind_that_cannot_be_listed_because_it_is_newer_is_unchecked(index: TargetIndex) -> None:
    target = Target("vectordb", NOWHERE)
    assert set(index.search([target]).unchecked) == {target}
