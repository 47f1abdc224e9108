"""Programs that run in one process, as unit tests and the Automation API run them, know nothing of each other."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import automation
from pulumi.runtime import reset_options

import pulumi_elastic_org as elastic
from tests.support.acme import ADMIN, SECOND_ADMIN, Acme, acme, emulator, make_stack

__all__ = ["acme", "emulator"]  # fixtures

PAGE = Path(__file__).parents[2] / "docs" / "members.md"
PEOPLE = {"ada@acme.example": ["billing-admin"], "bob@acme.example": []}


class Registered(pulumi.runtime.Mocks):
    """Keeps what a program registers."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.inputs[args.name] = args.inputs
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], None]:  # noqa: ARG002
        return {}, None


@pytest.fixture
def registered() -> Iterator[Registered]:
    """Mocks for one test, as in Pulumi's guide to unit tests."""
    mocks, loop = Registered(), asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_mocks(mocks)
    yield mocks
    reset_options(project="project", stack="stack")
    asyncio.set_event_loop(None)
    loop.close()


def run(program: Callable[[], pulumi.Output[Any]]) -> None:
    """As Pulumi's decorator of unit tests does."""
    pulumi.runtime.test(program)()  # type: ignore[no-untyped-call]


def declare(name: str) -> pulumi.Output[Any]:
    return elastic.Roster(name, PEOPLE, "authoritative").urn


@pytest.mark.parametrize("number", range(10))
def test_each_unit_test_with_mocks_of_its_own_declares_the_same_people(number: int, registered: Registered) -> None:
    def program() -> pulumi.Output[Any]:
        elastic.Member("cy", "cy@acme.example", [])
        return declare(f"people-{number}")

    run(program)
    assert registered.inputs[f"people-{number}"]["managed_elsewhere"] == "cy@acme.example"


def test_ten_unit_tests_that_share_mocks_declare_the_same_people(registered: Registered) -> None:
    for number in range(10):
        run(partial(declare, f"people-{number}"))
    assert len(registered.inputs) == 10


@pytest.mark.usefixtures("registered")
def test_a_person_who_is_declared_twice_in_one_of_them_is_refused_there() -> None:
    def twice() -> pulumi.Output[Any]:
        elastic.Member("ada", "ada@acme.example", [])
        return declare("people")

    for _ in range(2):
        with pytest.raises(
            pulumi.RunError, match=r"ada@acme\.example is claimed by Member 'ada' and by Roster 'people'"
        ):
            run(twice)
    run(partial(declare, "people"))


@pytest.mark.usefixtures("registered")
def test_a_member_of_an_apply_that_comes_after_the_roster_is_refused() -> None:
    def program() -> pulumi.Output[Any]:
        return declare("people").apply(lambda _: elastic.Member("cy", "cy@acme.example", []).urn)

    with pytest.raises(pulumi.RunError, match="make it in the program itself"):
        run(program)


def test_the_example_of_a_unit_test_passes(tmp_path: Path) -> None:
    section = PAGE.read_text().split("## Testing your program\n")[1].split("\n## ")[0]
    [example] = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_people.py").write_text(example)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_people.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


@pytest.mark.usefixtures("pulumi_cli")
def test_an_inline_program_is_previewed_and_then_applied(acme: Acme, tmp_path: Path) -> None:
    environment = {**make_stack(tmp_path, "pulumi", acme).environment, "PULUMI_RUNTIME_VIRTUALENV": sys.prefix}

    def program() -> None:
        elastic.Member("cy", "cy@acme.example", [])
        elastic.Roster(
            "people", {**PEOPLE, ADMIN: ["organization-admin"], SECOND_ADMIN: ["organization-admin"]}, "additive"
        )

    stack = automation.create_or_select_stack(
        "dev",
        project_name="people",
        program=program,
        opts=automation.LocalWorkspaceOptions(env_vars=environment, work_dir=str(tmp_path)),
    )
    assert stack.preview().change_summary[automation.OpType.CREATE] == 3
    assert stack.up().summary.result == "succeeded"
    assert not set(stack.preview().change_summary) - {automation.OpType.SAME}
