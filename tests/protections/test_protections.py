"""Every protection matters: without it the test fails that is named beside it, and no test of another protection."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pulumi_elastic_org.model.guards import ALL_GUARDS
from pulumi_elastic_org.model.keys import KEY_GUARD_NAMES
from pulumi_elastic_org.model.mapping_changes import DELETABLE_NAMES, OWNER_MAPPING
from pulumi_elastic_org.model.reviewed import OnlyReviewed
from pulumi_elastic_org.model.single_sign_on import ENFORCED_PROVIDER, ENFORCEMENT
from tests.protections.table import PROTECTIONS

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 300


def test_without_a_protection_its_named_test_fails(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    command = [sys.executable, "-m", "tests.protections.run", str(result)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(result.read_text()) == {
        "": [],
        **{name: [protection.test] for name, protection in PROTECTIONS.items()},
    }


def test_every_guard_is_in_the_table() -> None:
    of_people = {guard.name for guard in (*ALL_GUARDS, OnlyReviewed({}))}
    of_sign_on = {OWNER_MAPPING, DELETABLE_NAMES, ENFORCEMENT, ENFORCED_PROVIDER}
    assert {*KEY_GUARD_NAMES, *of_people, *of_sign_on} <= PROTECTIONS.keys()
