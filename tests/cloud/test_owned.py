"""Deployments, projects and costs, over HTTP against the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from elastic_cloud_emulator import Emulator, Fault
from pulumi_elastic_org.cloud.bills import costs
from pulumi_elastic_org.cloud.deployments import deployments
from pulumi_elastic_org.cloud.errors import IncompleteList, NotFound
from pulumi_elastic_org.cloud.resources import cloud_resources, still_active
from pulumi_elastic_org.cloud.session import Session
from pulumi_elastic_org.model.ownership import CloudResource, Evidence, Owner
from tests.support.scripted import KEY, FakeTime

ORG = "2871506934"
SEARCH = "POST /deployments/_search"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.cloud.add_organization("acme", id=ORG, costs=12.5, balance=80.0)
        running.cloud.add_user("ada@acme.example", id="u-ada", key=KEY)
        running.cloud.add_member(ORG, "u-ada")
        yield running


@pytest.fixture
def session(emulator: Emulator, time: FakeTime) -> Session:
    return Session(emulator.endpoint, KEY, patience=time.patience())


def test_the_owner_is_the_tag_before_the_id(emulator: Emulator, session: Session) -> None:
    emulator.cloud.add_deployment(ORG, "tagged", id="1", owner="u-ada", tags={"owner": "bob@acme.example"})
    emulator.cloud.add_deployment(ORG, "created", id="2", owner="u-ada", tags={"team": "search"})
    emulator.cloud.add_deployment(ORG, "blank", id="3", owner="u-ada", tags={"owner": " "})
    emulator.cloud.add_deployment(ORG, "nobody's", id="4")
    by_id = Owner("u-ada", Evidence.OWNER_ID)
    assert deployments(session, ORG, "owner") == [
        CloudResource("deployment", "1", "tagged", (Owner("bob@acme.example", Evidence.TAG), by_id)),
        CloudResource("deployment", "2", "created", (by_id,)),
        CloudResource("deployment", "3", "blank", (by_id,)),
        CloudResource("deployment", "4", "nobody's"),
    ]


def test_the_key_of_the_owner_tag_is_configurable(emulator: Emulator, session: Session) -> None:
    emulator.cloud.add_deployment(ORG, "tagged", tags={"contact": "bob@acme.example"})
    assert deployments(session, ORG, "contact")[0].owners == (Owner("bob@acme.example", Evidence.TAG),)


def test_an_owner_that_the_search_does_not_show_is_unknown(emulator: Emulator, session: Session) -> None:
    emulator.switches.search_shows_owner_id = False
    emulator.cloud.add_deployment(ORG, "mine", owner="u-ada")
    (found,) = deployments(session, ORG, "owner")
    assert found.owners == ()


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (99, 1), (100, 2), (250, 3)])
def test_deployments_are_read_to_the_last_page(emulator: Emulator, session: Session, count: int, calls: int) -> None:
    for number in range(count):
        emulator.cloud.add_deployment(ORG, f"d{number}")
    assert {found.name for found in deployments(session, ORG, "owner")} == {f"d{number}" for number in range(count)}
    assert emulator.calls.counts()[SEARCH] == calls


def test_resources_of_another_organization_of_the_same_key_are_left_out(emulator: Emulator, session: Session) -> None:
    emulator.cloud.add_organization("globex", id="77")
    emulator.cloud.add_member("77", "u-ada")
    emulator.cloud.add_deployment("77", "theirs")
    emulator.cloud.add_project("77", "theirs", "security", owner="u-ada")
    assert cloud_resources(session, ORG, "owner") == []


def test_projects_of_every_type_are_read_beside_the_deployments(emulator: Emulator, session: Session) -> None:
    emulator.cloud.add_deployment(ORG, "logs")
    for kind in ("security", "elasticsearch", "observability"):
        emulator.cloud.add_project(ORG, kind[:3], kind, owner="u-ada")
    emulator.cloud.add_project(ORG, "tagged", "security", owner="u-ada", tags={"owner": "u-bob"})
    created = Owner("u-ada", Evidence.CREATED_BY)
    assert {(one.kind, one.name, one.owners) for one in cloud_resources(session, ORG, "owner")} == {
        ("deployment", "logs", ()),
        ("elasticsearch", "ela", (created,)),
        ("observability", "obs", (created,)),
        ("security", "sec", (created,)),
        ("security", "tagged", (Owner("u-bob", Evidence.TAG), created)),
    }


def test_projects_under_deletion_are_told_from_suspended_ones(emulator: Emulator, session: Session) -> None:
    for phase in ("initializing", "initialized", "deleting", "suspending", "suspended"):
        emulator.cloud.add_project(ORG, phase, "security", owner="u-ada", phase=phase)
    emulator.cloud.add_deployment(ORG, "logs")
    found = cloud_resources(session, ORG, "owner")
    gone = CloudResource("security", "0" * 32, "vanished meanwhile")
    active = still_active(session, ORG, [*found, gone])
    assert {one.name for one in found} - {one.name for one in active} == {"deleting"}
    assert gone not in active
    assert {one.doubt for one in active} == {""}


def test_a_project_that_the_list_shows_and_whose_status_is_not_found_counts_as_there(
    emulator: Emulator, session: Session
) -> None:
    emulator.cloud.add_project(ORG, "soc", "security", owner="u-ada")
    emulator.cloud.add_project(ORG, "web", "observability", owner="u-ada")
    found = cloud_resources(session, ORG, "owner")
    (soc,) = (one for one in found if one.name == "soc")
    emulator.faults.add(Fault(kind="not_found", method="GET", path="/status$"))
    assert [str(one) for one in still_active(session, ORG, [soc])] == [
        f"security project 'soc' ({soc.id}; Elastic Cloud lists it and does not show its status, so it could not be established "
        "whether it is being deleted)"
    ]


def test_who_owns_nothing_costs_no_further_call(emulator: Emulator, session: Session) -> None:
    assert still_active(session, ORG, []) == []
    assert emulator.calls.all() == []


def test_a_list_of_projects_that_goes_on_is_called_incomplete(emulator: Emulator, session: Session) -> None:
    for number in range(3):
        emulator.cloud.add_project(ORG, f"p{number}", "security", owner="u-ada")
    emulator.switches.list_page_size = 2
    with pytest.raises(IncompleteList, match="shows 2 of them, says that there are more"):
        cloud_resources(session, ORG, "owner")


def test_costs_are_read_for_a_period(session: Session) -> None:
    start, end = datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2026, 2, 1, tzinfo=timezone.utc)
    found = costs(session, ORG, start, end)
    assert (found.start, found.end, found.total, found.remaining) == (start, end, 12.5, 80.0)


def test_costs_of_an_organization_that_does_not_exist_are_an_error(session: Session) -> None:
    now = datetime.now(timezone.utc)
    with pytest.raises(NotFound, match="EC_ORGANIZATION_ID"):
        costs(session, "1", now, now)
