"""A sample of `make trust`: two pipelines at once, on every engine."""

from __future__ import annotations

import pytest

from pulumi_elastic_org.engine import select
from tests.trust.faults import CallSite
from tests.trust.organization import LEAVING, ORGANIZATION
from tests.trust.pipelines import meet
from tests.trust.processes import prepared_project


@pytest.fixture
def first_invitation(sites: list[CallSite]) -> CallSite:
    return next(site for site in sites if site.method == "POST" and site.path.endswith("/invitations$"))


def test_the_second_update_of_a_stack_is_refused_while_the_first_runs(
    engine_name: str, first_invitation: CallSite
) -> None:
    met = meet("the same stack twice", engine_name, first_invitation)
    assert met.wrong == ()
    assert met.refused
    assert met.converged
    assert met.mailed_twice == ()


def test_two_stacks_on_one_organization_converge(sites: list[CallSite]) -> None:
    met = meet("two stacks with the same roster", "embedded", next(site for site in sites if not site.reads))
    assert met.wrong == ()
    assert met.converged
    assert met.mailed_twice == ()


def test_a_deployment_created_after_the_preview_stops_the_removal_of_its_owner(engine_name: str) -> None:
    owner = next(iter(LEAVING))
    engine = select(engine_name)
    with prepared_project(engine_name) as (emulator, project):
        assert engine.preview(project.workspace).succeeded
        emulator.cloud.add_deployment(ORGANIZATION, "brand-new", owner=owner)
        result = engine.up(project.workspace)
        members = emulator.cloud.organization(ORGANIZATION).members
        still_there = {emulator.cloud.users[user_id].email for user_id in members}
    assert not result.succeeded
    assert any(f"{owner}: still owns deployment 'brand-new'" in error for error in result.errors)
    assert LEAVING.keys() <= still_there
