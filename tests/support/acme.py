"""A program with a roster, an engine that runs it, and the emulator that it is run against."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator import Emulator
from pulumi_elastic_org.engine import select
from pulumi_embedded.port import Result, Workspace

ADMIN = "root@acme.example"
ADMIN_KEY = "key-of-the-administrator"
SECOND_ADMIN = "second@acme.example"
OWNER = {"organization": [{"role_id": "organization-admin"}]}

HEADER = """\
import pulumi
import pulumi_elastic_org as elastic

"""


class Acme:
    """An organization with two administrators, and what happens in it by hand.

    Args:
        emulator: Where it lives.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.cloud = emulator.cloud
        self.id = self.cloud.add_organization("acme").id
        self.cloud.add_member(self.id, ADMIN, OWNER, key=ADMIN_KEY)
        self.cloud.add_member(self.id, SECOND_ADMIN, OWNER)

    def join(self, email: str, **roles: Any) -> str:
        """Makes a person a member by hand, with roles in the API's form; returns the user id."""
        return self.cloud.add_member(self.id, email, roles).user_id

    def people(self) -> dict[str, Any]:
        """The members' roles in the API's form, by e-mail address."""
        organization = self.cloud.organization(self.id)
        return {
            self.cloud.user(user_id).email: membership.roles.to_json(self.id)
            for user_id, membership in organization.members.items()
        }

    def invited(self) -> set[str]:
        """Who has an open invitation."""
        return {invitation.email for invitation in self.cloud.organization(self.id).invitations.values()}


class Stack:
    """A Pulumi project whose program declares rosters.

    Args:
        directory: Where the project lies.
        engine: The engine's name.
        environment: What its commands see.
    """

    def __init__(self, directory: Path, engine: str, environment: dict[str, str]) -> None:
        self.directory = directory
        self.engine = select(engine)
        self.environment = environment
        self.config: dict[str, str] = {}
        (directory / "state").mkdir()
        (directory / "Pulumi.yaml").write_text(
            f"name: people\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )

    def program(self, text: str) -> None:
        """Writes the program; the imports are there already."""
        (self.directory / "__main__.py").write_text(HEADER + text)

    def roster(self, members: dict[str, Any], mode: str = "authoritative", extra: str = "") -> None:
        """Writes a program with one roster; both administrators belong to it unless `members` says otherwise."""
        everybody = {ADMIN: ["organization-admin"], SECOND_ADMIN: ["organization-admin"], **members}
        self.program(f"elastic.Roster('acme', members={everybody!r}, mode={mode!r}{', ' + extra if extra else ''})\n")

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.directory, "dev", config=self.config, environment=self.environment)

    def preview(self) -> Result:
        return self.engine.preview(self.workspace)

    def up(self) -> Result:
        return self.engine.up(self.workspace)

    def refresh(self, *, preview_only: bool = False) -> Result:
        return self.engine.refresh(self.workspace, preview_only=preview_only)

    def destroy(self) -> Result:
        return self.engine.destroy(self.workspace)

    def apply(self) -> Result:
        """Updates, and fails the test with what was said when that does not succeed."""
        result = self.up()
        assert result.succeeded, text(result)
        return result


def text(result: Result) -> str:
    """Everything that an engine said."""
    return "\n".join(diagnostic.message for diagnostic in result.diagnostics)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def acme(emulator: Emulator) -> Acme:
    return Acme(emulator)


@pytest.fixture
def stack(engine_name: str, tmp_path: Path, acme: Acme) -> Stack:
    return make_stack(tmp_path, engine_name, acme)


def make_stack(directory: Path, engine: str, acme: Acme) -> Stack:
    """Makes an empty project that reaches the organization with the administrator's key."""
    return Stack(
        directory,
        engine,
        {
            "EC_ENDPOINT": acme.emulator.endpoint,
            "EC_API_KEY": ADMIN_KEY,
            "EC_API_KEY_USER": ADMIN,
            "EC_ORGANIZATION_ID": acme.id,
            "PULUMI_BACKEND_URL": f"file://{directory}/state",
            "PULUMI_CONFIG_PASSPHRASE": os.environ["PULUMI_CONFIG_PASSPHRASE"],
        },
    )
