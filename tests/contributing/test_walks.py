"""The walks of ARCHITECTURE.md are short, and lead through what really runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from elastic_cloud_emulator import Emulator
from tests.support.acme import ADMIN, ADMIN_KEY, SECOND_ADMIN, Acme

TEXT = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text(encoding="utf-8")
LOADED = "import sys; print(*[name for name in sys.modules if name.partition('.')[0] == 'pulumi_elastic_org'])"

PROGRAM = """
import pulumi
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args): return "id", args.inputs
    def call(self, args): return {}
pulumi.runtime.set_mocks(Mocks())
import pulumi_elastic_org as elastic
@pulumi.runtime.test
def declare(): return ROSTER.urn
declare()
"""
PREVIEW = """
from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.dynamic import Config
from pulumi_elastic_org.resources.roster_provider import RosterProvider
provider = RosterProvider()
provider.configure(ConfigureRequest(Config({}, "people")))
checked = provider.check({}, INPUTS)
assert not checked.failures, checked.failures
"""
UPDATE = """
provider.create(checked.inputs)
"""


def walk(title: str) -> set[str]:
    """The files that a walk names."""
    return set(re.findall(r"`([a-z_/]+\.py)`", TEXT.split(f"## A walk: {title}")[1].split("\n## ")[0]))


def loaded_by(script: str, environment: dict[str, str] | None = None, directory: Path | None = None) -> set[str]:
    """The package's own modules that a process of its own has loaded in the end."""
    run = subprocess.run(
        [sys.executable, "-c", f"{script}\n{LOADED}"],
        env={**os.environ, **(environment or {})},
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.splitlines()[-1].split())


def provider(*, updates: bool) -> set[str]:
    """What a provider has loaded that was asked for a roster."""
    with Emulator() as emulator:
        acme = Acme(emulator)
        environment = {
            "EC_ENDPOINT": emulator.endpoint,
            "EC_API_KEY": ADMIN_KEY,
            "EC_API_KEY_USER": ADMIN,
            "EC_ORGANIZATION_ID": acme.id,
        }
        members = {ADMIN: "organization-admin", SECOND_ADMIN: "organization-admin", "bob@acme.example": "no roles"}
        inputs = repr({"members": members, "mode": "authoritative", "max_resends": 3, "expires_in": "72h"})
        return loaded_by((PREVIEW + UPDATE * updates).replace("INPUTS", inputs), environment)


def test_a_program_with_a_roster_loads_few_modules() -> None:
    program = PROGRAM.replace("ROSTER", "elastic.Roster('acme', {'ada@acme.example': ['billing-admin']}, 'additive')")
    assert len(loaded_by(program)) <= 18


def test_a_provider_that_previews_a_roster_loads_nothing_of_what_it_does_not_need() -> None:
    loaded = provider(updates=False)
    assert len(loaded) <= 49, sorted(loaded)
    rooms = {name.split(".")[1] for name in loaded if "." in name}
    assert not rooms & {
        "adoption",
        "apply",
        "audit",
        "cli",
        "engine",
        "plugin",
        "procedures",
        "roster_file",
        "snapshots",
    }


def test_the_walk_of_a_role_leads_through_what_runs(tmp_path: Path) -> None:
    files = walk("one person's role")
    assert len(files) <= 15
    (tmp_path / "roster.yaml").write_text("mode: additive\nmembers: {bob@acme.example: [billing-admin]}\n")
    program = PROGRAM.replace("ROSTER", "elastic.Roster.from_file('acme', 'roster.yaml')")
    loaded = loaded_by(program, directory=tmp_path) | provider(updates=True)
    named = {f"pulumi_elastic_org.{path.removesuffix('.py').replace('/', '.')}" for path in files}
    assert sorted(named - loaded) == []


def test_the_walk_of_a_finding_is_short() -> None:
    assert len(walk("one finding")) <= 12
