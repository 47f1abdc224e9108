"""`elastic-org drift --accept` in a program with several organizations edits the roster of the one in which something was found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_elastic_org.cli import main
from tests.support.acme import OWNER, Stack
from tests.support.two_organizations import ADA, EDITOR_ROLE, NEW_ADMIN, NEW_KEY, OLD_ADMIN, OLD_KEY, World, world

__all__ = ["world"]  # a fixture


class Both:
    """One program with a roster of the old organization, where Ada belongs, and one of the new, where she does not.

    Args:
        world: The organizations.
        directory: Of the program.
        engine: The engine's name.
    """

    def __init__(self, world: World, directory: Path, engine: str) -> None:
        self.world, self.directory = world, directory
        variables = {"EC_ENDPOINT": world.emulator.endpoint, "PULUMI_BACKEND_URL": f"file://{directory}/state"}
        passphrase = {"PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"]}
        self.stack = Stack(directory, engine, variables | passphrase)
        self.write("old", {OLD_ADMIN: "organization-admin", ADA: "deployment-editor on all"})
        self.write("new", {NEW_ADMIN: "organization-admin"})
        self.program()
        self.stack.apply()

    def program(self, new: str = ".from_file('new', 'new.yaml', ") -> None:
        of = "provider=elastic.Provider({!r}, api_key={!r}, organization_id={!r}, api_key_user={!r})"
        of = f"opts=pulumi.ResourceOptions({of}))\n"
        self.stack.program(
            f"elastic.Roster.from_file('old', 'old.yaml', {of.format('old', OLD_KEY, '1111', OLD_ADMIN)}"
            f"elastic.Roster{new}{of.format('new', NEW_KEY, '2222', NEW_ADMIN)}"
        )

    def write(self, name: str, people: dict[str, str]) -> None:
        lines = "".join(f"  {email}: [{roles}]\n" for email, roles in people.items())
        (self.directory / f"{name}.yaml").write_text(f"mode: authoritative\nmembers:\n{lines}")

    def read(self, name: str) -> str:
        return (self.directory / f"{name}.yaml").read_text()

    def call(self, *command: str) -> Result:
        options = ("-C", str(self.directory), "--engine", self.stack.engine.name)
        return CliRunner().invoke(main, [*command, *options], env=self.stack.environment, catch_exceptions=False)


@pytest.fixture
def both(world: World, tmp_path: Path) -> Both:
    return Both(world, tmp_path, "embedded")


def test_only_the_roster_of_the_organization_in_which_something_was_found_is_edited(
    engine_name: str, world: World, tmp_path: Path
) -> None:
    both = Both(world, tmp_path, engine_name)
    old = both.read("old")
    world.cloud.add_member(world.new, ADA, OWNER)

    accepted = both.call("drift", "--accept", ADA)

    assert accepted.exit_code == 0, accepted.output
    assert f"{ADA}: [organization-admin]" in both.read("new")
    assert both.read("old") == old
    assert both.call("drift").exit_code == 0


def test_what_was_found_in_each_of_several_organizations_is_accepted_in_each(both: Both) -> None:
    both.world.cloud.add_member(both.world.new, ADA, OWNER)
    both.world.cloud.leave(both.world.old, ADA)

    accepted = both.call("drift", "--accept", ADA)

    assert accepted.exit_code == 0, accepted.output
    assert f"{ADA}: [organization-admin]" in both.read("new")
    assert ADA not in both.read("old")


def test_no_roster_of_another_organization_is_edited_where_that_of_this_one_is_in_no_file(both: Both) -> None:
    old = both.read("old")
    both.program(f"('new', {{'{NEW_ADMIN}': ['organization-admin']}}, mode='authoritative', ")
    both.world.cloud.add_member(both.world.new, ADA, EDITOR_ROLE)

    refused = both.call("drift", "--accept", ADA)

    assert refused.exit_code == 1
    assert "organization 2222" in refused.stderr
    assert f'"{ADA}": ["deployment-editor on all"]' in refused.stderr
    assert both.read("old") == old
