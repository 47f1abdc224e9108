"""What roles are for is looked up when a plan gives them, and only then."""

from __future__ import annotations

import pytest

from elastic_cloud_emulator import Fault
from tests.support.acme import ADMIN, Acme, Stack, text

ADA = "ada@acme.example"
THERE, STOPPED, NOWHERE = ("1" * 32, "2" * 32, "3" * 32)
NOT_THERE = f"{ADA}: would get a role on deployment {NOWHERE}, which the organization does not have"


@pytest.fixture(autouse=True)
def deployments(acme: Acme) -> None:
    acme.cloud.add_deployment(acme.id, "there", id=THERE)
    acme.cloud.add_deployment(acme.id, "stopped", id=STOPPED, hidden=True)


def declare(stack: Stack, by: str, roles: str, *, refuse: bool = False) -> None:
    """A program that declares Ada with these roles."""
    if by == "file":
        guards = "guards: {refuse_unknown_targets: true}\n" if refuse else ""
        (stack.directory / "roster.yaml").write_text(
            f"mode: additive\n{guards}members:\n  {ADA}: ['{roles}']\n  {ADMIN}: [organization-admin]\n"
        )
        stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
        return
    guards = "guards=elastic.Guards(refuse_unknown_targets=True)" if refuse else ""
    if by == "program":
        stack.roster({ADA: [roles]}, extra=guards)
    else:
        stack.program(f"elastic.Member('ada', {ADA!r}, [{roles!r}], {guards})\n")


@pytest.mark.parametrize("by", ["file", "program", "member"])
def test_an_id_that_nothing_has_is_shown_and_a_stopped_deployment_is_none(stack: Stack, by: str) -> None:
    declare(stack, by, f"deployment-viewer on {THERE}, {STOPPED}, {NOWHERE}")
    result = stack.preview()
    assert result.succeeded, text(result)
    assert text(result).count("would get a role on") == 1
    assert f"! {NOT_THERE}" in text(result)


@pytest.mark.parametrize("by", ["file", "program", "member"])
def test_an_id_that_nothing_has_is_refused_where_the_setting_says_so(stack: Stack, acme: Acme, by: str) -> None:
    declare(stack, by, f"deployment-viewer on {NOWHERE}", refuse=True)
    for run in (stack.preview, stack.up):
        result = run()
        assert not result.succeeded
        assert f"{NOT_THERE} [unknown-targets]" in text(result)
    assert acme.invited() == set()
    declare(stack, by, f"deployment-viewer on {THERE}, {STOPPED}", refuse=True)
    assert stack.preview().succeeded


def test_what_could_not_be_checked_is_said_and_with_the_setting_refused(stack: Stack, acme: Acme) -> None:
    acme.emulator.faults.add(Fault(kind="forbidden", path="/deployments/_search", times=None))
    declare(stack, "program", f"deployment-viewer on {THERE}")
    result = stack.preview()
    assert result.succeeded
    assert f"{ADA}: would get a role on deployment {THERE}, which could not be checked: cannot list" in text(result)
    declare(stack, "program", f"deployment-viewer on {THERE}", refuse=True)
    assert not stack.preview().succeeded


def test_a_plan_that_gives_nothing_looks_up_nothing_but_the_names_that_it_shows(stack: Stack, acme: Acme) -> None:
    stack.roster({ADA: [f"deployment-viewer on {NOWHERE}, {THERE}"]}, extra="guards=elastic.Guards(max_removals=9)")
    acme.join(ADA, deployment=[{"role_id": "deployment-viewer", "all": False, "deployment_ids": [NOWHERE, THERE]}])
    stack.apply()
    for roles in ([f"deployment-viewer on {NOWHERE}, {THERE}"], [f"deployment-viewer on {NOWHERE}"], []):
        stack.roster({ADA: roles}, extra="guards=elastic.Guards(max_removals=9, refuse_unknown_targets=True)")
        acme.emulator.calls.reset()
        stack.preview()
        counts = acme.emulator.calls.counts()
        searched = sum(count for route, count in counts.items() if "deployments" in route or "projects" in route)
        assert searched == (0 if len(roles) and THERE in roles[0] else 1)
        assert sum(count for route, count in counts.items() if route.startswith("GET /organizations")) == 2
