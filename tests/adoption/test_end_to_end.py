"""`elastic-org import`, then the engine: an organization of any kind is adopted without a single write."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elastic_cloud_emulator.clock import parse_duration
from pulumi_elastic_org.cli.commands.import_ import SCHEMA_FILE
from pulumi_elastic_org.model.grants import KNOWN_ROLES
from tests.support.acme import ADMIN_KEY, Acme, Stack, acme, emulator, make_stack, stack, text

__all__ = ["acme", "emulator", "stack"]  # fixtures

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
PROJECT_TYPES = ("elasticsearch", "observability", "security", "vectordb")  # the last is newer than the package


def run(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Calls the command in the project's directory with the project's settings."""
    environment = {"PATH": "", **stack.environment}
    return subprocess.run(
        [COMMAND, *arguments], cwd=stack.directory, env=environment, capture_output=True, text=True, check=False
    )


def assignment(choose: random.Random, role_id: str, ids: list[str], field: str) -> dict[str, Any]:
    """A role on all or on named targets, with default access, console only, or custom application roles."""
    on = {"all": True} if choose.random() < 0.3 else {"all": False, field: choose.sample(ids, choose.randint(1, 4))}
    inside = choose.choice([None, None, [], ["auditor"], ["tier 2", "soc; lead", 'the "night" watch']])
    return {"role_id": role_id, **on} | ({} if inside is None else {"application_roles": inside})


def roles(choose: random.Random, ids: list[str]) -> dict[str, Any]:
    """Role assignments in the API's form: every known role and unknown ones, at most one assignment a role."""
    organization = choose.sample([*KNOWN_ROLES["organization"], "organization-auditor"], choose.choice([0, 0, 1, 2]))
    document: dict[str, Any] = {"organization": [{"role_id": role} for role in organization]}
    hosted = choose.sample([*KNOWN_ROLES["deployment"], "deployment-night-watch", "custom: role"], choose.randint(0, 2))
    document["deployment"] = [assignment(choose, role, ids, "deployment_ids") for role in hosted]
    document["project"] = {}
    for project_type in choose.sample(PROJECT_TYPES, choose.choice([0, 0, 1, 2])):
        known = [*KNOWN_ROLES.get(project_type, ()), f"{project_type}-new-role", "odd role"]
        document["project"][project_type] = [
            assignment(choose, role, ids, "project_ids") for role in choose.sample(known, choose.randint(1, 2))
        ]
    return document


def populate(acme: Acme, people: int, seed: int = 7) -> None:
    """Fills the organization with random people, most of whom share their roles with others, and with things to own."""
    choose = random.Random(seed)
    cloud = acme.cloud
    ids = []
    for number in range(30):
        name = choose.choice(["search", "Search production", "Größe: L", f"logs {number}"])
        kind = choose.choice([None, "elasticsearch", "observability", "security"])
        if kind is None:
            tags = choose.choice([{}, {"owner": "root@acme.example"}, {"owner": "nobody@acme.example"}])
            ids.append(cloud.add_deployment(acme.id, name, tags=tags, hidden=number % 7 == 0).id)
        else:
            ids.append(cloud.add_project(acme.id, name, kind, owner="second@acme.example").id)  # type: ignore[arg-type]
    common = [roles(choose, ids) for _ in range(20)]
    for number in range(people):
        email = f"{choose.choice(['ada', 'Bob', 'c.y', 'd+i', 'zoë'])}.{number}@acme.example"
        held = choose.choice(common) if choose.random() < 0.7 else roles(choose, ids)
        if number % 10:
            cloud.add_member(acme.id, email, held)
        else:
            [invitation] = cloud.invite(acme.id, email, held)
            if number % 50 == 0:
                invitation.expires_at -= parse_duration("200h")


def writes(acme: Acme) -> int:
    return sum(
        count
        for call, count in acme.emulator.calls.counts().items()
        if not call.startswith("GET ") and "_search" not in call
    )


def test_a_thousand_random_people_are_adopted_from_a_file_without_a_write(acme: Acme, tmp_path: Path) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    populate(acme, 1000)
    imported = run(stack, "import", "--output", "roster.yaml")
    assert imported.returncode == 0, imported.stderr
    assert (stack.directory / SCHEMA_FILE).is_file()
    assert run(stack, "validate", "roster.yaml").stdout == "valid: 982 people, additive\n"
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
    before, invited = acme.people(), acme.invited()
    acme.emulator.calls.reset()

    first = stack.preview()
    assert first.succeeded, text(first)
    assert f"Organization {acme.id}: nothing to do" in text(first)
    stack.apply()
    assert not stack.preview().has_changes
    assert not stack.refresh(preview_only=True).has_changes
    assert writes(acme) == 0
    assert (acme.people(), acme.invited()) == (before, invited)


def test_a_thousand_random_people_are_adopted_by_a_program_without_a_write(acme: Acme, tmp_path: Path) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    populate(acme, 1000, seed=8)
    imported = run(stack, "import", "--format", "python", "--output", "__main__.py")
    assert imported.returncode == 0, imported.stderr
    acme.emulator.calls.reset()

    first = stack.preview()
    assert first.succeeded, text(first)
    assert f"Organization {acme.id}: nothing to do" in text(first)
    stack.apply()
    assert not stack.preview().has_changes
    assert writes(acme) == 0


@pytest.mark.parametrize("form", ["yaml", "python"])
def test_what_import_wrote_changes_nothing_in_authoritative_mode(stack: Stack, acme: Acme, form: str) -> None:
    populate(acme, 40)
    for invitation in list(acme.cloud.organization(acme.id).invitations.values()):
        invitation.expires_at = acme.emulator.clock.now() + parse_duration("24h")
    output = "__main__.py" if form == "python" else "roster.yaml"
    imported = run(stack, "import", "--format", form, "--mode", "authoritative", "--output", output)
    assert imported.returncode == 0, imported.stderr
    if form == "yaml":
        stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")

    assert f"Organization {acme.id}: nothing to do" in text(stack.preview())
    stack.apply()
    acme.join("stranger@acme.example")
    refused = stack.preview()
    assert not refused.succeeded
    assert "stranger@acme.example: is a member but was never part of this roster" in text(refused)


def test_an_existing_file_is_not_written_over(acme: Acme, tmp_path: Path) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    (tmp_path / "roster.yaml").write_text("mine")

    refused = run(stack, "import", "--output", "roster.yaml")

    assert refused.returncode == 1
    assert refused.stderr == "Error: roster.yaml already exists: choose another file, or move it away\n"
    assert (tmp_path / "roster.yaml").read_text() == "mine"


def test_without_a_key_the_command_says_where_to_put_one(acme: Acme, tmp_path: Path) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    del stack.environment["EC_API_KEY"]

    refused = run(stack, "import")

    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: no API key for Elastic Cloud: set EC_API_KEY in the environment")


def test_a_key_that_is_refused_is_one_clear_line(acme: Acme, tmp_path: Path) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    acme.cloud.remove_key(acme.cloud.keys[ADMIN_KEY])

    for command in (("import",), ("owners",), ("offboard", "ada@acme.example")):
        refused = run(stack, *command)
        assert refused.returncode == 1
        assert refused.stderr.startswith("Error: ")
        assert "Traceback" not in refused.stderr
        assert ADMIN_KEY not in refused.stdout + refused.stderr


def test_a_list_that_elastic_does_not_show_in_full_costs_the_names_and_not_the_people(
    acme: Acme, tmp_path: Path
) -> None:
    stack = make_stack(tmp_path, "embedded", acme)
    populate(acme, 20)
    acme.emulator.switches.list_page_size = 1

    imported = run(stack, "import", "--output", "roster.yaml")

    assert imported.returncode == 0
    assert "Names and owners of deployments and projects are left out" in imported.stderr
    stack.program("elastic.Roster.from_file('acme', 'roster.yaml')\n")
    assert f"Organization {acme.id}: nothing to do" in text(stack.preview())
