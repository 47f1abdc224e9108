"""The installed command, every engine, a program with a roster, and the emulator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from elastic_cloud_emulator import Emulator
from tests.support.acme import OWNER

COMMAND = str(Path(sys.executable).with_name("elastic-org"))
ADMIN_KEY = "key-of-the-administrator"
SEED = {
    "organizations": [
        {
            "name": "acme",
            "id": "4242",
            "members": [
                {"email": "root@acme.example", "keys": [ADMIN_KEY], "roles": OWNER},
                {"email": "stranger@acme.example", "roles": OWNER},
            ],
        }
    ]
}

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(SEED) as emulator:
        yield emulator


@pytest.fixture
def project(engine_name: str, tmp_path: Path, emulator: Emulator) -> Call:
    """Writes a program that invites Ada, and returns a way to call the command on it."""
    (tmp_path / "state").mkdir()
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: people\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (tmp_path / "__main__.py").write_text(
        "import pulumi\n"
        "import pulumi_elastic_org as elastic\n"
        "mode = pulumi.Config().get('mode') or 'additive'\n"
        "members = {'root@acme.example': 'organization-admin', 'ada@acme.example': 'billing-admin'}\n"
        "roster = elastic.Roster('acme', members=members, mode=mode)\n"
        "pulumi.export('organization', roster.organization_id)\n"
    )
    environment = {
        **os.environ,
        "EC_ENDPOINT": emulator.endpoint,
        "EC_API_KEY": ADMIN_KEY,
        "EC_ORGANIZATION_ID": "4242",
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
    }

    def call(operation: str, *options: str) -> subprocess.CompletedProcess[str]:
        command = [COMMAND, operation, "-C", str(tmp_path), "--engine", engine_name, *options]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )

    return call


def document(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    read = json.loads(process.stdout)
    assert isinstance(read, dict)
    assert read["succeeded"] is (process.returncode == 0)
    return read


def test_people_are_previewed_applied_drift_and_are_let_go(project: Call, emulator: Emulator) -> None:
    preview = project("preview")
    assert preview.returncode == 0, preview.stderr
    assert "Organization 4242\n  + invite  ada@acme.example  billing-admin\n" in preview.stdout
    assert emulator.outbox.messages == []

    applied = project("up", "--yes")
    assert applied.returncode == 0, applied.stderr
    assert [message.to for message in emulator.outbox.messages] == ["ada@acme.example"]
    assert "Done: invite 1; resources: create 1.\n" in applied.stdout

    settled = project("preview", "--expect-no-changes")
    assert settled.returncode == 0, settled.stdout
    assert "1 invitation pending" in settled.stdout

    emulator.cloud.accept("acme", "ada@acme.example")
    emulator.cloud.set_roles("acme", "ada@acme.example", OWNER)
    drift = project("refresh", "--preview-only", "--expect-no-changes")
    assert drift.returncode == 7, drift.stdout
    assert "~ roles changed  ada@acme.example  + organization-admin\n" in drift.stdout

    destroyed = project("destroy", "--yes")
    assert destroyed.returncode == 0, destroyed.stderr
    assert "stay members" in destroyed.stdout
    assert len(emulator.cloud.organization("acme").members) == 3


def test_a_refused_plan_is_json_with_its_violations(project: Call, emulator: Emulator) -> None:
    process = project("up", "--yes", "--json", "--config", "mode=authoritative")

    refused = document(process)
    assert process.returncode == 1
    assert (refused["preview"], refused["complete"]) == (True, True)
    [organization] = refused["organizations"]
    changes = {change["person"]: change["action"] for change in organization["changes"]}
    assert changes["stranger@acme.example"] == "remove member"
    assert "stranger@acme.example" in {refusal["person"] for refusal in organization["refusals"]}
    assert ADMIN_KEY not in process.stdout + process.stderr
    assert len(emulator.cloud.organization("acme").members) == 2


def test_an_applied_plan_is_json_with_its_outputs(project: Call) -> None:
    applied = document(project("up", "--yes", "--json"))

    assert applied["outputs"]["organization"] == "4242"
    assert [one["operation"] for one in applied["resources"] if one["name"] == "acme"] == ["create"]
    assert applied["organizations"][0]["changes"][0]["person"] == "ada@acme.example"


def test_a_key_that_is_refused_is_said_without_a_traceback(project: Call, emulator: Emulator) -> None:
    emulator.cloud.remove_key(emulator.cloud.keys[ADMIN_KEY])

    process = project("preview")

    assert process.returncode == 1
    assert "Traceback" not in process.stdout + process.stderr
    assert process.stdout.count("error: ") == 1
    assert ADMIN_KEY not in process.stdout + process.stderr


def test_the_emulator_prints_what_to_export_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text(json.dumps(SEED))
    process = subprocess.Popen([COMMAND, "emulator", "--seed", str(seed)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        exports = [
            line for line in iter(process.stdout.readline, "export EC_ORGANIZATION_ID=4242\n") if "export" in line
        ]
        settings = dict(line.removeprefix("export ").strip().split("=", 1) for line in exports)
        answer = requests.get(
            f"{settings['EC_ENDPOINT']}/api/v1/organizations/4242",
            headers={"Authorization": f"ApiKey {settings['EC_API_KEY']}"},
            timeout=10,
        )
        assert answer.json()["name"] == "acme"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()


def test_an_unreadable_seed_is_one_clear_line(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    seed.write_text("organizations: [{members: []}]")

    process = subprocess.run([COMMAND, "emulator", "--seed", str(seed)], capture_output=True, text=True, check=False)

    assert process.returncode == 1
    assert process.stderr.startswith("Error: ")
    assert "Traceback" not in process.stderr
